"""A graph kept in memory, in which a change is judged in milliseconds, however large the graph is.

Only the focus nodes are judged that look at a changed triple, seen with what they look at (`ways`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from graph.columns import Columns, TextQuad
from graph.columns.connection import MEMORY_MB, close, connect, spill_beside
from graph.shacl import absence
from graph.shacl.adjacency import Adjacency
from graph.shacl.dictionary import Dictionary
from graph.shacl.ids import Ids, are_among, distinct, marks
from graph.shacl.part import Part
from graph.shacl.report import Violation
from graph.shacl.session import Seed
from graph.shacl.terms import Constants, Key, Known
from graph.shacl.validator import ColumnsValidator
from graph.shacl.ways import FOCUS, Ways

_MOST = 20_000
"""More nodes than this near a change are too many to be judged in passing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is found about the nodes `focus`, all of those whose results a change can alter."""

    focus: frozenset[str]
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """Triples that come, by the ids of their terms; the places of those that go."""

    s: Ids
    p: Ids
    o: Ids
    gone: Ids
    predicates: Mapping[str, int]
    """The ids of those that shapes look at."""


class Resident:
    """All quads of a columns file, with the validator's ontology beside them; about 40 bytes a quad and the
    texts of the terms. Raises SourceError for a file that is not readable.

    Where a change brings the first entity of a kind, or takes the last, references to it elsewhere are told
    differently (`absence`), without being in what is `judged`.
    """

    def __init__(self, validator: ColumnsValidator, columns: Path) -> None:
        self._validator = validator
        self._ways: Ways | None = validator.ways
        with Columns(columns) as opened:
            opened.connection.execute("SET preserve_insertion_order = true")
            terms = opened.connection.sql("SELECT * FROM terms ORDER BY id").to_arrow_table()
            quads = opened.connection.sql("SELECT s, p, o, g FROM quads").to_arrow_table()
        self._s, self._p, self._o, self._g = (quads[name].to_numpy() for name in "spog")
        self._connection = connect(spill=spill_beside(columns), memory_mb=MEMORY_MB, threads=1)
        self._terms = Dictionary(terms, self._connection)
        self._subjects = Adjacency(self._s, np.arange(len(quads), dtype=np.uint32), self._terms.size)
        self._seed: Seed = validator.seed
        self._constants = _constants(self._seed)
        self._seed_places = {key: place for place, key in enumerate(self._seed.keys)}
        self._seeded = _places(self._seed.keys, self._terms)
        if self._ways is not None:
            known = ((one, self._terms.find((one, None, None))) for one in self._ways.along)
            self._predicates = {one: number for one, number in known if number is not None}
            found = [self._predicates[one] for one in self._ways.found_by_object & self._predicates.keys()]
            places = np.flatnonzero(marks(np.array(found, np.uint32), self._terms.size).take(self._p))
            self._objects = Adjacency(self._o, places.astype(np.uint32), self._terms.size)

    def close(self) -> None:
        close(self._connection)

    def judged(self, added: Collection[TextQuad], removed: Collection[TextQuad]) -> Judged | None:
        """What shapes say after a change, about all that it can matter to.

        None where shapes may look at anything, or the change is near too many nodes.
        """
        if not added and not removed:
            return Judged(frozenset(), ())
        if self._ways is None:
            return None
        try:
            change = self._change(self._ways, added, removed)
            focus = self._looking(self._ways, (*added, *removed), change)
            seen = None if focus is None else self._looked_at(self._ways, focus, change)
            if focus is None or seen is None:
                return None
            return self._told(focus, self._part(focus, seen, change), change, {quad.s for quad in added})
        finally:
            self._terms.forget()

    def _told(self, focus: Ids, part: Part, change: _Change, added: Collection[str]) -> Judged:
        names = frozenset(self._texts(focus))
        try:
            found = [one for one in self._validator.judge(part) if one.focus in names]
        finally:
            part.close()

        def are_described(kinds: set[str]) -> set[str]:
            return {one for one in kinds if self._is_described(one, change, added)}

        return Judged(names, tuple(absence.told_by(found, are_described, self._validator.entities)))

    def _change(self, ways: Ways, added: Iterable[TextQuad], removed: Iterable[TextQuad]) -> _Change:
        new = [_keys(quad) for quad in added]
        ids = self._terms.ids(key for keys in new for key in keys)
        s, p, o = (np.array([ids[keys[end]] for keys in new], np.uint32) for end in range(3))
        met = {key[0]: ids[key] for _, key, _ in new if key[0] in ways.along}
        gone = np.array(sorted(self._places(removed)), np.uint32)
        return _Change(s, p, o, gone, {**self._predicates, **met})

    def _places(self, quads: Iterable[TextQuad]) -> Iterable[int]:
        for quad in quads:
            ids = [self._terms.find(key) for key in (*_keys(quad), (quad.g, None, None))]
            if None in ids:
                continue
            s, p, o, g = (np.uint32(one) for one in ids if one is not None)
            for place in self._subjects.at(np.array([s], np.uint32)).tolist():
                if (self._p[place], self._o[place], self._g[place]) == (p, o, g):
                    yield place

    def _looking(self, ways: Ways, quads: Iterable[TextQuad], change: _Change) -> Ids | None:
        """The subjects of changed quads, and the focus nodes that look at these quads; None if too many."""
        starts: dict[int, set[int | None]] = defaultdict(set)
        for quad in quads:
            s, _, o = map(self._terms.find, _keys(quad))
            for place in (FOCUS, *ways.whole):
                starts[place].add(s)
            for step in ways.along.get(quad.p, ()):
                starts[step.start].add(o if step.is_inverse else s)

        def back(place: int, near: Ids) -> Iterator[tuple[int, Ids]]:
            for step in ways.to.get(place, ()):
                predicate = change.predicates.get(step.predicate)
                if predicate is not None:
                    yield step.start, self._ends(near, predicate, change, are_subjects=step.is_inverse)

        met = self._walked({place: _ids(some) for place, some in starts.items()}, back)
        return None if met is None else met[FOCUS]

    def _looked_at(self, ways: Ways, focus: Ids, change: _Change) -> Ids | None:
        """The nodes by whose triples focus nodes are judged; None if too many."""
        names = {number: name for name, number in change.predicates.items()}

        def on(place: int, near: Ids) -> Iterator[tuple[int, Ids]]:
            places = self._kept(self._subjects.at(near), change)
            p, o = np.concatenate((self._p[places], change.p)), np.concatenate((self._o[places], change.o))
            is_near = np.concatenate((np.ones(len(places), np.bool_), are_among(change.s, near)))
            for predicate in distinct(p[is_near]).tolist():
                end = ways.onwards.get((place, names.get(predicate, "")))
                if end is not None:
                    yield end, o[is_near & (p == predicate)]
            for step in ways.inverse.get(place, ()):
                if (predicate := change.predicates.get(step.predicate)) is not None:
                    yield step.end, self._ends(near, predicate, change, are_subjects=False)

        met = self._walked({FOCUS: focus}, on)
        return None if met is None else distinct(np.concatenate(list(met.values())))

    def _walked(
        self, starts: Mapping[int, Ids], follow: Callable[[int, Ids], Iterator[tuple[int, Ids]]]
    ) -> dict[int, Ids] | None:
        """The nodes at each place that are met from `starts`; None if too many."""
        met, waiting = dict(starts), dict(starts)
        while waiting:
            place, near = waiting.popitem()
            for end, ids in follow(place, near):
                known = met.get(end, ids[:0])
                new = distinct(ids)
                new = new[~are_among(new, known)]
                if len(new):
                    met[end] = np.sort(np.concatenate((known, new)))
                    waiting[end] = np.sort(np.concatenate((waiting.get(end, new[:0]), new)))
            if sum(map(len, met.values())) > _MOST:
                return None
        return met

    def _ends(self, near: Ids, predicate: int, change: _Change, *, are_subjects: bool) -> Ids:
        """The other ends of a predicate's triples, of which `near` are subjects, or else objects."""
        index, own, new = (
            (self._subjects, self._o, (change.s, change.o))
            if are_subjects
            else (self._objects, self._s, (change.o, change.s))
        )
        places = self._kept(index.at(near), change)
        places = places[self._p[places] == predicate]
        is_new = are_among(new[0], near) & (change.p == predicate)
        return np.concatenate((own[places], new[1][is_new]))

    def _kept(self, places: Ids, change: _Change) -> Ids:
        return places[~are_among(places, change.gone)]

    def _part(self, focus: Ids, seen: Ids, change: _Change) -> Part:
        """All that is said of the nodes `seen`, beside the ontology."""
        places = self._kept(self._subjects.at(seen), change)
        new = are_among(change.s, seen)
        ends = (("p", self._p, change.p), ("s", self._s, change.s), ("o", self._o, change.o))
        own = {name: np.concatenate((old[places], more[new])) for name, old, more in ends}
        ids = distinct(np.concatenate(list(own.values())))
        numbers, others = self._numbered(ids)
        rows = self._terms.rows(others)
        rows = rows.set_column(0, "id", pa.array(numbers[are_among(ids, others)], pa.uint32()))
        order = np.lexsort((own["o"], own["s"], own["p"]))
        triples = {name: numbers[np.searchsorted(ids, ends[order])] for name, ends in own.items()}
        return Part(
            terms=pa.concat_tables([self._seed.terms, rows]),
            own=pa.table({name: pa.array(triples[name], pa.uint32()) for name in "spo"}),
            more=self._seed.triples,
            known=self._constants,
            focus=np.sort(numbers[are_among(ids, focus)]),
        )

    def _numbered(self, ids: Ids) -> tuple[Ids, Ids]:
        """New numbers: those of the seed for what it has, others behind; and the `ids` that have these."""
        known, places = self._seeded
        at = np.minimum(np.searchsorted(known, ids), max(len(known) - 1, 0))
        is_known = known[at] == ids if len(known) else np.zeros(len(ids), np.bool_)
        numbers = np.empty(len(ids), np.uint32)
        numbers[is_known] = places[at[is_known]]
        for key, number in self._terms.added.items():
            # The ontology may have a term that the graph had not.
            if (place := self._seed_places.get(key)) is not None and number in ids:
                is_known |= ids == number
                numbers[ids == number] = place
        others = ids[~is_known]
        numbers[~is_known] = len(self._seed.keys) + np.arange(len(others), dtype=np.uint32)
        return numbers, others

    def _texts(self, ids: Ids) -> list[str]:
        """Of IRIs and blank nodes."""
        rows = self._terms.rows(ids)
        named = zip(rows["value"].to_pylist(), rows["datatype"].to_pylist(), strict=True)
        return [value for value, datatype in named if datatype is None]

    def _is_described(self, kind: str, change: _Change, added: Collection[str]) -> bool:
        if any(one.startswith(kind) for one in added):
            return True
        places = self._subjects.at(self._terms.beginning_with(kind))
        return not are_among(places, change.gone).all()


def _ids(some: Iterable[int | None]) -> Ids:
    return np.array(sorted(one for one in some if one is not None), np.uint32)


def _keys(quad: TextQuad) -> tuple[Key, Key, Key]:
    language = quad.language.lower() if quad.language else None
    return (quad.s, None, None), (quad.p, None, None), (quad.o, quad.datatype, language)


def _constants(seed: Seed) -> Constants:
    rows = zip(seed.keys, seed.numbers, seed.instants.to_pylist(), strict=True)
    return Constants(
        {key: Known(place, number, instant) for place, (key, number, instant) in enumerate(rows)}
    )


def _places(keys: Sequence[Key], terms: Dictionary) -> tuple[Ids, Ids]:
    """The ids of those of the keys that have one, in order, and where each stands among the keys."""
    found = sorted((one, place) for place, key in enumerate(keys) if (one := terms.find(key)) is not None)
    ids, places = zip(*found, strict=True) if found else ((), ())
    return np.array(ids, np.uint32), np.array(places, np.uint32)
