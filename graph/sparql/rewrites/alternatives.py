"""UNION of what is said of many things, beside a pattern that names one.

Measured: {union}
"""

from graph.algebra.plan import Pattern, Union
from graph.sparql.rewrites.pushing import Move
from graph.sparql.rewrites.variables import certain


def into_union(moved: Pattern, pattern: Pattern, move: Move) -> Pattern | None:
    """A join with a union is the union of the joins (§18.5: both keep how often a solution is there), which
    are cheap where each branch has a variable of the moved to be looked up by."""
    match pattern:
        case Union(left, right) if all(certain(moved) & certain(one) for one in (left, right)):
            return Union(move(moved, left), move(moved, right))
        case _:
            return None
