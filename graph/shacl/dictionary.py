"""The terms of a columns file in memory: ids by text, texts by id."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

import duckdb
import pyarrow as pa

from graph.columns.connection import quote
from graph.columns.typed import instant_of, number_of
from graph.shacl.arrays import Ids
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
    """`table` has the columns of `columns.schema.TERMS`, numbered from 0 in the order of their texts. Terms
    that are added get the numbers behind."""

    def __init__(self, table: pa.Table, connection: duckdb.DuckDBPyConnection) -> None:
        self._table = table.cast(SCHEMA).combine_chunks()
        self._texts = self._table["value"].chunk(0) if len(table) else pa.array([], pa.string())
        self._connection = connection
        self._added: dict[Key, int] = {}

    def __len__(self) -> int:
        return len(self._table)

    def find(self, key: Key) -> int | None:
        """The id of a term."""
        if key in self._added:
            return self._added[key]
        for row in range(self.first(key[0]), len(self._table)):
            if self._texts[row].as_py() != key[0]:
                break
            if (self._of("datatype", row), self._of("language", row)) == key[1:]:
                return row
        return None

    def first(self, text: str) -> int:
        """The id of the first term whose text is not less than this one."""
        wanted = text.encode()
        return bisect_left(range(len(self._texts)), wanted, key=lambda row: self._texts[row].as_py().encode())

    def ids(self, keys: Iterable[Key]) -> dict[Key, int]:
        """The ids of terms; new ones are added."""
        found = {}
        for key in keys:
            number = self.find(key)
            if number is None:
                number = self._added[key] = len(self._table) + len(self._added)
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
        known = self._table.take(pa.array(ids[ids < len(self._table)]))
        wanted = set(ids[ids >= len(self._table)].tolist())
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

    def _of(self, name: str, row: int) -> str | None:
        found: str | None = self._table[name][row].as_py()
        return found
