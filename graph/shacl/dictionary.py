"""The terms of a columns file in memory: ids by text, texts by id."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence, Set

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns.connection import quote
from graph.columns.typed import TYPED, instant_of, number_of
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
        self._statements: dict[frozenset[str], str] = {}

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
        kinds = TYPED.intersection(datatypes)
        typed = dict[Key, tuple[object, object]]()
        if kinds:
            some = [key for key in keys if key[1] in kinds]
            ends = (", ".join(quote(str(key[end])) for key in some) for end in range(2))
            listed = ", ".join(f"[{one}]" for one in ends)
            rows = self._connection.execute(f"EXECUTE {self._prepared(kinds)}({listed})").fetchall()
            typed = dict(zip(some, rows, strict=True))
        ids = [self._added[key] for key in keys]
        numbers, instants = zip(*(typed.get(key, (None, None)) for key in keys), strict=True)
        columns = [ids, values, datatypes, languages, numbers, instants]
        return pa.table(
            [pa.array(one, field.type) for one, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
        )

    def _prepared(self, kinds: Set[str]) -> str:
        """The statement that gives the typed values of literals of these datatypes. To plan it takes DuckDB
        longer than all the rest of a change, and longer the more datatypes there are."""
        of = frozenset(kinds)
        if of not in self._statements:
            self._statements[of] = name = f"typed_{len(self._statements)}"
            self._connection.execute(
                f"PREPARE {name} AS SELECT {number_of(of)}, {instant_of(of)}"
                " FROM (SELECT unnest($1::VARCHAR[]) AS value, unnest($2::VARCHAR[]) AS datatype)"
            )
        return self._statements[of]

    def _first(self, text: str) -> int:
        """The first of the rows in order whose text is not less than this one."""
        rows = range(self._ordered)
        return bisect_left(rows, text.encode(), key=lambda row: self._texts[row].as_py().encode())

    def _of(self, name: str, row: int) -> str | None:
        found: str | None = self._table[name][row].as_py()
        return found
