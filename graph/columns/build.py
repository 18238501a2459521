"""Staging → dictionary → sorted quads: how a columns file is made."""

import itertools
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from graph.columns import dictionary
from graph.columns.connection import MEMORY_MB, THREADS, attach, connect
from graph.columns.durable import commit
from graph.columns.schema import ABOUT, QUADS, SOURCED_QUADS, SOURCES, STAGED, TERMS, TextQuad
from graph.columns.statistics import Statistics, record

_BATCH = 50_000
_NO_ROW = 2**48 - 1
_ARROW = pa.schema(
    [(name, pa.string()) for name in TextQuad._fields] + [("source", pa.uint16()), ("row", pa.uint64())]
)
_TEXTS = """
    SELECT DISTINCT s AS value, NULL::VARCHAR AS datatype, NULL::VARCHAR AS language FROM work.staged
    UNION ALL SELECT DISTINCT p, NULL, NULL FROM work.staged
    UNION ALL SELECT DISTINCT g, NULL, NULL FROM work.staged
    UNION ALL SELECT DISTINCT o, datatype, language FROM work.staged"""


class Builder:
    """Makes one columns file from quads as text.

    `connection` holds the table `staged` (see `schema.STAGED`), into which rows are inserted, and may be
    given other relations; it is a working database beside `path` that is gone when the `with` is left.
    Nothing appears at `path` before `finish()` has written all of it.
    """

    def __init__(
        self,
        path: Path,
        *,
        memory_mb: int = MEMORY_MB,
        threads: int = THREADS,
        keep_source: bool = True,
    ) -> None:
        self.path = path
        self.keep_source = keep_source
        path.parent.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".building", dir=path.parent))
        self.connection: duckdb.DuckDBPyConnection = connect(
            database=self._folder / "work", spill=self._folder / "spill", memory_mb=memory_mb, threads=threads
        )
        self.connection.execute(STAGED)
        self.connection.execute(SOURCES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        shutil.rmtree(self._folder)

    def source(self, name: str, location: str) -> int:
        """Register a source; its id (from 1) goes into `staged.source`, its data rows into `staged.row`."""
        number = dictionary.count(self.connection, "work.sources") + 1
        self.connection.execute("INSERT INTO work.sources VALUES (?, ?, ?)", [number, name, location])
        return number

    def stage(self, quads: Iterable[TextQuad], source: int = 0) -> int:
        """Add quads that have no source row; `source` 0 is no source at all. Returns how many were given."""
        staged = 0
        remaining = iter(quads)
        while batch := list(itertools.islice(remaining, _BATCH)):
            table = _arrow(batch, source or None)
            self.connection.register("batch", table)
            self.connection.execute("INSERT INTO work.staged SELECT * FROM batch")
            self.connection.unregister("batch")
            staged += len(batch)
        return staged

    def finish(self) -> Statistics:
        """Write terms, quads, sources and statistics, then let them appear at `path` in one step."""
        made = self._folder / "columns"
        attach(self.connection, made, "output", read_only=False)
        self.connection.execute("USE output")
        for table in (TERMS, SOURCED_QUADS if self.keep_source else QUADS, SOURCES, ABOUT):
            self.connection.execute(table)
        dictionary.write_terms(self.connection, _TEXTS, into="output.terms")
        if not self._resolve(dictionary.digest):
            self._resolve(dictionary.whole_text)
        self._write_quads()
        if self.keep_source:
            self.connection.execute("INSERT INTO output.sources FROM work.sources ORDER BY id")
        statistics = record(self.connection, sourced=self.keep_source)
        self.connection.execute("USE work")
        self.connection.execute("CHECKPOINT output")
        self.connection.execute("DETACH output")
        commit(made, self.path)
        return statistics

    def _resolve(self, key: dictionary.Key) -> bool:
        """Make `work.resolved`: staged quads as ids. False, and nothing made, where two terms share a key."""
        self.connection.execute(
            f"CREATE OR REPLACE TABLE work.keys AS"
            f" SELECT {key('value', 'datatype', 'language')} AS key, id FROM output.terms"
        )
        if not dictionary.are_distinct(self.connection, "work.keys"):
            return False
        # One number orders by row, then source, so that min() finds the first row a quad was made from.
        origin = f"coalesce(staged.row, {_NO_ROW})::UBIGINT * 65536 + coalesce(staged.source, 0)"
        self.connection.execute(
            f"""
            CREATE TABLE work.resolved AS
            SELECT s.id AS s, p.id AS p, o.id AS o, g.id AS g, {origin if self.keep_source else 0} AS origin
            FROM work.staged
            JOIN work.keys s ON s.key = {key("staged.s")}
            JOIN work.keys p ON p.key = {key("staged.p")}
            JOIN work.keys g ON g.key = {key("staged.g")}
            JOIN work.keys o ON o.key = {key("staged.o", "staged.datatype", "staged.language")}
            """
        )
        self.connection.execute("DROP TABLE work.keys")
        return True

    def _write_quads(self) -> None:
        columns = "s, p, o, g"
        if self.keep_source:
            columns += f", nullif(origin % 65536, 0), nullif(origin // 65536, {_NO_ROW})"
        self.connection.execute(
            f"""
            INSERT INTO output.quads
            SELECT {columns} FROM (SELECT s, p, o, g, min(origin) AS origin FROM work.resolved GROUP BY ALL)
            ORDER BY p, s, o, g
            """
        )
        self.connection.execute("DROP TABLE work.resolved")


def _arrow(batch: list[TextQuad], source: int | None) -> pa.Table:
    s, p, o, datatype, language, g = zip(*batch, strict=True)
    lower = [tag.lower() if tag else None for tag in language]
    nothing = [None] * len(batch)
    return pa.table([s, p, o, datatype, lower, g, [source] * len(batch), nothing], schema=_ARROW)
