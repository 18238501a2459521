"""A file of changes: the quads, as text, that one version of a data set has and the one before has not."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from graph.columns.connection import MEMORY_MB, THREADS, attach, connected, spill_beside

LITTLE = 0.2
"""Changes beyond this share of a version are not worth writing down: everything is published anew then."""

FEW = 1_000
"""So many changes are written down in any case."""

_COLUMNS = """s VARCHAR NOT NULL, p VARCHAR NOT NULL, o VARCHAR NOT NULL, datatype VARCHAR, language VARCHAR,
    g VARCHAR NOT NULL"""
CHANGES = (
    f"CREATE TABLE changes.added ({_COLUMNS})",
    f"CREATE TABLE changes.removed ({_COLUMNS})",
    "CREATE TABLE changes.about (added UBIGINT, removed UBIGINT, subjects UBIGINT, blank UBIGINT)",
)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many quads were added and removed, the number of subjects they are about, and how many of the quads
    hold a blank node."""

    added: int
    removed: int
    changed_subjects: int
    blank: int = 0

    @property
    def is_empty(self) -> bool:
        return self.added == 0 and self.removed == 0


def write_about(connection: duckdb.DuckDBPyConnection) -> None:
    """Counts what is in the attached file `changes`, once."""
    connection.execute(
        """
        INSERT INTO changes.about
        SELECT (SELECT count(*) FROM changes.added), (SELECT count(*) FROM changes.removed),
               (SELECT count(*) FROM (SELECT s FROM changes.added UNION SELECT s FROM changes.removed)),
               (SELECT count(*) FROM (FROM changes.added UNION ALL FROM changes.removed)
                WHERE starts_with(s, '_:') OR (datatype IS NULL AND starts_with(o, '_:')))
        """
    )


def read(path: Path) -> Changes:
    """Raises SourceError where it is no such file."""
    with _opened(path) as connection:
        [row] = connection.execute("SELECT added, removed, subjects, blank FROM changes.about").fetchall()
        return Changes(*row)


def ends(path: Path, backwards: Collection[str]) -> Iterator[tuple[str, str | None, str | None]]:
    """The subjects of changed quads, and the objects of those whose predicate is in `backwards`."""
    with _opened(path) as connection:
        both = "(SELECT * FROM changes.added UNION ALL SELECT * FROM changes.removed)"
        rows = connection.execute(
            f"SELECT DISTINCT s, NULL::VARCHAR, NULL::VARCHAR FROM {both} UNION"
            f" SELECT DISTINCT o, datatype, language FROM {both} WHERE p IN (SELECT unnest($backwards))",
            {"backwards": list(backwards)},
        )
        yield from rows.fetchall()


@contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connected(spill=spill_beside(path), memory_mb=MEMORY_MB, threads=THREADS) as connection:
        attach(connection, path, "changes")
        yield connection
