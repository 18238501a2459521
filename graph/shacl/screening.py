"""Which constraints hold for all: arrays tell it, before anything is looked for in SQL.

A shape by shape plan asks some thousand small questions, nearly all of which have the answer "none". They
are answered from arrays here, and what holds is not asked any more. A constraint that is violated is never
cleared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rdflib.term import IdentifiedNode, Node

from graph.algebra import Unsupported
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import Arrays, Ids
from graph.shacl.conformance import Judge
from graph.shacl.model import Constraint, Logical, Nested, Path, Query, Shape, Shapes
from graph.shacl.possible_solutions import Asked
from graph.shacl.scopes import Scopes, is_conjunction
from graph.shacl.targets import focus_nodes
from graph.shacl.terms import Constants
from graph.shacl.walking import Reached

Part = tuple[int, IdentifiedNode, Constraint]
"""A constraint of a shape that is held against a scope."""


@dataclass(frozen=True, slots=True)
class Screened:
    """`focus` are the focus nodes of each shape with targets; `cleared`, the constraints that no member of
    their scope violates."""

    scopes: Scopes
    focus: Mapping[IdentifiedNode, Ids]
    cleared: frozenset[Part]

    def clears(self, scope: int | None, shape: Shape, constraint: Constraint) -> bool:
        return scope is not None and (scope, shape.node, constraint) in self.cleared


def screen(
    arrays: Arrays,
    roots: Sequence[Shape],
    shapes: Shapes,
    constants: Constants,
    below: Mapping[Node, Sequence[int]],
) -> Screened:
    """`below` gives the ids of each class and those below it."""
    scopes, judge = Scopes.of(roots, shapes), Judge(arrays, shapes, constants, below)
    asked = Asked(arrays, constants)
    focus = {one.node: focus_nodes(one.targets, arrays, constants, below) for one in roots}
    members = {scope: focus[node] for node, scope in scopes.roots.items()}
    cleared: set[Part] = set()
    now, walked = -1, dict[Path | None, Reached]()
    for scope, shape in scopes.in_turn():
        if scope not in members:
            continue
        if scope != now:
            now, walked = scope, {}
        nodes = members[scope]
        if shape.path not in walked:
            walked[shape.path] = judge.reached(shape, nodes)
        at, inside = walked[shape.path], scopes.inside(scope, shape)
        if inside is not None and inside not in members:
            members[inside] = arrays.distinct(at.value)
        for constraint in shape.constraints:
            if not _is_followed(constraint) and _holds(judge, asked, constraint, nodes, at):
                cleared.add((scope, shape.node, constraint))
    return Screened(scopes, focus, frozenset(cleared))


def _is_followed(constraint: Constraint) -> bool:
    """Whether it says no more than what shapes that are held against a scope say themselves."""
    return isinstance(constraint, Nested) or (
        isinstance(constraint, Logical) and is_conjunction(constraint.component)
    )


def _holds(judge: Judge, asked: Asked, constraint: Constraint, nodes: Ids, at: Reached) -> bool:
    try:
        if isinstance(constraint, Query):
            return not asked.may_have(constraint, nodes)
        return not judge.violators(constraint, nodes, at).any()
    except (Unjudged, Unsupported):
        return False
