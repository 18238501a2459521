"""A graph kept in memory, in which a change is judged in milliseconds, however large the graph is.

As in `incremental`, only the focus nodes are judged from which a changed triple can be reached, seen with all
that can be reached from them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from graph.columns import Columns, TextQuad
from graph.columns.connection import MEMORY_MB, close, connect, spill_beside
from graph.shacl import absence
from graph.shacl.adjacency import Adjacency
from graph.shacl.dictionary import Dictionary
from graph.shacl.ids import Ids, Mask, are_among, distinct
from graph.shacl.part import Part
from graph.shacl.reach import Reach
from graph.shacl.report import Violation
from graph.shacl.session import Seed
from graph.shacl.terms import Constants, Key, Known
from graph.shacl.validator import ColumnsValidator

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


class Resident:
    """All quads of a columns file, with the validator's ontology beside them; about 40 bytes a quad and the
    texts of the terms. Raises SourceError for a file that is not readable.

    Where a change brings the first entity of a kind, or takes the last, references to it elsewhere are told
    differently (`absence`), without being in what is `judged`.
    """

    def __init__(self, validator: ColumnsValidator, columns: Path) -> None:
        self._validator = validator
        self._reach: Reach | None = validator.reach
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
        if self._reach is not None:
            self._forwards, self._followed = self._along(self._reach.forwards)
            self._backwards, self._followed_back = self._along(self._reach.backwards)

    def close(self) -> None:
        close(self._connection)

    def judged(self, added: Collection[TextQuad], removed: Collection[TextQuad]) -> Judged | None:
        """What shapes say after a change, about all that it can matter to.

        None where shapes may look at anything, or the change is near too many nodes.
        """
        if self._reach is None:
            return None
        try:
            change = self._change(added, removed)
            starts = self._ends(added, removed)
            focus = self._reached(starts, change, back=True)
            seen = None if focus is None else self._reached(focus, change, back=False)
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

    def _change(self, added: Collection[TextQuad], removed: Collection[TextQuad]) -> _Change:
        new = [_keys(quad) for quad in added]
        ids = self._terms.ids(key for keys in new for key in keys)
        s, p, o = (np.array([ids[keys[end]] for keys in new], np.uint32) for end in range(3))
        return _Change(s, p, o, gone=np.array(sorted(self._places(removed)), np.uint32))

    def _places(self, quads: Iterable[TextQuad]) -> Iterable[int]:
        for quad in quads:
            ids = [self._terms.find(key) for key in (*_keys(quad), (quad.g, None, None))]
            if None in ids:
                continue
            s, p, o, g = (np.uint32(one) for one in ids if one is not None)
            for place in self._subjects.at(np.array([s], np.uint32)).tolist():
                if (self._p[place], self._o[place], self._g[place]) == (p, o, g):
                    yield place

    def _ends(self, added: Iterable[TextQuad], removed: Iterable[TextQuad]) -> Ids:
        """The subjects of changed quads, and the objects of those that shapes follow backwards."""
        assert self._reach is not None
        found = set[int | None]()
        for quad in (*added, *removed):
            s, _, o = _keys(quad)
            found.add(self._terms.find(s))
            if quad.p in self._reach.backwards:
                found.add(self._terms.find(o))
        return np.array(sorted(one for one in found if one is not None), np.uint32)

    def _reached(self, starts: Ids, change: _Change, *, back: bool) -> Ids | None:
        """The nodes that are reached along what shapes follow, or from which `starts` are so reached."""
        assert self._reach is not None
        ahead, behind, objects = (
            (self._backwards, self._forwards, self._followed)
            if back
            else (self._forwards, self._backwards, self._followed_back)
        )
        seen = near = starts
        for _ in range(self._reach.depth):
            if not len(near) or len(seen) > _MOST:
                break
            there = [
                self._o[self._kept(self._subjects.at(near), ahead, change)],
                self._s[self._kept(objects.at(near), behind, change)],
                change.o[are_among(change.s, near) & _marked(ahead, change.p)],
                change.s[are_among(change.o, near) & _marked(behind, change.p)],
            ]
            near = distinct(np.concatenate(there))
            near = near[~are_among(near, seen)]
            seen = np.sort(np.concatenate((seen, near)))
        return seen if len(seen) <= _MOST else None

    def _kept(self, places: Ids, predicates: Mask, change: _Change) -> Ids:
        found: Ids = places[predicates[self._p[places]]]
        return found[~are_among(found, change.gone)]

    def _part(self, focus: Ids, seen: Ids, change: _Change) -> Part:
        """All that is said of the nodes `seen`, beside the ontology."""
        places = self._subjects.at(seen)
        places = places[~are_among(places, change.gone)]
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

    def _along(self, predicates: Iterable[str]) -> tuple[Mask, Adjacency]:
        """The predicates by id, and the triples of them by their object."""
        marks = np.zeros(self._terms.size, np.bool_)
        marks[[one for iri in predicates if (one := self._terms.find((iri, None, None))) is not None]] = True
        places = np.flatnonzero(marks[self._p]).astype(np.uint32)
        return marks, Adjacency(self._o, places, self._terms.size)


def _marked(marks: Mask, ids: Ids) -> Mask:
    """Which are marked; a predicate that the graph has not yet is followed as every one."""
    found = np.ones(len(ids), np.bool_)
    found[ids < len(marks)] = marks[ids[ids < len(marks)]]
    return found


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
