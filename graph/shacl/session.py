"""What a validation sees, as two relations of one DuckDB connection: `terms` and the set `triples`.

A session is a columns file, or what was read from documents, or nothing, with more triples added to it as
text: background, context, a graph in memory. Terms that were there keep their ids, others get ids behind.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns import Columns
from graph.columns.connection import MEMORY_MB, THREADS, close, connect, spill_beside
from graph.columns.typed import INSTANT, NUMBER
from graph.shacl.conversion import Triple
from graph.shacl.terms import Constants, Key, Known
from graph.stores.lines import Statements

_TEXTS = pa.schema([(name, pa.string()) for name in ("value", "datatype", "language")])
_TRIPLES = pa.schema([(name, pa.string()) for name in Triple._fields])
_ALIKE = (
    "n.value = o.value AND n.datatype IS NOT DISTINCT FROM o.datatype"
    " AND n.language IS NOT DISTINCT FROM o.language"
)


_TEXTS_OF_TERMS = ("SELECT id, value FROM columns.terms",)
_OTHERS = (
    "SELECT datatype, language, number, instant FROM columns.terms",
    "SELECT s, p, o FROM columns.quads",
)


@dataclass(frozen=True)
class Seed:
    """Terms, their instants as text, and triples, with ids from 0."""

    terms: pa.Table
    instants: pa.ChunkedArray
    triples: pa.Table

    @cached_property
    def keys(self) -> list[Key]:
        columns = (self.terms[name].to_pylist() for name in ("value", "datatype", "language"))
        return list(zip(*columns, strict=True))

    @cached_property
    def numbers(self) -> list[float | None]:
        found: list[float | None] = self.terms["number"].to_pylist()
        return found


class Session:
    """Opens `version` (a columns file, or what was read from documents), or starts empty where it is None.
    Close it, or leave its `with`.

    Raises SourceError for a file that is not readable.
    """

    def __init__(
        self,
        version: Path | Statements | None,
        *,
        memory_mb: int = MEMORY_MB,
        threads: int = THREADS,
    ) -> None:
        self.focus: npt.NDArray[np.uint32] | None = None
        self._statements = version if isinstance(version, Statements) else None
        self._known: dict[Key, Known] = {}
        if not isinstance(version, Path):
            spill = spill_beside(Path(tempfile.gettempdir()) / "lienthong")
            self.connection: duckdb.DuckDBPyConnection = connect(
                spill=spill, memory_mb=memory_mb, threads=threads
            )
        else:
            self.connection = Columns(version, memory_mb=memory_mb, threads=threads).connection
            self.connection.execute("USE memory")
        if self._statements is not None:
            self.connection.register("stated_terms", self._statements.terms)
            self.connection.register("stated", self._statements.triples)
            self._own: _Own | None = _Own("stated_terms", "stated", is_set=True)
        else:
            self._own = None if version is None else _Own("columns.terms", "columns.quads", is_set=False)
        # With it EXISTS and LIMIT over a left join with nothing are wrong (DuckDB 2.0.0).
        self.connection.execute("SET disabled_optimizers = 'projection_pullup'")
        for statement in _tables(self._own):
            self.connection.execute(statement)

    @classmethod
    def holding(cls, terms: pa.Table, triples: pa.Table) -> Self:
        """One of tables that are there already."""
        session = cls(None)
        for table, rows in (("more_terms", terms), ("more_triples", triples)):
            session.connection.register("given", rows)
            session.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")
            session.connection.unregister("given")
        return session

    @property
    def judges_all(self) -> bool:
        """Whether results about every node are meant, not only about subjects of what is validated."""
        return self._own is None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close(self.connection)

    def snapshot(self) -> "Seed":
        """The terms and triples that were added, for `begin`."""
        read = self.connection.sql
        return Seed(
            read("SELECT * FROM more_terms ORDER BY id").to_arrow_table(),
            read("SELECT instant::VARCHAR AS instant FROM more_terms ORDER BY id").to_arrow_table()[
                "instant"
            ],
            read("SELECT * FROM more_triples").to_arrow_table(),
        )

    def begin(self, seed: "Seed") -> None:
        """Adds what another session held to one to which nothing was added; far quicker than `add`."""
        ids = self._ids_of(seed)
        is_new = pa.array(ids >= self._next_id)
        terms = seed.terms.set_column(0, "id", pa.array(ids, pa.uint32())).filter(is_new)
        columns = [pa.array(ids[seed.triples[name].to_numpy()]) for name in "spo"]
        for table, rows in (("more_terms", terms), ("more_triples", pa.table(columns, names=list("spo")))):
            self.connection.register("given", rows)
            self.connection.execute(f"INSERT INTO {table} SELECT * FROM given")
            self.connection.unregister("given")
        named = zip(seed.keys, ids.tolist(), seed.numbers, seed.instants.to_pylist(), strict=True)
        self._known = {key: Known(*rest) for key, *rest in named}

    def _ids_of(self, seed: "Seed") -> npt.NDArray[np.uint32]:
        """Ids for the terms of a seed: those that the version has keep theirs."""
        ids = self._next_id + np.arange(len(seed.keys), dtype=np.uint32)
        if self._terms is None:
            return ids
        # The few rows with the text of some term; datatype and language tell which of them it is.
        wanted = seed.terms["value"].combine_chunks()
        rows = self._terms.select(["id", "value", "datatype", "language"])
        rows = rows.filter(pa.array(_look_like(rows["value"], wanted)))
        rows = rows.filter(pc.is_in(rows["value"], value_set=wanted))
        place = {key: number for number, key in enumerate(seed.keys)}
        for number, *key in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            if (found := place.get(tuple(key))) is not None:
                ids[found] = number
        return ids

    @property
    def _terms(self) -> pa.Table | None:
        """Those of the version, in the order of the file."""
        return None if self._version is None else self._version[0]

    @cached_property
    def _version(self) -> tuple[pa.Table, pa.Table] | None:
        """The terms and the triples of the version, in the order of the file."""
        if self._statements is not None:
            return self._statements.terms, self._statements.triples
        if self._own is None:
            return None
        others = self.connection.cursor()
        self.connection.execute("SET preserve_insertion_order = true")
        try:
            # To make the texts Arrow's takes as long as all the rest, and neither is done by two threads.
            with ThreadPoolExecutor(1) as pool:
                rest = pool.submit(_tables_of, others, _OTHERS)
                (texts,) = _tables_of(self.connection, _TEXTS_OF_TERMS)
                more, triples = rest.result()
        finally:
            others.close()
            self.connection.execute("SET preserve_insertion_order = false")
        columns = {name: table[name] for table in (texts, more) for name in table.column_names}
        return pa.table(columns), triples

    @property
    def _next_id(self) -> int:
        return (
            0 if self._terms is None or not len(self._terms) else int(pc.max(self._terms["id"]).as_py()) + 1
        )

    def add(self, triples: Iterable[Triple]) -> None:
        """More triples; those that are there already stay one."""
        rows = list(triples)
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        self.connection.register("given", pa.table(columns, schema=_TRIPLES))
        self.add_from("given")
        self.connection.unregister("given")

    def add_from(self, relation: str) -> None:
        """As `add`, from a relation with the columns of `Triple`."""
        run = self.connection.execute
        run(f"CREATE OR REPLACE TEMP TABLE adding AS SELECT DISTINCT * FROM {relation}")
        run(
            "CREATE OR REPLACE TEMP TABLE texts AS SELECT DISTINCT * FROM ("
            "SELECT s AS value, NULL::VARCHAR AS datatype, NULL::VARCHAR AS language FROM adding"
            " UNION ALL SELECT p, NULL, NULL FROM adding UNION ALL SELECT o, datatype, language FROM adding)"
        )
        self._number_texts()
        run(
            """
            CREATE OR REPLACE TEMP TABLE added AS
            SELECT s.id AS s, p.id AS p, o.id AS o FROM adding a
            JOIN numbered s ON s.value = a.s AND s.datatype IS NULL
            JOIN numbered p ON p.value = a.p AND p.datatype IS NULL
            JOIN numbered o ON o.value = a.o AND o.datatype IS NOT DISTINCT FROM a.datatype
                AND o.language IS NOT DISTINCT FROM a.language
            """
        )
        run("INSERT INTO more_triples SELECT * FROM added ANTI JOIN more_triples USING (s, p, o)")

    def tables(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        """The terms, the triples of the version and those that were added, as they lie there: some twice."""
        more_terms, more = (
            self.connection.sql(f"SELECT * FROM {name}").to_arrow_table()
            for name in ("more_terms", "more_triples")
        )
        if self._version is None:
            return more_terms, more, more.slice(0, 0)
        own_terms, own = self._version
        return pa.concat_tables([own_terms, more_terms]), own, more

    def see_triples(self) -> None:
        """Makes `own`, what the version says, and `triples`, all that is seen; each triple once. Call it when
        all is added, before anything is asked of them."""
        run = self.connection.execute
        if self._own is None:
            for view in ("own", "triples"):
                run(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT s, p, o FROM more_triples")
            return
        run(f"CREATE OR REPLACE TEMP VIEW own AS {_set_of_triples(self.connection, self._own)}")
        run(
            "CREATE OR REPLACE TEMP TABLE others AS"
            f" SELECT s, p, o FROM more_triples ANTI JOIN {self._own.triples} USING (s, p, o)"
        )
        run("CREATE OR REPLACE TEMP VIEW triples AS SELECT * FROM own UNION ALL SELECT * FROM others")

    def constants(self, keys: Iterable[Key]) -> Constants:
        """The ids and columns of these terms, which are in `terms` after that."""
        wanted = set(keys)
        if new := wanted - self._known.keys():
            columns = list(zip(*new, strict=True))
            self.connection.register("given", pa.table(columns, schema=_TEXTS))
            self.connection.execute("CREATE OR REPLACE TEMP TABLE texts AS SELECT * FROM given")
            self.connection.unregister("given")
            self._number_texts()
            rows = self.connection.execute(
                "SELECT value, datatype, language, id, number, instant::VARCHAR FROM numbered"
            ).fetchall()
            for value, datatype, language, *rest in rows:
                self._known[value, datatype, language] = Known(*rest)
        return Constants({one: self._known[one] for one in wanted})

    def _number_texts(self) -> None:
        """Makes `numbered`, the terms of `texts`; those that are new go into `terms`."""
        run = self.connection.execute
        run(f"CREATE OR REPLACE TEMP TABLE numbered AS SELECT n.* FROM terms n JOIN texts o ON {_ALIKE}")
        if not run(f"SELECT 1 FROM texts o ANTI JOIN numbered n ON {_ALIKE} LIMIT 1").fetchone():
            return
        run(
            f"""
            CREATE OR REPLACE TEMP TABLE fresh AS
            SELECT ((SELECT coalesce(max(id), -1) FROM terms) + row_number() OVER ())::UINTEGER AS id,
                   value, datatype, language, {NUMBER} AS number, {INSTANT} AS instant
            FROM (SELECT * FROM texts o ANTI JOIN numbered n ON {_ALIKE})
            """
        )
        run("INSERT INTO more_terms SELECT * FROM fresh")
        run("INSERT INTO numbered SELECT * FROM fresh")

    def texts(self, ids: Iterable[int]) -> dict[int, Key]:
        """Terms by id."""
        table = pa.table({"id": pa.array(sorted(set(ids)), pa.uint32())})
        self.connection.register("wanted", table)
        rows = self.connection.execute(
            "SELECT t.id, t.value, t.datatype, t.language FROM terms t JOIN wanted w ON w.id = t.id"
        ).fetchall()
        self.connection.unregister("wanted")
        return {number: (value, datatype, language) for number, value, datatype, language in rows}


def _tables_of(connection: duckdb.DuckDBPyConnection, selects: Sequence[str]) -> list[pa.Table]:
    return [connection.sql(one).to_arrow_table() for one in selects]


_LONG = 2**12
"""So many bytes, and more: a table has to have room for every length."""


def _look_like(texts: pa.ChunkedArray, wanted: pa.Array) -> npt.NDArray[np.bool_]:
    """Which have the length and the last byte of some wanted one: far quicker than to hash each (26.0)."""
    looks = [_looks(chunk) for chunk in texts.chunks]
    some = _looks(wanted)
    found = np.zeros(int(max(one.max(initial=0) for one in (*looks, some))) + 1, np.bool_)
    found[some] = True
    return np.concatenate([found[one] for one in looks]) if looks else np.zeros(0, np.bool_)


def _looks(texts: pa.Array) -> npt.NDArray[np.int32]:
    """The length and the last byte of each, in one number; those that are long are alike."""
    _, offsets, signs = texts.buffers()
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    bounds = np.frombuffer(offsets, width)[texts.offset : texts.offset + len(texts) + 1]
    lengths = np.minimum(np.diff(bounds), _LONG).astype(np.int32, copy=False)
    if not signs:
        return lengths
    # That of an empty text, which has none, is the one before it, and is left aside.
    last = np.frombuffer(signs, np.uint8)[bounds[1:] - 1]
    looks: npt.NDArray[np.int32] = (lengths << 8 | last) * (lengths > 0)
    return looks


@dataclass(frozen=True, slots=True)
class _Own:
    """The relations of what is validated; whether its triples are each there once."""

    terms: str
    triples: str
    is_set: bool


def _tables(source: _Own | None) -> Iterator[str]:
    yield (
        "CREATE TEMP TABLE more_terms (id UINTEGER, value VARCHAR, datatype VARCHAR, language VARCHAR,"
        " number DOUBLE, instant TIMESTAMP)"
    )
    yield "CREATE TEMP TABLE more_triples (s UINTEGER, p UINTEGER, o UINTEGER)"
    own = "" if source is None else f"SELECT * FROM {source.terms} UNION ALL "
    yield f"CREATE TEMP VIEW terms AS {own}SELECT * FROM more_terms"


def _set_of_triples(connection: duckdb.DuckDBPyConnection, own: _Own) -> str:
    """Without duplicates: the few predicates of which a triple is in two graphs are looked through, once."""
    run = connection.execute
    if own.is_set:
        return f"SELECT s, p, o FROM {own.triples}"
    repeated = run(
        "SELECT DISTINCT p FROM (SELECT p FROM columns.quads SEMI JOIN"
        " (SELECT p AS shared FROM columns.quads GROUP BY p HAVING count(DISTINCT g) > 1) ON p = shared"
        " GROUP BY p, s, o HAVING count(*) > 1)"
    ).fetchall()
    if not repeated:
        return "SELECT s, p, o FROM columns.quads"
    some = ", ".join(str(p) for (p,) in repeated)
    run(
        f"CREATE OR REPLACE TEMP TABLE once AS SELECT DISTINCT s, p, o FROM columns.quads WHERE p IN ({some})"
    )
    return f"SELECT s, p, o FROM columns.quads WHERE p NOT IN ({some}) UNION ALL SELECT s, p, o FROM once"
