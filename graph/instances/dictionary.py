"""The terms of a columns file in memory: by id, and found by their text."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns import Columns
from graph.instances.arrays import Ids, Mask
from graph.instances.question import Constant


class Told(NamedTuple):
    """A term: an IRI and a blank node (`_:label`) have no datatype."""

    value: str
    datatype: str | None
    language: str | None


class Dictionary:
    """A term is known by its place in the order of the texts (by code point), not by its id in the file: what
    was changed in place has new terms behind the old ones (`graph.columns.ids`).

    Takes some 90 bytes a term: 190 MB for the two million of ten million quads.
    """

    def __init__(self, columns: Columns) -> None:
        read = _read(columns)
        self.file_ids: Ids = read["id"].to_numpy()
        self._places = np.zeros(int(self.file_ids.max(initial=0)) + 1, dtype=np.uint32)
        self._places[self.file_ids] = np.arange(len(self.file_ids), dtype=np.uint32)
        self._values = _one(pc.cast(read["value"], pa.large_string()))
        self._datatypes = _Coded(read["datatype"])
        self._languages = _Coded(read["language"])
        self.numbers: np.ndarray = read["number"].to_numpy()
        self.instants: np.ndarray = read["instant"].cast(pa.float64(), safe=False).to_numpy()
        """Microseconds since 1970, near enough to tell days apart in any year; NaN where there is none."""

    def places(self, file_ids: Ids) -> Ids:
        """By what this dictionary knows the terms of a file."""
        found: Ids = self._places[file_ids]
        return found

    def told(self, ids: Ids) -> list[Told]:
        """The terms of these ids."""
        chosen = pa.array(ids)
        values = self._values.take(chosen).to_pylist()
        return [
            Told(value, datatype, language)
            for value, datatype, language in zip(
                values, self._datatypes.of(ids), self._languages.of(ids), strict=True
            )
        ]

    def texts(self, ids: Ids) -> pa.Array:
        return self._values.take(pa.array(ids))

    def iris(self, ids: Ids) -> list[str]:
        """The texts of resources."""
        return self.texts(ids).to_pylist()  # type: ignore[no-any-return]  # strings

    def resource(self, iri: str) -> int | None:
        """The id of a resource, if the data has it."""
        return self.term(Constant(iri))

    def term(self, constant: Constant) -> int | None:
        """The id of a term without a language."""
        for found in self.of_text(constant.value):
            if self._datatypes.one(found) == constant.datatype and self._languages.one(found) is None:
                return found
        return None

    def of_text(self, text: str) -> Iterator[int]:
        """The ids of all terms of that text: with whatever datatype and language."""
        found, end = self.place(text), len(self._values)
        while found < end and self._values[found].as_py() == text:
            yield found
            found += 1

    def with_language(self, ids: Ids, language: str) -> np.ndarray:
        """Which of them have that language."""
        return self._languages.are(ids, language)

    def with_datatypes(self, ids: Ids, datatypes: frozenset[str]) -> np.ndarray:
        """Which of them have one of those datatypes."""
        found = np.zeros(len(ids), dtype=bool)
        for one in datatypes:
            found |= self._datatypes.are(ids, one)
        return found

    def value_ranks(self, ids: Ids) -> np.ndarray:
        """The order of numbers, and of moments; negative for what is neither."""
        values = np.where(np.isnan(self.numbers[ids]), self.instants[ids], self.numbers[ids])
        ranks: np.ndarray = np.unique(values, return_inverse=True)[1].astype(np.int64)
        ranks[np.isnan(values)] = -1
        return ranks

    def ranks(self, ids: Ids) -> np.ndarray:
        """Of ids in order: numbers in the order of their texts, one for equal texts."""
        texts = self.texts(ids)
        differ = np.ones(len(ids), dtype=np.int64)
        if len(ids) > 1:
            differ[1:] = pc.not_equal(texts[1:], texts[:-1]).to_numpy(zero_copy_only=False)
        return np.cumsum(differ)

    def place(self, text: str) -> int:
        """How many terms come before that text."""
        low, high = 0, len(self._values)
        while low < high:
            middle = (low + high) // 2
            if self._values[middle].as_py() < text:
                low = middle + 1
            else:
                high = middle
        return low


class _Coded:
    """A column of few different texts: datatypes, languages."""

    def __init__(self, read: pa.ChunkedArray) -> None:
        coded = _one(read.dictionary_encode().unify_dictionaries())
        self._names: list[str | None] = [*coded.dictionary.to_pylist(), None]
        codes = coded.indices.fill_null(len(self._names) - 1)
        self._codes: np.ndarray = codes.to_numpy().astype(np.uint16)

    def of(self, ids: Ids) -> list[str | None]:
        return [self._names[code] for code in self._codes[ids].tolist()]

    def one(self, identity: int) -> str | None:
        return self._names[int(self._codes[identity])]

    def are(self, ids: Ids, name: str) -> Mask:
        if name not in self._names:
            return np.zeros(len(ids), dtype=bool)
        found: Mask = np.equal(self._codes[ids], self._names.index(name))
        return found


def _read(columns: Columns) -> pa.Table:
    """The terms by text, datatype and language: as most files have them, where sorting is saved."""
    asked = "SELECT id, value, datatype, language, number, epoch_us(instant) AS instant FROM terms ORDER BY"
    with columns.connection.cursor() as cursor:
        cursor.execute("USE columns")
        read = cursor.sql(f"{asked} id").to_arrow_table()
        values = read["value"]
        if len(read) < 2 or pc.all(pc.less_equal(values[:-1], values[1:])).as_py():
            return read
        ordered = f"{asked} value, datatype NULLS FIRST, language NULLS FIRST"
        return cursor.sql(ordered).to_arrow_table()


def _one(read: pa.ChunkedArray) -> pa.Array:
    return read.chunk(0) if read.num_chunks == 1 else pa.concat_arrays(read.chunks)
