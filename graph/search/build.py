"""Makes the index of a generation from its columns: all of it, or what changed since the one before."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from graph.columns import Columns
from graph.columns.connection import MEMORY_MB, THREADS
from graph.columns.schema import RDF_TYPE
from graph.search.folding import fold
from graph.search.schema import CODES, NAMES, TABLES

_BATCH = 20_000
Rows = Iterator[tuple[object, ...]]
Ask = Callable[..., Rows]
"""Runs a statement over the columns, with values by name, and gives its rows."""

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
    with _reading(columns, memory_mb, threads) as ask, _writing(target) as index:
        index.executescript(TABLES)
        ask(_SEARCHED, names=[*NAMES, *CODES])
        _fill(index, ask)
        index.execute("CREATE INDEX texts_of ON texts(entity)")
        return _count(index)


def succeed(
    base: Path,
    columns: Path,
    changed: Iterable[str],
    target: Path,
    *,
    memory_mb: int = MEMORY_MB,
    threads: int = THREADS,
) -> int:
    """Writes to `target` the index of a columns file that was made from the one that has the index `base`.

    `changed` are the IRIs of all subjects of which a quad came or went: they are taken out of a copy of
    `base` and read anew. The ids of all other terms are as they were. Returns how many texts the index holds.
    """
    shutil.copyfile(base, target)
    with _reading(columns, memory_mb, threads) as ask, _writing(target) as index:
        iris = list(changed)
        _remove(index, iris)
        ask(
            f"{_SEARCHED} WHERE quads.s IN"
            " (SELECT id FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($changed)))",
            names=[*NAMES, *CODES],
            changed=iris,
        )
        index.execute("DELETE FROM graphs")
        _fill(index, ask)
        index.execute("DELETE FROM kinds WHERE id NOT IN (SELECT kind FROM types)")
        return _count(index)


def _remove(index: sqlite3.Connection, iris: list[str]) -> None:
    """Takes out all that is known of these entities."""
    index.execute("CREATE TEMP TABLE changed (iri TEXT PRIMARY KEY) WITHOUT ROWID")
    index.executemany("INSERT INTO changed VALUES (?)", ((iri,) for iri in iris))
    index.execute(
        "CREATE TEMP TABLE going AS SELECT id FROM entities WHERE iri IN (SELECT iri FROM temp.changed)"
    )
    going = "entity IN (SELECT id FROM temp.going)"
    index.execute(
        f"INSERT INTO words(words, rowid, folded) SELECT 'delete', id, folded FROM texts WHERE {going}"
    )
    index.execute(f"DELETE FROM texts WHERE {going}")
    index.execute(f"DELETE FROM types WHERE {going}")
    index.execute("DELETE FROM entities WHERE id IN (SELECT id FROM temp.going)")


def _fill(index: sqlite3.Connection, ask: Ask) -> None:
    """Adds the texts in the table `searched` of the columns, with their entities, graphs and classes."""
    _insert(index, "graphs", ask("SELECT id, value FROM terms WHERE id IN (SELECT g FROM quads)"))
    _insert(index, "entities", ask("SELECT id, value FROM terms WHERE id IN (SELECT s FROM searched)"))
    [known] = index.execute("SELECT coalesce(max(id), 0) FROM texts").fetchone()
    texts = ask("SELECT s, g, place, language, value FROM searched ORDER BY s, place, g, value")
    folded = ((*text, fold(str(text[-1]))) for text in texts)
    _insert(index, "texts", ((None, *text) for text in folded if text[-1]))
    index.execute("INSERT INTO words(rowid, folded) SELECT id, folded FROM texts WHERE id > ?", (known,))
    kinds = ask(f"SELECT id, value FROM terms WHERE id IN (SELECT o {_OF_TYPE})", type=RDF_TYPE)
    _insert(index, "kinds", kinds)
    _insert(index, "types", ask(f"SELECT DISTINCT s, g, o {_OF_TYPE} ORDER BY s, g, o", type=RDF_TYPE))


def _insert(index: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    width = len(index.execute(f"PRAGMA table_info({table})").fetchall())
    marks = ", ".join("?" * width)
    # A class that is known already; or an id that was another's, which is gone.
    index.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)


def _count(index: sqlite3.Connection) -> int:
    [count] = index.execute("SELECT count(*) FROM texts").fetchone()
    return int(count)


@contextmanager
def _reading(columns: Path, memory_mb: int, threads: int) -> Iterator[Ask]:
    with Columns(columns, memory_mb=memory_mb, threads=threads) as opened:
        cursor = opened.connection.cursor()
        cursor.execute("USE columns")

        def batches() -> Rows:
            while batch := cursor.fetchmany(_BATCH):
                yield from batch

        def ask(statement: str, **values: object) -> Rows:
            cursor.execute(statement, values or None)
            return batches()

        yield ask


@contextmanager
def _writing(target: Path) -> Iterator[sqlite3.Connection]:
    """The index, which nobody else sees before it is whole; publication syncs it."""
    with closing(sqlite3.connect(target)) as index:
        index.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        yield index
        index.commit()
