"""All rules, applied to a whole query."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.algebra.plan import (
    Aggregate,
    Call,
    Distinct,
    Extend,
    Filter,
    Group,
    Inline,
    Join,
    LeftJoin,
    Minus,
    Named,
    Order,
    Pattern,
    Project,
    Query,
    Slice,
    Triples,
    Union,
)
from graph.sparql.exactness import parts
from graph.sparql.rewrites.alternatives import into_union
from graph.sparql.rewrites.anchors import Few, anchor, joined, operands
from graph.sparql.rewrites.difference import difference
from graph.sparql.rewrites.equality import equality
from graph.sparql.rewrites.outer import outer
from graph.sparql.rewrites.pushing import Move, through_condition, through_optional
from graph.sparql.rewrites.subselect import into_subselect
from graph.sparql.rewrites.text import written
from graph.sparql.rewrites.variables import certain

Rule = Callable[[Pattern], Pattern | None]
Moving = Callable[[Pattern, Pattern, Move], Pattern | None]

BEFORE: Mapping[str, Rule] = {"optional made a join": outer, "equality as VALUES": equality}
"""What is made of a filter before what is inside of it."""
MOVES: Mapping[str, Moving] = {
    "selective pattern before OPTIONAL": through_optional,
    "selective pattern into UNION": into_union,
    "selective pattern into a sub-select": into_subselect,
    "": through_condition,
}
"""Nameless: it only makes way for others."""
AFTER: Mapping[str, Rule] = {"MINUS as NOT EXISTS": difference}

_TOUCHY = frozenset(["RAND", "UUID", "STRUUID", "BNODE", "IRI"])
"""How often these are evaluated may show; IRI goes by a BASE that the other text does not have."""
_LARGEST = 2_000
"""Parts of a plan; a rewritten one may be twice as large for each UNION."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Another query with the same solutions: its text, and the names of the rules that made it."""

    text: str
    rules: tuple[str, ...]


def rewritten(query: Query) -> Rewritten | None:
    """None where no rule applies."""
    if not _may_be(query):
        return None
    work = _Work()
    pattern = work.rewrite(query.pattern)
    if not work.rules:
        return None
    other = replace(query, pattern=pattern)
    return Rewritten(written(other), tuple(work.rules)) if _is_small(other) else None


def _may_be(query: Query) -> bool:
    found = list(parts(query.pattern))
    return len(found) <= _LARGEST and not any(
        (isinstance(one, Call) and one.name in _TOUCHY)
        or (isinstance(one, Aggregate) and _is_unsteady(one))
        # Of pages in no order the next would come from elsewhere.
        or (isinstance(one, Slice) and not _is_ordered(one.pattern))
        for one in found
    )


def _is_unsteady(one: Aggregate) -> bool:
    """SAMPLE is any value; and the blank nodes of a pattern become variables, of which `DISTINCT *` would
    count the values."""
    return one.function == "SAMPLE" or (one.expression is None and one.distinct)


def _is_small(query: Query) -> bool:
    return sum(1 for _ in parts(query.pattern)) <= _LARGEST


def _is_ordered(pattern: Pattern) -> bool:
    match pattern:
        case Distinct(inner) | Project(inner):
            return _is_ordered(inner)
        case _:
            return isinstance(pattern, Order)


class _Work:
    """Rewrites one query; `rules` are the names of those that were of use, each once."""

    def __init__(self) -> None:
        self.rules: dict[str, None] = {}

    def rewrite(self, pattern: Pattern) -> Pattern:
        pattern = self._applied(BEFORE, pattern)
        match pattern:
            case Triples() | Inline() | Named():
                return pattern
            case Join():
                return self._placed([self.rewrite(one) for one in operands(pattern)])
            case LeftJoin(left, right) | Union(left, right) | Minus(left, right):
                both = replace(pattern, left=self.rewrite(left), right=self.rewrite(right))
                return self._applied(AFTER, both)
            case Filter(inner) | Extend(inner) | Project(inner) | Distinct(inner) | Slice(inner):
                return replace(pattern, pattern=self.rewrite(inner))
            case Order(inner) | Group(inner):
                return replace(pattern, pattern=self.rewrite(inner))

    def _applied(self, rules: Mapping[str, Rule], pattern: Pattern) -> Pattern:
        for name, rule in rules.items():
            other = rule(pattern)
            if other is not None:
                self.rules[name] = None
                pattern = other
        return pattern

    def _placed(self, joins: Sequence[Pattern]) -> Pattern:
        """A join, its tied patterns where they narrow most."""
        left = list(joins)
        for one in joins:
            if isinstance(one, Triples | Inline | Few):
                continue
            others = [other for other in left if other is not one]
            chain = anchor(others, certain(one))
            moved = self._pushed(joined(chain), one) if chain else None
            if moved is not None:
                left = [moved, *_without(others, chain)]
        return joined(left)

    def _pushed(self, moved: Pattern, pattern: Pattern) -> Pattern | None:
        for name, rule in MOVES.items():
            other = rule(moved, pattern, self._move)
            if other is not None:
                if name:
                    self.rules[name] = None
                return other
        return None

    def _move(self, moved: Pattern, pattern: Pattern) -> Pattern:
        if isinstance(pattern, Join):
            return self._placed([*operands(moved), *operands(pattern)])
        return self._pushed(moved, pattern) or joined([moved, pattern])


def _without(patterns: Iterable[Pattern], taken: Sequence[Pattern]) -> list[Pattern]:
    return [one for one in patterns if not any(one is other for other in taken)]
