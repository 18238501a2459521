"""What a session sees, as arrays: the terms by id, the triples by predicate.

They are read from the columns in one scan each. What is asked of all nodes together is answered from them in
a few passes; DuckDB takes longer to plan a statement than these take to run (0.7 M quads, 2.0.0).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.shacl.beside import Beside
from graph.shacl.ids import (
    Groups,
    Ids,
    Mask,
    Numbers,
    any_of,
    apart,
    are_among,
    distinct,
    every,
    is_range,
    marks,
    once,
    pairs,
    set_of,
)
from graph.shacl.sight import Sight
from graph.shacl.terms import Key

IRI, BLANK, LITERAL = 1, 2, 3
"""What a term is; 0 where no term has the id."""

_NO_INSTANT = np.iinfo(np.int64).min
_ZONE = "(Z|[+-][0-9]{2}:[0-9]{2})$"
_FEW = 5
_LARGE = 2**30
_UNRANKED = np.uint32(0xFFFFFFFF)
_SPARSE = 200
"""Where one id in so many, or fewer, is meant, sorting them is quicker than going through all ids between."""
_WIDE = 64
"""A table for so many ids times those that are looked up is quicker than looking each up."""


class Arrays:
    """All of a session, read when it is made: nothing may be added to the session after that."""

    def __init__(self, session: Sight, beside: Beside) -> None:
        terms, own, more = session.tables()
        self.beside = beside
        self.terms = Terms(terms, beside)
        self.triples = Triples(own, more, self.terms.size)
        self._focus = session.focus
        self._instances: dict[int, Groups] = {}
        self._targeted: dict[int, Groups] = {}

    def instances(self, type_of: int) -> Groups:
        """Subjects by object of the predicate `type_of`: those of a class in order, each once."""
        if type_of not in self._instances:
            s, o = self.triples.forward(type_of)
            self._instances[type_of] = Groups(o, s)
        return self._instances[type_of]

    def targeted_instances(self, type_of: int) -> Groups:
        """As `instances`, of what is validated and of what others say about its own nodes; where results are
        wanted about some nodes only, of these."""
        if type_of not in self._targeted:
            s, o = self.triples.targeted(type_of)
            if self._focus is not None:
                is_focus = are_among(s, self._focus)
                s, o = s[is_focus], o[is_focus]
            self._targeted[type_of] = Groups(o, s)
        return self._targeted[type_of]

    def distinct(self, ids: Ids) -> Ids:
        """In order, each once."""
        if every(ids[1:] > ids[:-1]):
            return ids
        first, last = int(ids.min()), int(ids.max())
        if last - first > _SPARSE * len(ids):
            return distinct(ids)
        found = marks(np.subtract(ids, first, dtype=np.int64), last - first + 1).nonzero()[0]
        return found.astype(np.uint32) + np.uint32(first)

    def among(self, ids: Ids, some: Sequence[int]) -> Mask:
        """Which of `ids` are some few."""
        if len(some) <= _FEW:
            found = np.zeros(len(ids), np.bool_)
            for one in some:
                found |= ids == one
            return found
        return marks(np.array(some), max(self.terms.size, max(some) + 1)).take(ids)

    def marked(self, ids: Ids) -> Mask:
        """By id, whether it is one of `ids`."""
        return marks(ids, self.terms.size)

    def places(self, ids: Ids, among: Ids) -> Numbers:
        """Where each of `ids` stands in `among`, which has them all, in order and each once."""
        if not len(ids):
            return np.zeros(0, np.int64)
        first, last = int(among[0]), int(among[-1])
        if is_range(among):
            return ids.astype(np.int64) - first
        if last - first > _WIDE * len(ids):
            looked_up: Numbers = among.searchsorted(ids)
            return looked_up
        places = np.empty(last - first + 1, np.int32)
        places[np.subtract(among, first, dtype=np.int64)] = np.arange(len(among), dtype=np.int32)
        found: Numbers = places.take(np.subtract(ids, first, dtype=np.int64)).astype(np.int64)
        return found


class Terms:
    """By id: `kinds`, codes of `datatypes` and `languages` (-1 for none), `numbers` and `instants` (µs)."""

    def __init__(self, table: pa.Table, beside: Beside) -> None:
        tagged = beside.told(len(table), _encoded, table["language"])
        self._ids: Ids = table["id"].to_numpy()
        self._table = table
        self._texts = _joined(table["value"])
        begins_blank = beside.told(len(table), pc.starts_with, self._texts, "_:")
        self.size = int(self._ids.max()) + 1 if len(self._ids) else 0
        self._is_dense = np.array_equal(self._ids, np.arange(self.size))
        self.datatypes, datatype = _encoded(self._table["datatype"])
        self.languages, language = tagged()
        self.datatype: npt.NDArray[np.int32] = self._by_id(datatype, -1)
        self.language: npt.NDArray[np.int32] = self._by_id(language, -1)
        kind = np.where(datatype >= 0, LITERAL, np.where(mask(begins_blank()), BLANK, IRI))
        self.kinds: npt.NDArray[np.uint8] = self._by_id(kind.astype(np.uint8), 0)
        self._ranks = beside.told(len(table), self._ranked)

    @cached_property
    def numbers(self) -> npt.NDArray[np.float64]:
        return self._by_id(self._table["number"].to_numpy(), np.nan)

    @cached_property
    def has_number(self) -> Mask:
        return self._by_id(self._table["number"].is_valid().to_numpy(), False)

    @cached_property
    def instants(self) -> Numbers:
        microseconds = self._table["instant"].cast(pa.timestamp("us")).cast(pa.int64())
        return self._by_id(microseconds.fill_null(_NO_INSTANT).to_numpy(), _NO_INSTANT)

    @cached_property
    def has_instant(self) -> Mask:
        found: Mask = self.instants != _NO_INSTANT
        return found

    @cached_property
    def has_zone(self) -> Mask:
        """Of instants, whether they say their time zone."""
        ids = np.flatnonzero(self.has_instant).astype(np.uint32)
        zoned = np.zeros(self.size, np.bool_)
        zoned[ids] = matches(self.texts(ids), _ZONE)
        return zoned

    def texts(self, ids: Ids) -> Any:
        """Lexical forms and IRIs, as an array of pyarrow; `ids` are in order and each once."""
        values, rows = self._texts, ids if self._is_dense else self._rows.take(ids)
        if self._is_dense and len(rows) and int(rows[-1]) - int(rows[0]) + 1 == len(rows):
            return values.slice(int(rows[0]), len(rows))
        return values.take(pa.array(rows))

    def keys(self, ids: Ids) -> dict[int, Key]:
        """Terms by id; `ids` are in order and each once."""
        datatypes, languages = [*self.datatypes, None], [*self.languages, None]
        texts = self.texts(ids).to_pylist()
        columns = (self.datatype.take(ids).tolist(), self.language.take(ids).tolist())
        codes = zip(ids.tolist(), texts, *columns, strict=True)
        return {one: (text, datatypes[kind], languages[tag]) for one, text, kind, tag in codes}

    def each_text(self, ids: Ids) -> Any:
        """As `texts`, of ids in any order."""
        return self._texts.take(pa.array(ids if self._is_dense else self._rows.take(ids)))

    @cached_property
    def _rows(self) -> Numbers:
        return self._by_id(np.arange(len(self._ids)), -1)

    def are_of(self, ids: Ids, datatypes: Iterable[str]) -> Mask:
        """Which are of one of some datatypes."""
        wanted = np.zeros(len(self.datatypes) + 1, np.bool_)
        wanted[[self.datatypes[one] for one in datatypes if one in self.datatypes]] = True
        # The last is what a term without a datatype, of code -1, is told by.
        return wanted.take(self.datatype.take(ids))

    def ranks(self, ids: Ids) -> Ids | None:
        """Numbers that are in the order of the texts, and the same for the same text; None where a term has
        none, for only a file that is made anew is written in that order from its beginning to its end."""
        found: Ids = self._ranks().take(ids)
        return None if any_of(found == _UNRANKED) else found

    def _ranked(self) -> Ids:
        ranks = np.full(len(self._texts), _UNRANKED, np.uint32)
        before, after = self._texts.slice(0, max(len(ranks) - 1, 0)), self._texts.slice(1)
        falls = np.flatnonzero(mask(pc.less(after, before)))
        end = int(falls[0]) + 1 if len(falls) else len(ranks)
        rises = mask(pc.not_equal(before, after))[: max(end - 1, 0)]
        ranks[:end] = np.concatenate((np.zeros(min(end, 1), np.uint32), np.cumsum(rises, dtype=np.uint32)))
        return self._by_id(ranks, _UNRANKED)

    def has(self, number: int) -> bool:
        return number < self.size and bool(self.kinds[number])

    def code(self, datatype: str) -> int:
        """A datatype's code; one that no term has where there is none of it."""
        return self.datatypes.get(datatype, -2)

    def _by_id(self, values: npt.NDArray[Any], otherwise: object) -> npt.NDArray[Any]:
        if self._is_dense:
            return values
        filled = np.full(self.size, otherwise, values.dtype)
        filled[self._ids] = values
        return filled


class Triples:
    """By predicate. `own` are those of what is validated, `more` those that it is seen with."""

    def __init__(self, own: pa.Table, more: pa.Table, size: int) -> None:
        self._size = size
        self._p, self._s, self._o = _columns(own)
        self._more_p, self._more_s, self._more_o = _columns(more)
        # Quads are written predicate by predicate; those that came later stand behind.
        changes = (np.flatnonzero(self._p[1:] != self._p[:-1]) + 1).tolist()
        self._runs: dict[int, list[slice]] = defaultdict(list)
        for start, end in pairwise([0, *changes, len(self._p)] if len(self._p) else []):
            self._runs[int(self._p[start])].append(slice(start, end))
        self._sorted: dict[int, tuple[Ids, Ids]] = {}
        self._targeted: dict[int, tuple[Ids, Ids]] = {}
        self._backward: dict[int, tuple[Ids, Ids]] = {}

    @cached_property
    def predicates(self) -> frozenset[int]:
        return frozenset(self._runs) | frozenset(np.unique(self._more_p).tolist())

    def forward(self, predicate: int) -> tuple[Ids, Ids]:
        """Subjects and objects of a predicate, each triple once, in the order of subject and object."""
        if predicate not in self._sorted:
            more = self._more_p == predicate
            self._sorted[predicate] = set_of(self._own(predicate), (self._more_s[more], self._more_o[more]))
        return self._sorted[predicate]

    def backward(self, predicate: int) -> tuple[Ids, Ids]:
        """Objects and subjects of a predicate, in the order of the object."""
        if predicate not in self._backward:
            s, o = self.forward(predicate)
            self._backward[predicate] = apart(once(pairs(o, s)))
        return self._backward[predicate]

    def targeted(self, predicate: int) -> tuple[Ids, Ids]:
        """As `forward`, of what is validated and of what others say about its own nodes."""
        if predicate not in self._targeted:
            more = (self._more_p == predicate) & self._is_about_own
            found = set_of(self._own(predicate), (self._more_s[more], self._more_o[more]))
            self._targeted[predicate] = found
        return self._targeted[predicate]

    def own_subjects(self, ids: Ids) -> Mask:
        """Which of `ids` are subjects of what is validated."""
        return self._own_ends[0].take(ids)

    @cached_property
    def _own_ends(self) -> tuple[Mask, Mask]:
        """By id, whether it is a subject, and whether it is an object, of what is validated."""
        return marks(self._s, self._size), marks(self._o, self._size)

    @cached_property
    def _is_about_own(self) -> Mask:
        """Of the triples of others, whether their subject is an own one, or their object an own object."""
        subjects, objects = self._own_ends
        return subjects.take(self._more_s) | objects.take(self._more_o)

    def _own(self, predicate: int) -> tuple[Ids, Ids]:
        runs = self._runs.get(predicate, [slice(0, 0)])
        if len(runs) == 1:
            return self._s[runs[0]], self._o[runs[0]]
        return np.concatenate([self._s[one] for one in runs]), np.concatenate([self._o[one] for one in runs])


def matches(
    texts: Any, pattern: str, *, whole: bool = False, folded: bool = False, dot: bool = False
) -> Mask:
    """Which texts a regular expression of RE2 is found in, or matches as a `whole`; `folded`: case does not
    matter; `dot`: a dot is any sign, a line's end too."""
    if whole:
        pattern = f"\\A(?:{pattern})\\z"
    return mask(pc.match_substring_regex(texts, f"(?s){pattern}" if dot else pattern, ignore_case=folded))


def mask(found: Any) -> Mask:
    """What pyarrow found, as an array of numpy."""
    told: Mask = found.to_numpy(zero_copy_only=False)
    return told


def _columns(table: pa.Table) -> tuple[Ids, Ids, Ids]:
    p, s, o = (table[name].to_numpy() for name in "pso")
    return p, s, o


def _joined(column: pa.ChunkedArray) -> pa.Array:
    """One array, of 64 bit offsets where 32 are too few."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return (column.cast(pa.large_string()) if column.nbytes > _LARGE else column).combine_chunks()


def _encoded(column: pa.ChunkedArray) -> tuple[dict[str, int], npt.NDArray[np.int32]]:
    """The texts of a column by code, and the code of each row."""
    # The codes are joined, not the texts.
    chunks = column.dictionary_encode().unify_dictionaries().chunks
    names = chunks[0].dictionary.to_pylist() if chunks else []
    found = [one.indices.fill_null(-1).to_numpy(zero_copy_only=False) for one in chunks]
    codes = np.concatenate(found) if found else np.zeros(0, np.int32)
    return {name: code for code, name in enumerate(names)}, codes.astype(np.int32)
