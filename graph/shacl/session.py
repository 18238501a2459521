"""What a validation sees, as two relations of one DuckDB connection: `terms` and the set `triples`.

A session is a columns file, or nothing, with more triples added to it as text: background, context, a graph
in memory. Terms that the file has keep its ids; others get new ones behind.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from graph.columns import Columns
from graph.columns.connection import MEMORY_MB, THREADS, connect, spill_beside
from graph.columns.typed import INSTANT, NUMBER
from graph.shacl.conversion import Triple
from graph.shacl.terms import Constants, Key, Known

_TEXTS = pa.schema([(name, pa.string()) for name in ("value", "datatype", "language")])
_TRIPLES = pa.schema([(name, pa.string()) for name in Triple._fields])
_ALIKE = (
    "n.value = o.value AND n.datatype IS NOT DISTINCT FROM o.datatype"
    " AND n.language IS NOT DISTINCT FROM o.language"
)


class Session:
    """Opens `version` (a columns file), or starts empty where it is None. Close it, or leave its `with`.

    Raises SourceError for a file that is not readable.
    """

    def __init__(
        self,
        version: Path | None,
        *,
        memory_mb: int = MEMORY_MB,
        threads: int = THREADS,
    ) -> None:
        self.columns: Columns | None = None
        if version is None:
            spill = spill_beside(Path(tempfile.gettempdir()) / "lienthong")
            self.connection: duckdb.DuckDBPyConnection = connect(
                spill=spill, memory_mb=memory_mb, threads=threads
            )
        else:
            self.columns = Columns(version, memory_mb=memory_mb, threads=threads)
            self.connection = self.columns.connection
            self.connection.execute("USE memory")
        for statement in _tables(self.columns):
            self.connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def snapshot(self) -> tuple[pa.Table, pa.Table]:
        """The terms and triples that were added, for `seed`."""
        read = self.connection.sql
        return (
            read("SELECT * FROM more_terms").to_arrow_table(),
            read("SELECT * FROM more_triples").to_arrow_table(),
        )

    def seed(self, snapshot: tuple[pa.Table, pa.Table]) -> None:
        """Begins an empty session with what another held; far quicker than adding it again."""
        for table, rows in zip(("more_terms", "more_triples"), snapshot, strict=True):
            self.connection.register("given", rows)
            self.connection.execute(f"INSERT INTO {table} SELECT * FROM given")
            self.connection.unregister("given")

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
        run("INSERT INTO more_triples SELECT * FROM added ANTI JOIN triples USING (s, p, o)")

    def tables(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        """The terms, the triples of the version (some twice) and those that were added, as they lie there."""
        read = self.connection.sql
        own, more = "FROM columns.quads", "FROM more_triples"
        if self.columns is None:
            own, more = more, f"{more} LIMIT 0"
        self.connection.execute("SET preserve_insertion_order = true")
        try:
            return (
                read("SELECT * FROM terms").to_arrow_table(),
                read(f"SELECT s, p, o {own}").to_arrow_table(),
                read(f"SELECT s, p, o {more}").to_arrow_table(),
            )
        finally:
            self.connection.execute("SET preserve_insertion_order = false")

    def constants(self, keys: Iterable[Key]) -> Constants:
        """The ids and columns of these terms, which are in `terms` after that."""
        columns = list(zip(*set(keys), strict=True))
        self.connection.register("given", pa.table(columns, schema=_TEXTS))
        self.connection.execute("CREATE OR REPLACE TEMP TABLE texts AS SELECT * FROM given")
        self.connection.unregister("given")
        self._number_texts()
        rows = self.connection.execute(
            "SELECT value, datatype, language, id, number, instant::VARCHAR FROM numbered"
        ).fetchall()
        return Constants(
            {(value, datatype, language): Known(*rest) for value, datatype, language, *rest in rows}
        )

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

    def own_subjects(self, ids: Iterable[int]) -> set[int]:
        """Which of these are subjects of what is validated."""
        table = pa.table({"id": pa.array(sorted(set(ids)), pa.uint32())})
        self.connection.register("wanted", table)
        rows = self.connection.execute("SELECT id FROM wanted SEMI JOIN own ON own.s = wanted.id").fetchall()
        self.connection.unregister("wanted")
        return {number for (number,) in rows}

    def texts(self, ids: Iterable[int]) -> dict[int, Key]:
        """Terms by id."""
        table = pa.table({"id": pa.array(sorted(set(ids)), pa.uint32())})
        self.connection.register("wanted", table)
        rows = self.connection.execute(
            "SELECT t.id, t.value, t.datatype, t.language FROM terms t JOIN wanted w ON w.id = t.id"
        ).fetchall()
        self.connection.unregister("wanted")
        return {number: (value, datatype, language) for number, value, datatype, language in rows}


def _tables(columns: Columns | None) -> Iterator[str]:
    yield (
        "CREATE TEMP TABLE more_terms (id UINTEGER, value VARCHAR, datatype VARCHAR, language VARCHAR,"
        " number DOUBLE, instant TIMESTAMP)"
    )
    yield "CREATE TEMP TABLE more_triples (s UINTEGER, p UINTEGER, o UINTEGER)"
    if columns is None:
        yield "CREATE TEMP VIEW terms AS SELECT * FROM more_terms"
        yield "CREATE TEMP VIEW triples AS SELECT * FROM more_triples"
        yield "CREATE TEMP VIEW own AS SELECT * FROM more_triples"
        return
    yield "CREATE TEMP VIEW terms AS SELECT * FROM columns.terms UNION ALL SELECT * FROM more_terms"
    yield f"CREATE TEMP VIEW own AS {_set_of_triples(columns)}"
    yield "CREATE TEMP VIEW triples AS SELECT * FROM own UNION ALL SELECT * FROM more_triples"


def _set_of_triples(columns: Columns) -> str:
    """Without duplicates: the few predicates of which a triple is in two graphs are looked through, once."""
    run = columns.connection.execute
    repeated = run(
        "SELECT DISTINCT p FROM (SELECT p FROM columns.quads SEMI JOIN"
        " (SELECT p AS shared FROM columns.quads GROUP BY p HAVING count(DISTINCT g) > 1) ON p = shared"
        " GROUP BY p, s, o HAVING count(*) > 1)"
    ).fetchall()
    if not repeated:
        return "SELECT s, p, o FROM columns.quads"
    some = ", ".join(str(p) for (p,) in repeated)
    run(f"CREATE TEMP TABLE once AS SELECT DISTINCT s, p, o FROM columns.quads WHERE p IN ({some})")
    return f"SELECT s, p, o FROM columns.quads WHERE p NOT IN ({some}) UNION ALL SELECT s, p, o FROM once"
