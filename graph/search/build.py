"""Makes the index of a generation from its columns."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from graph.columns import Columns
from graph.columns.connection import MEMORY_MB, THREADS
from graph.columns.schema import RDF_TYPE
from graph.search.folding import fold
from graph.search.schema import CODES, NAMES, TABLES

_BATCH = 20_000

_SEARCHED = """
    CREATE TEMP TABLE searched AS
    SELECT quads.s, quads.g, wanted.place, terms.language, terms.value
    FROM quads
    JOIN (
        SELECT p.id, min(names.place) AS place
        FROM terms p JOIN (SELECT unnest($names) AS name, generate_subscripts($names, 1) AS place) names
        ON p.datatype IS NULL AND (p.value = names.name OR ends_with(p.value, '/' || names.name))
        GROUP BY p.id
    ) wanted ON wanted.id = quads.p
    JOIN terms ON terms.id = quads.o AND terms.datatype IS NOT NULL"""
_OF_TYPE = """
    FROM quads JOIN terms p ON p.id = quads.p AND p.value = $type AND p.datatype IS NULL
    WHERE quads.s IN (SELECT s FROM searched)"""


def build(columns: Path, target: Path, *, memory_mb: int = MEMORY_MB, threads: int = THREADS) -> int:
    """Writes the index of a columns file to `target`; returns how many texts it holds."""
    with Columns(columns, memory_mb=memory_mb, threads=threads) as opened, closing(_new(target)) as index:
        cursor = opened.connection.cursor()
        cursor.execute("USE columns")

        def rows(select: str, **values: object) -> Iterator[tuple[object, ...]]:
            asked = cursor.execute(select, values or None)
            while batch := asked.fetchmany(_BATCH):
                yield from batch

        cursor.execute(_SEARCHED, {"names": [*NAMES, *CODES]})
        _fill(index, "graphs", rows("SELECT id, value FROM terms WHERE id IN (SELECT g FROM quads)"))
        _fill(index, "entities", rows("SELECT id, value FROM terms WHERE id IN (SELECT s FROM searched)"))
        texts = rows("SELECT s, g, place, language, value FROM searched ORDER BY s, place, g, value")
        folded = ((*text, fold(str(text[-1]))) for text in texts)
        count = _fill(index, "texts", ((None, *text) for text in folded if text[-1]))
        _fill(
            index,
            "kinds",
            rows(f"SELECT id, value FROM terms WHERE id IN (SELECT o {_OF_TYPE})", type=RDF_TYPE),
        )
        _fill(index, "types", rows(f"SELECT DISTINCT s, g, o {_OF_TYPE} ORDER BY s, g, o", type=RDF_TYPE))
        index.execute("INSERT INTO words(rowid, folded) SELECT id, folded FROM texts")
        index.execute("CREATE INDEX texts_of ON texts(entity)")
        index.commit()
    return count


def _new(target: Path) -> sqlite3.Connection:
    made = sqlite3.connect(target)
    # Nobody else sees the file before it is whole; publication syncs it.
    made.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + TABLES)
    return made


def _fill(index: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> int:
    width = len(index.execute(f"PRAGMA table_info({table})").fetchall())
    marks = ", ".join("?" * width)
    return index.executemany(f"INSERT INTO {table} VALUES ({marks})", rows).rowcount
