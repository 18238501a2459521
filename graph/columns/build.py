"""Staging → dictionary → sorted quads: how a columns file is made."""

import itertools
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from graph.columns import dictionary, given, resolution
from graph.columns.connection import MEMORY_MB, THREADS, attach, close, connect
from graph.columns.durable import commit
from graph.columns.projection import Projection
from graph.columns.resolution import Counted
from graph.columns.schema import ABOUT, QUADS, SOURCED_QUADS, SOURCES, STAGED, TERMS, TextQuad
from graph.columns.statistics import Statistics, record

_BATCH = 50_000
_NO_ROW = 2**48 - 1
# Quads of so many predicates are sorted at once: enough to be worth a scan, few enough for a small memory.
_SORTED_TOGETHER = 4_000_000


class Builder:
    """Makes one columns file from quads as text.

    Quads come as rows of the table `staged` of `connection` (see `schema.STAGED`), or as projections of other
    relations that it is given; it is a working database beside `path` that is gone when the `with` is left.
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
        for table in (STAGED, SOURCES, "CREATE SCHEMA making", resolution.RESOLVED):
            self.connection.execute(table)
        self._counted: list[Counted] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close(self.connection)
        shutil.rmtree(self._folder)

    def source(self, name: str, location: str) -> int:
        """Register a source; its id (from 1) goes into `staged.source`, its data rows into `staged.row`."""
        number = dictionary.count(self.connection, "work.sources") + 1
        self.connection.execute("INSERT INTO work.sources VALUES (?, ?, ?)", [number, name, location])
        return number

    def stage(
        self, quads: Iterable[TextQuad], source: int = 0, rows: Iterator[int | None] | None = None
    ) -> int:
        """Add quads; `source` 0 is no source at all, `rows` gives the row of each. Returns how many it were.

        As many rows are taken as quads, after them: both may come from one iterator.
        """
        staged = 0
        remaining = iter(quads)
        while batch := list(itertools.islice(remaining, _BATCH)):
            numbers = itertools.islice(itertools.repeat(None) if rows is None else rows, len(batch))
            table = given.quads(batch, source or None, list(numbers))
            self.connection.register("batch", table)
            self.connection.execute("INSERT INTO work.staged SELECT * FROM batch")
            self.connection.unregister("batch")
            staged += len(batch)
        return staged

    def project(self, projection: Projection) -> int:
        """Add the quads of `projection`, whose relations must stay as they are until `finish`; their number.

        What DuckDB raises for a value that makes no term comes out here.
        """
        if projection.is_costly:
            kept = f"making.rows_{len(self._counted)}"
            self.connection.execute(f"CREATE TABLE {kept} AS {projection.rows}")
            projection = replace(projection, rows=f"SELECT * FROM {kept}")
        counted = resolution.count(self.connection, projection)
        self._counted.append(counted)
        return sum(counted.quads)

    def finish(self) -> Statistics:
        """Write terms, quads, sources and statistics, then let them appear at `path` in one step."""
        made = self._folder / "columns"
        attach(self.connection, made, "output", read_only=False)
        self.connection.execute("USE output")
        for table in (TERMS, SOURCED_QUADS if self.keep_source else QUADS, SOURCES, ABOUT):
            self.connection.execute(table)
        self.connection.execute("USE work")
        if dictionary.count(self.connection, "work.staged"):
            self._counted.append(resolution.count(self.connection, resolution.STAGED))
        self._resolve()
        self._write_quads()
        if self.keep_source:
            self.connection.execute("INSERT INTO output.sources FROM work.sources ORDER BY id")
        self.connection.execute("USE output")
        statistics = record(self.connection, sourced=self.keep_source)
        self.connection.execute("USE work")
        self.connection.execute("CHECKPOINT output")
        self.connection.execute("DETACH output")
        commit(made, self.path)
        return statistics

    def _resolve(self) -> None:
        """Make the dictionary and `making.resolved`."""
        dictionary.write_terms(self.connection, resolution.texts(self._counted), into="output.terms")
        for key in dictionary.in_turn():
            if resolution.write_keys(self.connection, key):
                self._write_ids(key)
                return

    def _write_ids(self, key: dictionary.Key) -> None:
        resolver = resolution.Resolver(self.connection, key, self.keep_source)
        # DuckDB guesses that unnesting multiplies nothing: it would hash the many quads, not the few terms.
        self.connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            for counted in self._counted:
                written = resolver.resolve(counted)
                if written != sum(counted.quads):
                    raise ValueError(f"a projection gave {sum(counted.quads)} quads, then {written}")
        finally:
            self.connection.execute("RESET disabled_optimizers")
        for table in ("resources", "literals"):
            self.connection.execute(f"DROP TABLE making.{table}")

    def _write_quads(self) -> None:
        made = "SELECT DISTINCT s, p, o, g FROM making.resolved WHERE p BETWEEN {} AND {}"
        if self.keep_source:
            made = (
                f"SELECT s, p, o, g, nullif(origin % 65536, 0), nullif(origin // 65536, {_NO_ROW}) FROM ("
                "SELECT s, p, o, g, min(origin) AS origin FROM making.resolved"
                " WHERE p BETWEEN {} AND {} GROUP BY ALL)"
            )
        for first, last in self._sorted_together():
            self.connection.execute(
                f"INSERT INTO output.quads {made.format(first, last)} ORDER BY p, s, o, g"
            )
        self.connection.execute("DROP TABLE making.resolved")

    def _sorted_together(self) -> Iterator[tuple[int, int]]:
        """Ranges of predicates, in order, that hold some millions of quads."""
        counts = self.connection.execute(
            "SELECT p, count(*) FROM making.resolved GROUP BY p ORDER BY p"
        ).fetchall()
        first, quads = None, 0
        for predicate, count in counts:
            first = predicate if first is None else first
            quads += count
            if quads >= _SORTED_TOGETHER or predicate == counts[-1][0]:
                yield first, predicate
                first, quads = None, 0
