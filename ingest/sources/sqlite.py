"""SQLite: a table, or what a SELECT gives that SQLite runs; read-only, row by row.

Integers and reals come as their shortest text, blobs as hexadecimal (R2RML §10.2, xsd:hexBinary).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import quote

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.relation import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    Batch,
    check_columns,
    create_from_batches,
    quoted,
)
from ingest.sources.source import Format, LogicalSource


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its columns. Raises SourceError, for a missing table listing all."""
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
        database.set_authorizer(_only_reading)
        try:
            cursor = database.execute(_query(database, source, path))
            columns = [name for name, *_ in cursor.description]
            check_columns(columns, Place(file=str(path)))
            batches = _batches(cursor, len(columns), source, path)
            create_from_batches(connection, source.name, columns, batches)
        except (sqlite3.Error, sqlite3.Warning) as wrong:
            raise SourceError(
                Text(f"SQLite báo lỗi: {wrong}", f"SQLite says: {wrong}"),
                hint=Text(
                    f"Truy vấn của ánh xạ: {source.iterator}", f"The mapping's query: {source.iterator}"
                ),
                place=Place(file=str(path)),
            ) from wrong
    return columns


def _only_reading(action: int, *_: str | None) -> int:
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _query(database: sqlite3.Connection, source: LogicalSource, path: Path) -> str:
    wanted = source.iterator or ""
    if source.format is Format.SQLITE_QUERY:
        return wanted
    tables = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        )
    ]
    wanted = wanted.strip('"')
    if wanted not in tables:
        listed = ", ".join(get_close_matches(wanted, tables, n=1) + tables) or "–"
        raise SourceError(
            Text(f"Không có bảng «{wanted}».", f"There is no table “{wanted}”."),
            hint=Text(f"Các bảng: {', '.join(tables) or '–'}", f"Tables: {listed}"),
            place=Place(file=str(path)),
        )
    return f"SELECT * FROM {quoted(wanted)}"


def _batches(cursor: sqlite3.Cursor, width: int, source: LogicalSource, path: Path) -> Iterator[Batch]:
    nulls = frozenset(source.nulls)
    columns: list[list[str | None]] = [[] for _ in range(width)]
    row = size = 0
    try:
        for row, values in enumerate(cursor, start=1):
            for column, value in zip(columns, values, strict=True):
                text = _text(value)
                column.append(None if text in nulls else text)
                size += len(text or "")
            if row % BATCH_ROWS == 0 or size > BATCH_CHARACTERS:
                yield Batch(columns)
                columns = [[] for _ in range(width)]
                size = 0
    except sqlite3.OperationalError as wrong:
        raise SourceError(
            Text(f"SQLite báo lỗi: {wrong}", f"SQLite says: {wrong}"),
            hint=Text("Kiểm tra dữ liệu của bản ghi này.", "Look at the data of this row."),
            place=Place(file=str(path), row=row + 1),
        ) from wrong
    if columns[0]:
        yield Batch(columns)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex().upper()
    return repr(value)
