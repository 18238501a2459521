"""The cells of a table: columns of numbers, and the words that they number."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.tables.pivot import Column, Numbers, column
from graph.tables.plan import LANGUAGES, Field

_LAST_PART = re.compile(r"[^/#]+\Z")


class Words:
    """Texts, and the same as a format writes them: once, however many cells they stand in."""

    def __init__(self, texts: pa.Array) -> None:
        self.texts = texts
        self._written: dict[Callable[[pa.Array], pa.Array], pa.Array] = {}

    def written(self, write: Callable[[pa.Array], pa.Array]) -> pa.Array:
        if write not in self._written:
            self._written[write] = write(self.texts)
        return self._written[write]


@dataclass(frozen=True, slots=True)
class Cells:
    """A field of all rows: its columns (of `texts` one for each language), and the words that they number."""

    field: Field
    words: Words
    columns: tuple[Column, ...]

    def texts(self) -> list[pa.Array]:
        """Of each column the texts of its rows, lists where a row may have several."""
        return [one.take(self.words.texts) for one in self.columns]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The terms of a batch: `numbers[id]` is the place of a term among `words` and `languages`."""

    numbers: Numbers
    words: Words
    languages: pa.Array

    def cells(
        self, field: Field, rows: Numbers, values: Numbers, count: int, codes: Mapping[str, str]
    ) -> Cells:
        """Those of a field that says `values[i]`, ids, of `rows[i]` of `count`. `codes`: notations by IRI."""
        words, numbers = self.words, self.numbers[values]
        if field.kind == "code":
            words, numbers = _notations(words.texts, numbers, codes)
        if field.kind == "texts":
            spoken = [self._in(language)[numbers] for language in LANGUAGES]
            parts = [(rows[one], numbers[one]) for one in spoken]
        else:
            parts = [(rows, numbers)]
        columns = (column(*one, count, words.texts, scalar=field.scalar) for one in parts)
        return Cells(field, words, tuple(columns))

    def _in(self, language: str) -> Numbers:
        return np.asarray(pc.fill_null(pc.equal(self.languages, language), False))


def dictionary_ids(ids: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
    """All of these ids, each once and in order, and the place of each id among them."""
    there = np.zeros(1 + max((int(one.max(initial=0)) for one in ids), default=0), bool)
    for one in ids:
        there[one] = True
    return np.flatnonzero(there).astype(np.uint32), np.cumsum(there, dtype=np.int32) - 1


def _notations(texts: pa.Array, numbers: Numbers, codes: Mapping[str, str]) -> tuple[Words, Numbers]:
    """Of a code its notation, or the last part of its IRI."""
    used, among = np.unique(numbers, return_inverse=True)
    told = []
    for iri in texts.take(pa.array(used)).to_pylist():
        last = _LAST_PART.search(iri)
        told.append(codes.get(iri) or (last[0] if last else ""))
    return Words(pa.array(told, pa.string())), among
