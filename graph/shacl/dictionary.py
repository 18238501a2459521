"""The terms of a columns file in memory: ids by text, texts by id."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns.connection import quote
from graph.columns.typed import instant_of, number_of
from graph.shacl.arrays import mask
from graph.shacl.ids import Ids
from graph.shacl.terms import Key

SCHEMA = pa.schema(
    [
        ("id", pa.uint32()),
        ("value", pa.string()),
        ("datatype", pa.string()),
        ("language", pa.string()),
        ("number", pa.float64()),
        ("instant", pa.timestamp("us")),
    ]
)


class Dictionary:
    """`table` has the columns of `columns.schema.TERMS`, in the order of the ids; `size` is beyond all of
    these. Terms that are added get the numbers from `size`."""

    def __init__(self, table: pa.Table, connection: duckdb.DuckDBPyConnection) -> None:
        self._table = table.cast(SCHEMA).combine_chunks()
        self._ids: Ids = self._table["id"].to_numpy()
        self.size = int(self._ids[-1]) + 1 if len(table) else 0
        texts = self._table["value"]
        self._texts = texts.chunk(0) if texts.num_chunks else pa.array([], pa.string())
        falls = np.flatnonzero(
            mask(pc.less(self._texts.slice(1), self._texts.slice(0, max(len(table) - 1, 0))))
        )
        # Terms are written in the order of their texts; those that came with later changes stand behind.
        self._ordered = int(falls[0]) + 1 if len(falls) else len(table)
        later = self._table.slice(self._ordered)
        keys = zip(*(later[name].to_pylist() for name in ("value", "datatype", "language")), strict=True)
        self._later: dict[Key, int] = dict(zip(keys, later["id"].to_pylist(), strict=True))
        self._connection = connection
        self._added: dict[Key, int] = {}

    def find(self, key: Key) -> int | None:
        """The id of a term."""
        for some in (self._later, self._added):
            if key in some:
                return some[key]
        for row in range(self._first(key[0]), self._ordered):
            if self._texts[row].as_py() != key[0]:
                break
            if (self._of("datatype", row), self._of("language", row)) == key[1:]:
                return int(self._ids[row])
        return None

    def beginning_with(self, text: str) -> Ids:
        """The ids of the terms of the table whose text, which is not empty, begins so."""
        end = self._first(text[:-1] + chr(ord(text[-1]) + 1))
        later = [number for (value, *_), number in self._later.items() if value.startswith(text)]
        return np.concatenate((self._ids[self._first(text) : end], np.array(later, np.uint32)))

    def ids(self, keys: Iterable[Key]) -> dict[Key, int]:
        """The ids of terms; new ones are added."""
        found = {}
        for key in keys:
            number = self.find(key)
            if number is None:
                number = self._added[key] = self.size + len(self._added)
            found[key] = number
        return found

    @property
    def added(self) -> Mapping[Key, int]:
        return self._added

    def forget(self) -> None:
        """Forgets what was added."""
        self._added.clear()

    def rows(self, ids: Ids) -> pa.Table:
        """The rows of terms, in the order of `ids`, which is rising."""
        known = self._table.take(pa.array(np.searchsorted(self._ids, ids[ids < self.size])))
        wanted = set(ids[ids >= self.size].tolist())
        new = [key for key, number in self._added.items() if number in wanted]
        return pa.concat_tables([known, self._typed(new)]) if new else known

    def _typed(self, keys: Sequence[Key]) -> pa.Table:
        values, datatypes, languages = zip(*keys, strict=True)
        kinds = {one for one in datatypes if one is not None}
        # Of few datatypes: to plan the SQL for all of them takes longer than all the rest.
        listed = ", ".join(
            f"({quote(value)}, {'NULL' if kind is None else quote(kind)})"
            for value, kind in zip(values, datatypes, strict=True)
        )
        typed = self._connection.execute(
            f"SELECT {number_of(kinds)}, {instant_of(kinds)} FROM (VALUES {listed}) new(value, datatype)"
        ).fetchall()
        ids = [self._added[key] for key in keys]
        columns = [ids, values, datatypes, languages, *zip(*typed, strict=True)]
        return pa.table(
            [pa.array(one, field.type) for one, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
        )

    def _first(self, text: str) -> int:
        """The first of the rows in order whose text is not less than this one."""
        rows = range(self._ordered)
        return bisect_left(rows, text.encode(), key=lambda row: self._texts[row].as_py().encode())

    def _of(self, name: str, row: int) -> str | None:
        found: str | None = self._table[name][row].as_py()
        return found
