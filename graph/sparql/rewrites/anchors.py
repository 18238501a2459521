"""Where a query is tied to terms that it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from rdflib import RDF

from graph.algebra.plan import (
    Constant,
    Distinct,
    Extend,
    Filter,
    Inline,
    Join,
    LeftJoin,
    Minus,
    Pattern,
    Triple,
    Triples,
    Union,
)
from graph.sparql.rewrites.variables import Names, certain

_TYPE = Constant(str(RDF.type))
_LARGEST = 1_000
"""Rows of VALUES."""


@dataclass(frozen=True, slots=True)
class Few(Distinct):
    """The values that a pattern tied to a term leaves to some variables, each once."""


def operands(pattern: Pattern) -> Iterator[Pattern]:
    """The patterns that are joined, in any order."""
    match pattern:
        case Join(left, right):
            yield from operands(left)
            yield from operands(right)
        case _:
            yield pattern


def joined(parts: Sequence[Pattern]) -> Pattern:
    """All of some patterns: those with few solutions first, then all triples as one pattern, then the
    others."""
    tables: list[Pattern] = [one for one in parts if isinstance(one, Inline | Few)]
    triples = tuple(triple for one in parts if isinstance(one, Triples) for triple in one.triples)
    others = [one for one in parts if not isinstance(one, Inline | Few | Triples)]
    if any(isinstance(one, Triples) for one in parts):
        tables.append(Triples(triples))
    return reduce(Join, [*tables, *others])


def is_anchored(pattern: Pattern) -> bool:
    """Whether what it asks for is about a thing or a value that it names; a class is none, it has too
    many."""
    match pattern:
        case Triples(triples):
            return any(map(_is_tied, triples))
        case Inline(_, rows):
            return len(rows) <= _LARGEST
        case Few():
            return True
        case Join(left, right):
            return is_anchored(left) or is_anchored(right)
        case Union(left, right):
            return is_anchored(left) and is_anchored(right)
        case Filter(inner) | Extend(inner) | LeftJoin(inner) | Minus(inner):
            return is_anchored(inner)
        case _:
            return False


def _is_tied(triple: Triple) -> bool:
    if isinstance(triple.s, Constant):
        return True
    return isinstance(triple.o, Constant) and triple.p != _TYPE


def anchor(parts: Sequence[Pattern], wanted: Names) -> list[Pattern]:
    """Of some joined patterns the fewest that are tied to a term and bind one of the variables `wanted`; none
    where no such are connected."""
    plain = [one for one in parts if isinstance(one, Triples | Inline | Few)]
    for start in filter(is_anchored, plain):
        chain = _chain(start, plain, wanted)
        if chain:
            return chain
    return []


def _chain(start: Pattern, plain: Sequence[Pattern], wanted: Names) -> list[Pattern]:
    """The shortest way from one pattern to one that binds what is wanted, by variables that both bind."""
    ways = [[start]]
    seen = [start]
    for way in ways:
        bound = certain(way[-1])
        if bound & wanted:
            return way
        for one in plain:
            if not any(one is other for other in seen) and certain(one) & bound:
                seen.append(one)
                ways.append([*way, one])
    return []
