"""Which triples shapes look at, step by step from a focus node.

A *place* is where some steps from a focus node lead. With the steps between places a change in the data tells
exactly which focus nodes look at it, and a focus node by what it is judged.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from rdflib import RDF, RDFS, URIRef
from rdflib.term import IdentifiedNode, Node

from graph.shacl import model
from graph.shacl.model import (
    Alternative,
    Closed,
    Instance,
    Inverse,
    Logical,
    Nested,
    Pair,
    Path,
    Predicate,
    Qualified,
    Query,
    Shape,
    Shapes,
)
from graph.shacl.reach import THIS, patterns

FOCUS = 0
"""The place of the focus nodes themselves."""


@dataclass(frozen=True, slots=True)
class Step:
    """From the place `start` to the place `end`, along triples of a predicate; an inverse one from object to
    subject. One step leads to each place, and one may lead from it to itself."""

    start: int
    end: int
    predicate: str
    is_inverse: bool


@dataclass(frozen=True)
class Ways:
    """`whole` are places of whose nodes every triple is looked at."""

    steps: tuple[Step, ...]
    whole: frozenset[int]

    @classmethod
    def of(cls, shapes: Shapes) -> "Ways | None":
        """None where a shape may look at anything."""
        making = _Making(shapes)
        try:
            for shape in shapes.targeted():
                making.targets(shape)
                making.shape(shape, FOCUS)
        except _EndlessError:
            return None
        return cls(tuple(making.steps.values()), frozenset(making.whole))

    @cached_property
    def along(self) -> Mapping[str, Sequence[Step]]:
        """By predicate."""
        return _grouped(self.steps, lambda one: one.predicate)

    @cached_property
    def to(self) -> Mapping[int, Sequence[Step]]:
        """By the place that they lead to."""
        return _grouped(self.steps, lambda one: one.end)

    @cached_property
    def onwards(self) -> Mapping[tuple[int, str], int]:
        """By place and predicate the place where objects stand of which more is looked at."""
        more = {one.start for one in self.steps} | self.whole
        found = (one for one in self.steps if not one.is_inverse and one.end in more)
        return {(one.start, one.predicate): one.end for one in found}

    @cached_property
    def inverse(self) -> Mapping[int, Sequence[Step]]:
        """Those from object to subject, by the place that they start from."""
        return _grouped((one for one in self.steps if one.is_inverse), lambda one: one.start)

    @cached_property
    def found_by_object(self) -> frozenset[str]:
        """The predicates of which a triple is looked for by its object."""
        onwards = {predicate for _, predicate in self.onwards}
        return frozenset(onwards | {one.predicate for steps in self.inverse.values() for one in steps})


_Key = TypeVar("_Key")


def _grouped(steps: Iterable[Step], key: Callable[[Step], _Key]) -> Mapping[_Key, Sequence[Step]]:
    found: dict[_Key, list[Step]] = {}
    for one in steps:
        found.setdefault(key(one), []).append(one)
    return found


class _EndlessError(Exception):
    """A shape may look at anything."""


@dataclass(slots=True)
class _Making:
    shapes: Shapes
    steps: dict[tuple[int, str, bool], Step] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)

    def step(self, start: int, predicate: Node, *, is_inverse: bool = False, end: int | None = None) -> int:
        """The place that it leads to, a new one unless there is such a step or its `end` is given."""
        made = Step(start, len(self.steps) + 1 if end is None else end, str(predicate), is_inverse)
        return self.steps.setdefault((start, made.predicate, is_inverse), made).end

    def type_of(self, start: int) -> None:
        """What a node is an instance of, and all that is above it."""
        classes = self.step(start, RDF.type)
        self.step(classes, RDFS.subClassOf, end=classes)

    def targets(self, shape: Shape) -> None:
        if shape.targets.classes:
            self.type_of(FOCUS)
        for predicate in shape.targets.subjects_of:
            self.step(FOCUS, predicate)
        for predicate in shape.targets.objects_of:
            self.step(FOCUS, predicate, is_inverse=True)

    def shape(self, shape: Shape, start: int) -> None:
        """From a focus node at the place `start`; no shape refers to itself."""
        values = {start} if shape.path is None else set(self.path(shape.path, start))
        for constraint in shape.constraints:
            match constraint:
                case Nested(_, inner):
                    self._inner([inner], values)
                case Logical(_, members):
                    self._inner(members, values)
                case Qualified(_, inner, _, siblings):
                    self._inner([inner, *siblings], values)
                case Instance():
                    for value in values:
                        self.type_of(value)
                case Pair(_, predicate):
                    self.step(start, predicate)
                case Closed():
                    self.whole |= {start, *values}
                case Query():
                    self.query(constraint, start)

    def _inner(self, nodes: Iterable[IdentifiedNode], places: Iterable[int]) -> None:
        for place in places:
            for node in nodes:
                self.shape(self.shapes.by_node[node], place)

    def path(self, path: Path, start: int) -> Iterator[int]:
        """The places where a path ends."""
        match path:
            case Predicate(iri):
                yield self.step(start, iri)
            case Inverse(Predicate(iri)):
                yield self.step(start, iri, is_inverse=True)
            case Alternative(parts):
                for part in parts:
                    yield from self.path(part, start)
            case model.Sequence(parts):
                places = {start}
                for part in parts:
                    places = {end for place in places for end in self.path(part, place)}
                yield from places
            case _:
                raise _EndlessError

    def query(self, query: Query, start: int) -> None:
        """Every way from `$this` through its patterns, each of which must be on one."""
        triples = patterns(query.text)
        if query.parameters or query.is_ask or not all(isinstance(p, URIRef) for _, p, _ in triples):
            raise _EndlessError
        reached: set[int] = set()

        def follow(node: Node, place: int, seen: frozenset[Node]) -> None:
            for number, (s, p, o) in enumerate(triples):
                # Of a triple whose subject was passed before, it was looked at from there.
                if s != node and (o != node or s in seen):
                    continue
                reached.add(number)
                other, end = (o if s == node else s), self.step(place, p, is_inverse=s != node)
                if other not in seen:
                    follow(other, end, seen | {other})

        follow(THIS, start, frozenset({THIS}))
        if len(reached) < len(triples):
            raise _EndlessError
