"""SQLite: a table, or what a SELECT gives that SQLite runs; read-only, row by row.

Values come as the text that XML Schema would write (R2RML §10.2), integers and reals as their shortest text.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources import tables
from ingest.sources.connections import Connections
from ingest.sources.relation import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    Batch,
    check_columns,
    create_from_batches,
    quoted,
)
from ingest.sources.source import Format, LogicalSource
from ingest.sources.sqlite_types import Column, declared_types


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Mapping[str, str]:
    """Creates the relation; returns its columns with their natural datatypes. Raises SourceError, for a
    missing table listing all."""
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
        try:
            query = _query(database, source, path)
            declared = declared_types(database, query)
            database.set_authorizer(_only_reading)
            cursor = database.execute(query)
            names = [name for name, *_ in cursor.description]
            check_columns(names, Place(file=str(path)))
            columns = [Column(name, declared.get(name, "")) for name in names]
            batches = _batches(cursor, columns, source, path)
            create_from_batches(connection, source.name, names, batches)
        except (sqlite3.Error, sqlite3.Warning) as wrong:
            raise SourceError(
                Text(f"SQLite báo lỗi: {wrong}", f"SQLite says: {wrong}"),
                hint=Text(
                    f"Truy vấn của ánh xạ: {source.iterator}", f"The mapping's query: {source.iterator}"
                ),
                place=Place(file=str(path)),
            ) from wrong
    return {column.name: column.datatype for column in columns}


def load_connected(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, connections: Connections
) -> Mapping[str, str]:
    """The same for a file that a connection names. Raises SettingError too."""
    return load(connection, source, connections.sqlite_file(source.connection or "", source.place))


def _only_reading(action: int, *_: str | None) -> int:
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _query(database: sqlite3.Connection, source: LogicalSource, path: Path) -> str:
    wanted = source.iterator or ""
    if source.format in (Format.SQLITE_QUERY, Format.DATABASE_QUERY):
        return wanted.strip().rstrip(";")
    names = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        )
    ]
    table = tables.table(source, names, Place(file=str(path)))
    return f"SELECT * FROM {quoted(table)}"


def _batches(
    cursor: sqlite3.Cursor, columns: Sequence[Column], source: LogicalSource, path: Path
) -> Iterator[Batch]:
    nulls = frozenset(source.nulls)
    batch: list[list[str | None]] = [[] for _ in columns]
    row = size = 0
    try:
        for row, values in enumerate(cursor, start=1):
            for column, cells, value in zip(columns, batch, values, strict=True):
                text = column.text(value)
                cells.append(None if text in nulls else text)
                size += len(text or "")
            if row % BATCH_ROWS == 0 or size > BATCH_CHARACTERS:
                yield Batch(batch)
                batch = [[] for _ in columns]
                size = 0
    except sqlite3.OperationalError as wrong:
        raise SourceError(
            Text(f"SQLite báo lỗi: {wrong}", f"SQLite says: {wrong}"),
            hint=Text("Kiểm tra dữ liệu của bản ghi này.", "Look at the data of this row."),
            place=Place(file=str(path), row=row + 1),
        ) from wrong
    if batch[0]:
        yield Batch(batch)
