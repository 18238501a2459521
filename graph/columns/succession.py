"""The columns of a generation, made from those of the one before and what changed in its data sets.

As in `graph.columns.replacement` the file is copied and changed in place.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from graph.columns import nquads
from graph.columns.connection import MEMORY_MB, THREADS, attach, connected, spill_beside
from graph.columns.durable import commit
from graph.columns.ids import add_terms, drop_unused
from graph.columns.merge import prefix_of, relabelled
from graph.columns.recount import recount
from graph.columns.schema import LANG_STRING, QUADS, TERMS, XSD_STRING
from graph.columns.statistics import Statistics
from graph.columns.typed import INSTANT, NUMBER

_SAME = "b.s = a.s AND b.p = a.p AND b.o = a.o AND b.g = a.g"


@dataclass(frozen=True, slots=True)
class Stream:
    """Files of N-Quads for a store that holds the generation before: `removed` first, `added` behind.

    `added` repeats what stays of a property whose other values went: a store that keeps the value of a
    literal and not how it was written may have lost the one with the other (the integers `007` and `7`).
    """

    removed: Path
    added: Path


def succeed(
    base: Path,
    changes: Mapping[str, Path],
    output: Path,
    stream: Stream,
    *,
    memory_mb: int = MEMORY_MB,
    threads: int = THREADS,
) -> Statistics:
    """Writes to `output` the columns `base` with the `changes` (label as for `merge` → file of changes).

    The caller knows that no quad of a changed data set is in another one as well. Raises SourceError.
    """
    made = output.with_name(f".{output.name}.building")
    made.unlink(missing_ok=True)
    shutil.copyfile(base, made)
    try:
        with connected(spill=spill_beside(output), memory_mb=memory_mb, threads=threads) as connection:
            attach(connection, made, "output", read_only=False)
            _gather(connection, changes)
            _compare(connection)
            connection.execute(
                f"DELETE FROM output.quads WHERE rowid IN"
                f" (SELECT place FROM before a SEMI JOIN went b ON {_SAME})"
            )
            connection.execute("INSERT INTO output.quads SELECT s, p, o, g FROM came ORDER BY p, s, o, g")
            _write(connection, "went", stream.removed)
            _write(connection, "renewed", stream.added)
            statistics = recount(connection, drop_unused(connection))
            connection.execute("CHECKPOINT output")
            connection.execute("DETACH output")
        commit(made, output)
    finally:
        made.unlink(missing_ok=True)
    return statistics


def _gather(connection: duckdb.DuckDBPyConnection, changes: Mapping[str, Path]) -> None:
    """Makes the tables `added` and `removed` of all data sets' changes, blank nodes relabelled."""
    columns = "s VARCHAR, p VARCHAR, o VARCHAR, datatype VARCHAR, language VARCHAR, g VARCHAR"
    for table in ("added", "removed"):
        connection.execute(f"CREATE TEMP TABLE {table} ({columns})")
    for number, (label, path) in enumerate(changes.items()):
        attach(connection, path, f"changes{number}")
        prefix = prefix_of(label)
        s, o = relabelled(prefix, "s", "NULL"), relabelled(prefix, "o")
        for table in ("added", "removed"):
            connection.execute(
                f"INSERT INTO {table} SELECT {s}, p, {o}, datatype, language, g FROM changes{number}.{table}"
            )
        connection.execute(f"DETACH changes{number}")


def _compare(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `went` and `came` in the output's ids, `before` and `after` of their subjects, and `renewed`."""
    texts = " UNION ".join(
        f"SELECT {position} AS value, {kind} FROM {table}"
        for table in ("added", "removed")
        for position, kind in (
            ("s", "NULL::VARCHAR AS datatype, NULL::VARCHAR AS language"),
            ("p", "NULL, NULL"),
            ("g", "NULL, NULL"),
            ("o", "datatype, language"),
        )
    )
    connection.execute(
        f"CREATE TEMP TABLE mentioned AS SELECT *, {NUMBER} AS number, {INSTANT} AS instant FROM ({texts})"
    )
    add_terms(connection, "mentioned")
    connection.execute(
        "CREATE TEMP TABLE names AS SELECT n.id, n.value, n.datatype, n.language FROM output.terms n"
        " JOIN mentioned o ON n.value = o.value AND n.datatype IS NOT DISTINCT FROM o.datatype"
        " AND n.language IS NOT DISTINCT FROM o.language"
    )
    for table, ids in (("removed", "went"), ("added", "came")):
        connection.execute(
            f"""
            CREATE TEMP TABLE {ids} AS
            SELECT DISTINCT s.id AS s, p.id AS p, o.id AS o, g.id AS g FROM {table} q
            JOIN names s ON s.value = q.s AND s.datatype IS NULL
            JOIN names p ON p.value = q.p AND p.datatype IS NULL
            JOIN names g ON g.value = q.g AND g.datatype IS NULL
            JOIN names o ON o.value = q.o AND o.datatype IS NOT DISTINCT FROM q.datatype
                AND o.language IS NOT DISTINCT FROM q.language
            """
        )
    connection.execute(
        "CREATE TEMP TABLE before AS SELECT q.rowid AS place, q.* FROM output.quads q"
        " WHERE s IN (SELECT s FROM went UNION SELECT s FROM came)"
    )
    connection.execute(
        f"CREATE TEMP TABLE after AS SELECT s, p, o, g FROM before a ANTI JOIN went b ON {_SAME}"
        " UNION ALL SELECT s, p, o, g FROM came"
    )
    exact = f"('{XSD_STRING}', '{LANG_STRING}')"
    connection.execute(
        f"""
        CREATE TEMP TABLE renewed AS SELECT * FROM came UNION
        SELECT a.* FROM after a SEMI JOIN went b ON b.s = a.s AND b.p = a.p AND b.g = a.g
        WHERE o IN (SELECT id FROM output.terms WHERE datatype NOT IN {exact})
        """
    )


def _write(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """The quads of `table` as N-Quads."""
    connection.execute("ATTACH ':memory:' AS text")
    connection.execute(TERMS.replace("TABLE ", "TABLE text."))
    connection.execute(QUADS.replace("TABLE ", "TABLE text."))
    connection.execute(f"INSERT INTO text.quads SELECT s, p, o, g FROM {table}")
    connection.execute(
        f"INSERT INTO text.terms SELECT * FROM output.terms WHERE id IN"
        f" (SELECT unnest([s, p, o, g]) FROM {table})"
    )
    connection.execute("USE text")
    with path.open("wb") as file:
        file.writelines(nquads.chunks(connection))
    connection.execute("USE memory")
    connection.execute("DETACH text")
