"""Property paths over arrays (SHACL §2.3.1): the value nodes of many focus nodes at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph.shacl.arrays import Arrays
from graph.shacl.ids import Ids, Numbers, Pairs, apart, every, is_range, once, pairs
from graph.shacl.model import Alternative, Inverse, Path, Predicate, Repeat, Sequence
from graph.shacl.relations import inverted
from graph.shacl.terms import Constants

_FEW = 8
"""Where one subject in so many, or fewer, is a focus node, each is looked up."""


@dataclass(frozen=True)
class Reached:
    """Value nodes, each once for a focus node: `focus` is its place among the `nodes` that were walked from,
    in their order. What several constraints ask of them is found once."""

    arrays: Arrays
    nodes: Ids
    focus: Numbers
    value: Ids

    @cached_property
    def different(self) -> Ids:
        """The value nodes in order, each once."""
        return self.arrays.distinct(self.value)

    @cached_property
    def places(self) -> Numbers:
        """Where each value node stands among the `different` ones."""
        return self.arrays.places(self.value, self.different)

    @cached_property
    def counts(self) -> Numbers:
        """How many value nodes each of `nodes` has."""
        return np.bincount(self.focus, minlength=len(self.nodes))


@dataclass(frozen=True, slots=True)
class Walker:
    arrays: Arrays
    constants: Constants

    def values(self, path: Path, nodes: Ids) -> Reached:
        """From `nodes`, which are in order and each once."""
        match path:
            case Predicate() | Inverse(Predicate()):
                return self._step(path, nodes)
        focus, value = apart(once(self._walk(path, pairs(np.arange(len(nodes)), nodes))))
        return Reached(self.arrays, nodes, focus.astype(np.int64), value)

    def single(self, predicate: int, nodes: Ids) -> Reached:
        """As `values`, by the id of a predicate."""
        return self.along(*self.arrays.triples.forward(predicate), nodes)

    def _step(self, path: Path, nodes: Ids) -> Reached:
        match path:
            case Predicate(iri):
                return self.single(int(self.constants.id(iri)), nodes)
            case Inverse(Predicate(iri)):
                return self.along(*self.arrays.triples.backward(int(self.constants.id(iri))), nodes)
        raise TypeError(f"no single step: {path}")

    def along(self, starts: Ids, ends: Ids, nodes: Ids) -> Reached:
        """As `values`, where `starts`, in order, lead to `ends`."""
        focus, value = self._along(starts, ends, nodes)
        return Reached(self.arrays, nodes, focus, value)

    def _along(self, starts: Ids, ends: Ids, nodes: Ids) -> tuple[Numbers, Ids]:
        if len(starts) == len(nodes) and every(starts == nodes):
            return np.arange(len(nodes)), ends
        if not len(nodes):
            return np.zeros(0, np.int64), ends[:0]
        near = slice(*starts.searchsorted(np.array((nodes[0], nodes[-1] + np.uint32(1)))).tolist())
        starts, ends = starts[near], ends[near]
        if is_range(nodes):
            return starts.astype(np.int64) - int(nodes[0]), ends
        if len(nodes) * _FEW < len(starts):
            first = starts.searchsorted(nodes, "left")
            counts = starts.searchsorted(nodes, "right") - first
            return np.repeat(np.arange(len(nodes)), counts), ends.take(ranges(first, counts))
        kept = self.arrays.marked(nodes).take(starts)
        return self.arrays.places(starts[kept], nodes), ends[kept]

    def _walk(self, path: Path, given: Pairs) -> Pairs:
        """The pairs, led on along the path; some may come twice."""
        match path:
            case Predicate() | Inverse(Predicate()):
                return self._led(path, given)
            case Inverse(inner):
                return self._walk(inverted(inner), given)
            case Sequence(parts):
                for part in parts:
                    given = self._walk(part, given)
                return given
            case Alternative(parts):
                return np.concatenate([self._walk(part, given) for part in parts])
            case Repeat(inner, least, is_single):
                further = self._walk(inner, given)
                if is_single:
                    return np.concatenate((given, further))
                met = once(given if least == 0 else further)
                new = met
                while len(new):
                    new = np.setdiff1d(self._walk(inner, new), met)
                    met = np.union1d(met, new)
                return met

    def _led(self, path: Path, given: Pairs) -> Pairs:
        focus, value = apart(given)
        nodes = self.arrays.distinct(value)
        step = self._step(path, nodes)
        first, places = np.cumsum(step.counts) - step.counts, self.arrays.places(value, nodes)
        repeated = step.counts.take(places)
        return pairs(np.repeat(focus, repeated), step.value.take(ranges(first.take(places), repeated)))


def ranges(first: Numbers, counts: Numbers) -> Numbers:
    """The numbers of the ranges that begin at `first` and have so many, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    found: Numbers = np.arange(total) + np.repeat(first - (ends - counts), counts)
    return found
