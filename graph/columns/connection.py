"""DuckDB connections that keep to their memory and touch nothing but the files they are given."""

import atexit
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from graph.errors import SourceError
from graph.text import Text

MEMORY_MB = 2048
THREADS = 2
_MADE = "READ_WRITE, RECOVERY_MODE no_wal_writes"
"""A file that is being made is nothing before it is whole: a log of its changes would be written to disk, and
waited for, twenty times a file."""
_MOST_IDLE = 4
"""Databases in memory that wait empty for their next use, each 6 MiB. To make one takes 27 ms of processor
time, as each knows 3,200 functions anew (DuckDB 2.0.0); to take and give back one that is there, 2 ms."""


@dataclass(slots=True)
class _Given:
    """A connection that was given out, and the one through which its database is emptied afterwards."""

    connection: duckdb.DuckDBPyConnection
    emptying: duckdb.DuckDBPyConnection
    spill: Path
    may_be_used_again: bool = True


_idle: list[duckdb.DuckDBPyConnection] = []
_given: dict[int, _Given] = {}
"""By the id of the connection."""
# The threads of a database are not there in a process that is forked; and at the end nothing may be left.
os.register_at_fork(before=_idle.clear)
atexit.register(_idle.clear)


def prepare() -> None:
    """Makes the database of the next `connect`, where none waits: for who has time before."""
    if not _idle:
        _idle.append(duckdb.connect(config={"autoinstall_known_extensions": False}))


def connect(
    *, spill: Path, memory_mb: int, threads: int, database: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection that spills to the folder `spill` (made when needed) beyond `memory_mb` MiB; give it to
    `close` when it is done. Its catalog is `memory`, or `work` where `database` says a file for it.

    Rows come in any order (an order that must be kept would have to be held), and no extension is fetched.
    """
    prepare()
    emptying = _idle.pop()
    connection = emptying.cursor()
    _given[id(connection)] = _Given(connection, emptying, spill)
    connection.execute(
        f"SET memory_limit = '{memory_mb}MiB'; SET threads = {threads};"
        f" SET temp_directory = {quote(str(spill))};"
        " SET preserve_insertion_order = false; RESET disabled_optimizers"
    )
    if database is not None:
        connection.execute(f"ATTACH {quote(str(database))} AS work ({_MADE}); USE work")
    return connection


def create_function(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    function: Callable[..., object],
    parameters: Sequence[str],
    result: str,
    **more: Any,
) -> None:
    """As DuckDB's. The database is then not used again: a call of a function whose connection is closed ends
    the process (DuckDB 2.0.0)."""
    connection.create_function(name, function, list(parameters), result, **more)
    if (given := _given.get(id(connection))) is not None:
        given.may_be_used_again = False


def close(connection: duckdb.DuckDBPyConnection) -> None:
    """Ends the connection and whatever was asked through it, and lets go of its files. May be repeated."""
    given = _given.pop(id(connection), None)
    connection.close()
    if given is None:
        return
    with suppress(duckdb.Error):
        # What was spilled is removed when its database ends.
        if given.may_be_used_again and len(_idle) < _MOST_IDLE and not given.spill.exists():
            _empty(given.emptying)
            _idle.append(given.emptying)
            return
    given.emptying.close()


def _empty(database: duckdb.DuckDBPyConnection) -> None:
    """What is in the catalogs goes with them; what is temporary has gone with its connection."""
    found = database.execute("SELECT database_name FROM duckdb_databases() WHERE NOT internal").fetchall()
    database.execute("ATTACH ':memory:' AS empty; USE empty")
    for (name,) in found:
        database.execute(f'DETACH "{name}"')
    database.execute("ATTACH ':memory:' AS memory; USE memory; DETACH empty")


@contextmanager
def connected(
    *, spill: Path, memory_mb: int, threads: int, database: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """What `connect` gives, while the `with` lasts."""
    connection = connect(spill=spill, memory_mb=memory_mb, threads=threads, database=database)
    try:
        yield connection
    finally:
        close(connection)


def spill_beside(path: Path) -> Path:
    """A folder of this process for what does not fit in memory, on the disk of `path`; DuckDB removes it."""
    return path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.spill")


def quote(text: str) -> str:
    """`text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool = True) -> None:
    """Attach a columns file as catalog `name`. Raises SourceError when a file to be read is not readable."""
    mode = "READ_ONLY" if read_only else _MADE
    if read_only and not path.is_file():
        raise _unreadable(path, "–")
    try:
        connection.execute(f"ATTACH {quote(str(path))} AS {name} ({mode})")
    except (duckdb.IOException, duckdb.SerializationException, duckdb.BinderException) as wrong:
        raise _unreadable(path, str(wrong)) from wrong


def _unreadable(path: Path, reason: str) -> SourceError:
    return SourceError(
        Text(f"Không đọc được tệp cột {path}: {reason}", f"The columns file {path} cannot be read: {reason}"),
        hint=Text("Hãy tạo lại phiên bản này.", "Build this version again."),
    )
