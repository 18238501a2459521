"""What changed between two versions of a data set, compared by the text of their quads."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from graph.columns.changes import CHANGES, FEW, LITTLE, write_about
from graph.columns.connection import MEMORY_MB, THREADS, attach, close, connect, spill_beside
from graph.columns.durable import commit
from graph.columns.read import fetch_quads
from graph.columns.schema import QUADS, TERMS, TextQuad

_TEXT = """
    SELECT s.value, p.value, o.value, o.datatype, o.language, g.value FROM memory.{table} q
    JOIN {version}.terms s ON s.id = q.s JOIN {version}.terms p ON p.id = q.p
    JOIN {version}.terms o ON o.id = q.o JOIN {version}.terms g ON g.id = q.g"""


class Difference:
    """Counts, and the quads themselves while it is open.

    `added` and `removed` count quads, `changed_subjects` the subjects they are about. Blank nodes are the
    same where their labels are: mappings give the same label to the same row.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.added, self.removed, self.changed_subjects = _counts(connection)

    @property
    def is_empty(self) -> bool:
        return self.added == 0 and self.removed == 0

    def is_little(self, quads: int) -> bool:
        """Whether it is worth writing down, for a version of so many quads."""
        return self.added + self.removed < max(LITTLE * quads, FEW)

    def added_quads(self) -> Iterator[TextQuad]:
        """Quads of the new version that the old one did not have."""
        return self._quads("added", "new")

    def removed_quads(self) -> Iterator[TextQuad]:
        """Quads of the old version that the new one no longer has."""
        return self._quads("removed", "old")

    def write(self, path: Path) -> None:
        """Writes the quads themselves to the file of changes `path` (see `graph.columns.changes`)."""
        made = path.with_name(f".{path.name}.building")
        made.unlink(missing_ok=True)
        attach(self._connection, made, "changes", read_only=False)
        for table in CHANGES:
            self._connection.execute(table)
        for table, version in (("added", "new"), ("removed", "old")):
            self._connection.execute(
                f"INSERT INTO changes.{table} {_TEXT.format(table=table, version=version)}"
            )
        write_about(self._connection)
        self._connection.execute("CHECKPOINT changes")
        self._connection.execute("DETACH changes")
        commit(made, path)

    def _quads(self, table: str, version: str) -> Iterator[TextQuad]:
        cursor = self._connection.cursor()
        cursor.execute(_TEXT.format(table=table, version=version))
        return fetch_quads(cursor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        close(self._connection)


def difference(
    old: Path | None, new: Path, *, memory_mb: int = MEMORY_MB, threads: int = THREADS
) -> Difference:
    """Compare two columns files; without an old one everything is added. Raises SourceError."""
    connection = connect(spill=spill_beside(new), memory_mb=memory_mb, threads=threads)
    attach(connection, new, "new")
    if old is not None:
        attach(connection, old, "old")
    else:
        connection.execute("ATTACH ':memory:' AS old")
        for table in (TERMS, QUADS):
            connection.execute(table.replace("TABLE ", "TABLE old."))
    # Ids differ between files, so the old quads are rewritten with the new file's ids where it has the term.
    connection.execute(
        """
        CREATE TABLE translation AS SELECT o.id AS old, n.id AS new FROM old.terms o LEFT JOIN new.terms n
        ON n.value = o.value AND n.datatype IS NOT DISTINCT FROM o.datatype
        AND n.language IS NOT DISTINCT FROM o.language
        """
    )
    connection.execute(
        """
        CREATE TABLE translated AS
        SELECT q.s, q.p, q.o, q.g, s.new AS new_s, p.new AS new_p, o.new AS new_o, g.new AS new_g
        FROM old.quads q JOIN translation s ON s.old = q.s JOIN translation p ON p.old = q.p
        JOIN translation o ON o.old = q.o JOIN translation g ON g.old = q.g
        """
    )
    connection.execute(
        """
        CREATE TABLE removed AS SELECT t.s, t.p, t.o, t.g, t.new_s FROM translated t ANTI JOIN new.quads q
        ON q.s = t.new_s AND q.p = t.new_p AND q.o = t.new_o AND q.g = t.new_g
        """
    )
    connection.execute(
        """
        CREATE TABLE added AS SELECT q.s, q.p, q.o, q.g FROM new.quads q ANTI JOIN translated t
        ON q.s = t.new_s AND q.p = t.new_p AND q.o = t.new_o AND q.g = t.new_g
        """
    )
    connection.execute("DROP TABLE translated")
    connection.execute("DROP TABLE translation")
    return Difference(connection)


def _counts(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    row = connection.execute(
        """
        SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM removed),
               (SELECT count(*) FROM (SELECT s FROM added UNION
                                      SELECT new_s FROM removed WHERE new_s IS NOT NULL))
               + (SELECT count(DISTINCT s) FROM removed WHERE new_s IS NULL)
        """
    ).fetchone()
    return (0, 0, 0) if row is None else (row[0], row[1], row[2])
