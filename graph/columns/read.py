"""Reading a columns file."""

from collections.abc import Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from graph.columns import nquads
from graph.columns.connection import MEMORY_MB, THREADS, attach, close, connect, spill_beside
from graph.columns.overlap import Overlap, described, find_overlap, links, neighbours
from graph.columns.schema import FORMAT, SourceRow, TextQuad
from graph.columns.statistics import Statistics
from graph.errors import SourceError
from graph.text import Text

_BATCH = 10_000


class Columns:
    """One columns file, read-only. `connection` sees its tables `terms`, `quads`, `sources` by plain name.

    Further files may be attached to the connection, and temporary tables made in it.
    Raises SourceError when `path` is no columns file of this layout.
    """

    def __init__(self, path: Path, *, memory_mb: int = MEMORY_MB, threads: int = THREADS) -> None:
        self.path = path
        self.connection: duckdb.DuckDBPyConnection = connect(
            spill=spill_beside(path), memory_mb=memory_mb, threads=threads
        )
        attach(self.connection, path, "columns")
        self.connection.execute("USE columns")
        try:
            about = self.connection.execute("SELECT format, sourced, statistics FROM about").fetchone()
        except duckdb.CatalogException:
            about = None
        if about is None or about[0] != FORMAT:
            self.close()
            raise _other_layout(path)
        self._sourced: bool = about[1]
        self._statistics: str = about[2]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        close(self.connection)

    def statistics(self) -> Statistics:
        """The counts that were taken when the file was made."""
        return Statistics.load(self._statistics)

    def mentions(self, resources: Collection[str]) -> bool:
        """Whether one of these IRIs or blank nodes is a subject, predicate, object or graph of a quad."""
        asked = "SELECT count(*) FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($values))"
        row = self._cursor().execute(asked, {"values": list(resources)}).fetchone()
        return row is not None and row[0] > 0

    def overlap(self) -> Overlap | None:
        """The triples stated in more than one graph, with an example."""
        return find_overlap(self._cursor())

    def shared_blank_node(self) -> str | None:
        """A blank node of which something is said in more than one graph; None where there is none."""
        row = (
            self._cursor()
            .execute(
                """
                WITH blank AS (SELECT id FROM terms WHERE datatype IS NULL AND starts_with(value, '_:')),
                standing AS (
                    SELECT s AS id, g FROM quads WHERE s IN (FROM blank)
                    UNION ALL SELECT o, g FROM quads WHERE o IN (FROM blank)
                )
                SELECT value FROM terms WHERE id IN
                (SELECT id FROM standing GROUP BY id HAVING count(DISTINCT g) > 1) LIMIT 1
                """
            )
            .fetchone()
        )
        return None if row is None else str(row[0])

    def described(self) -> list[tuple[tuple[str, ...], int]]:
        """Sets of graphs, each with how many subjects these and no others describe."""
        return described(self._cursor())

    def neighbours(self) -> dict[str, tuple[str, ...]]:
        """By graph: the other graphs that describe one of its subjects too."""
        return neighbours(self._cursor())

    def links(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """By graph and predicate: the graphs that describe an object of it."""
        return links(self._cursor())

    def quads(self, graph: str | None = None) -> Iterator[TextQuad]:
        """All quads, or those of one named graph, in no order."""
        only = "" if graph is None else "WHERE g.value = ?"
        cursor = self._cursor().execute(f"{TEXT_QUADS} {only}", [] if graph is None else [graph])
        return fetch_quads(cursor)

    def about(self, subjects: Collection[str]) -> set[TextQuad]:
        """The quads of these subjects."""
        given = {"subjects": list(subjects)}
        asked = f"{TEXT_QUADS} WHERE s.datatype IS NULL AND s.value IN (SELECT unnest($subjects))"
        return set(fetch_quads(self._cursor().execute(asked, given)))

    def nquads(self) -> Iterator[bytes]:
        """All quads as N-Quads text, in chunks of whole lines."""
        return nquads.chunks(self._cursor())

    def ntriples(self, graph: str) -> Iterator[bytes]:
        """The triples of one named graph as N-Triples text, likewise."""
        return nquads.triples(self._cursor(), graph)

    def source_row(
        self,
        s: str,
        p: str | None = None,
        o: str | None = None,
        *,
        datatype: str | None = None,
        language: str | None = None,
    ) -> SourceRow | None:
        """The first source row that stated this, whatever the graph; None where that is not known.

        What is left out may be anything: `source_row(s)` is the first row that said something of `s`.
        """
        if not self._sourced:
            return None
        given = {"s.value": s, "p.value": p, "o.value": o, "o.datatype": datatype, "o.language": language}
        known = {name: value for name, value in given.items() if value is not None}
        row = (
            self._cursor()
            .execute(
                f"""
                SELECT sources.name, sources.location, quads.row
                FROM quads JOIN terms s ON s.id = quads.s JOIN terms p ON p.id = quads.p
                JOIN terms o ON o.id = quads.o JOIN sources ON sources.id = quads.source
                WHERE s.datatype IS NULL AND {" AND ".join(f"{name} = ?" for name in known)}
                ORDER BY quads.row NULLS LAST, sources.id LIMIT 1
                """,
                list(known.values()),
            )
            .fetchone()
        )
        return None if row is None else SourceRow(*row)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, so that an iterator lives on while other questions are asked."""
        cursor = self.connection.cursor()
        cursor.execute("USE columns")
        return cursor


TEXT_QUADS = """
    SELECT s.value, p.value, o.value, o.datatype, o.language, g.value
    FROM quads JOIN terms s ON s.id = quads.s JOIN terms p ON p.id = quads.p
    JOIN terms o ON o.id = quads.o JOIN terms g ON g.id = quads.g"""


def fetch_quads(cursor: duckdb.DuckDBPyConnection) -> Iterator[TextQuad]:
    """The rows of an executed query with the columns of TextQuad."""
    while rows := cursor.fetchmany(_BATCH):
        yield from map(TextQuad._make, rows)


def _other_layout(path: Path) -> SourceError:
    return SourceError(
        Text(
            f"Tệp {path} không phải tệp cột có cấu trúc số {FORMAT}.",
            f"The file {path} is no columns file of layout {FORMAT}.",
        ),
        hint=Text("Hãy tạo lại phiên bản này.", "Build this version again."),
    )
