"""DuckDB connections that keep to their memory and touch nothing but the files they are given."""

import os
from pathlib import Path

import duckdb

from graph.errors import SourceError
from graph.text import Text

MEMORY_MB = 2048
THREADS = 2


def connect(
    *, spill: Path, memory_mb: int, threads: int, database: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection that spills to the folder `spill` (made when needed) beyond `memory_mb` MiB.

    Rows come in any order (an order that must be kept would have to be held), and no extension is fetched.
    """
    return duckdb.connect(
        ":memory:" if database is None else str(database),
        config={
            "memory_limit": f"{memory_mb}MiB",
            "threads": threads,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
        },
    )


def spill_beside(path: Path) -> Path:
    """A folder of this process for what does not fit in memory, on the disk of `path`; DuckDB removes it."""
    return path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.spill")


def quote(text: str) -> str:
    """`text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool = True) -> None:
    """Attach a columns file as catalog `name`. Raises SourceError when a file to be read is not readable."""
    mode = "READ_ONLY" if read_only else "READ_WRITE"
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
