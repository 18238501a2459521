"""Which shapes the compiler covers exactly, and why it does not cover the others."""

from graph import algebra
from graph.shacl import asking, value_tests
from graph.shacl.model import Query, Shape, Shapes, ValueTest
from graph.shacl.parsing import uses


def reasons(shape: Shape, shapes: Shapes) -> tuple[str, ...]:
    """Why a shape, with those that it refers to, is not compiled; empty where it is."""
    own = [one for constraint in shape.constraints if (one := _reason(constraint)) is not None]
    inner = [one for node in uses(shape) for one in reasons(shapes.by_node[node], shapes)]
    return tuple(dict.fromkeys((*own, *inner)))


def _reason(constraint: object) -> str | None:
    match constraint:
        case ValueTest() if not value_tests.compiles(constraint):
            return f"sh:pattern {constraint.parameter!s}: no regular expression of RE2 means the same"
        case Query():
            try:
                asking.compiled(constraint)
            except algebra.Unsupported as unsupported:
                return f"SPARQL: {unsupported}"
    return None
