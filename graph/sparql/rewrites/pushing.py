"""Patterns tied to a term are moved to where they narrow most.

Oxigraph 0.5.13 orders the triples of one group well; OPTIONAL, UNION and sub-selects it evaluates as they
stand in it, over everything. A rule here moves a pattern through another that is joined with it, to which
nothing changes but that fewer solutions come to it.
"""

from collections.abc import Callable

from graph.algebra import scope
from graph.algebra.plan import Expression, Extend, Filter, LeftJoin, Minus, Pattern
from graph.sparql.rewrites.variables import Names, certain, possible

Move = Callable[[Pattern, Pattern], Pattern]
"""Joins its first with its second, as far inside of this as it may be."""


def through_condition(moved: Pattern, pattern: Pattern, move: Move) -> Pattern | None:
    """A filter, or BIND, sees no more than it did where whatever it reads of the moved was bound before
    (§18.2.2: the scope of a group)."""
    match pattern:
        case Filter(inner, condition) if _sees(moved, scope.mentioned_in(condition)) <= certain(inner):
            return Filter(move(moved, inner), condition)
        case Extend(inner, variable, expression) if variable.name not in possible(moved) and (
            _sees(moved, scope.mentioned_in(expression)) <= certain(inner)
        ):
            return Extend(move(moved, inner), variable, expression)
        case _:
            return None


def through_optional(moved: Pattern, pattern: Pattern, move: Move) -> Pattern | None:
    """What must match comes before what may.

    Dossiers of a commune, completed or not, OPTIONAL written first: 0.074 s of processor as written, 0.0004
    rewritten, of 0.7 M quads; 2.7 and 0.08 of 9.5 M (decision 0028: `badly-ordered-optional-first`).
    """
    match pattern:
        case LeftJoin(left, right, condition) if _sees(
            moved, _read(right) | _mentioned(condition)
        ) <= certain(left):
            return LeftJoin(move(moved, left), right, condition)
        case Minus(left, right) if _sees(moved, _read(right)) <= certain(left):
            return Minus(move(moved, left), right)
        case _:
            return None


def _sees(moved: Pattern, names: Names) -> Names:
    return names & possible(moved)


def _read(pattern: Pattern) -> Names:
    return possible(pattern) | scope.mentioned(pattern)


def _mentioned(condition: Expression | None) -> Names:
    return frozenset() if condition is None else scope.mentioned_in(condition)
