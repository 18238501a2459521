"""A sub-select that groups or selects everything, joined with a pattern that names one thing of it.

Oxigraph 0.5.13 groups everything. How many dossiers one commune has, by a sub-select over all: 0.074 s of
processor as written, 0.0005 rewritten, of 0.7 M quads; 2.6 and 0.026 of 9.5 M (decision 0028:
`badly-ordered-sub-select`).
"""

from graph.algebra.plan import (
    Distinct,
    Extend,
    Filter,
    Group,
    Inline,
    Join,
    Order,
    Pattern,
    Project,
    Slice,
    Var,
)
from graph.sparql.rewrites.anchors import Few
from graph.sparql.rewrites.pushing import Move
from graph.sparql.rewrites.variables import Names, certain, possible


def into_subselect(moved: Pattern, pattern: Pattern, move: Move) -> Pattern | None:
    """Of the sub-select only the solutions are asked for that the moved can be joined with: by the keys of
    its groups, which are then whole, or by what it selects. Not where it is sliced, whose rows others would
    follow."""
    if not isinstance(pattern, Project | Distinct):
        return None
    shared = certain(moved) & certain(pattern)
    if not shared or possible(moved) & possible(pattern) != shared:
        return None
    inner = _restricted(_table(moved, shared), pattern, move)
    return None if inner is None else Join(moved, inner)


def _table(moved: Pattern, names: Names) -> Pattern:
    """The values of some variables, each once: what is joined with it is there as often as before."""
    if isinstance(moved, Inline) and len(moved.variables) == 1 and len(set(moved.rows)) == len(moved.rows):
        return moved
    return Few(Project(moved, tuple(map(Var, sorted(names)))))


def _restricted(table: Pattern, pattern: Pattern, move: Move) -> Pattern | None:
    match pattern:
        case Distinct(inner):
            within = _restricted(table, inner, move)
            return None if within is None else Distinct(within)
        case Project(inner, variables):
            within = _restricted(table, inner, move)
            return None if within is None else Project(within, variables)
        case Order(inner, conditions):
            within = _restricted(table, inner, move)
            return None if within is None else Order(within, conditions)
        case Extend(inner, variable, expression):
            within = _restricted(table, inner, move)
            return None if within is None else Extend(within, variable, expression)
        case Filter(inner, condition):
            within = _restricted(table, inner, move)
            return None if within is None else Filter(within, condition)
        case Group(inner, keys, aggregates):
            if not possible(table) <= {one.name for one in keys}:
                return None
            return Group(move(table, inner), keys, aggregates)
        case Slice():
            return None
        case _:
            return move(table, pattern)
