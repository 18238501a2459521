"""CSV and TSV (RFC 4180, and the dialects of CSVW): a header, then rows of as many cells; quoted cells may
hold newlines.

DuckDB reads the file, strictly and streaming. What it refuses is read once more with Python's own reader,
which says exactly where the fault is, or finds none (DuckDB 2.0.0 wants one kind of line ending in a file).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources import delimited_rows
from ingest.sources.bad_bytes import not_utf8
from ingest.sources.delimited_rows import Record
from ingest.sources.relation import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    ROW_COLUMN,
    ROW_SIZE,
    Batch,
    Rejected,
    check_columns,
    create_from_batches,
    drop,
    or_null,
    quoted,
    text_literal,
)
from ingest.sources.source import LogicalSource

# DuckDB wants a text that it reads as NULL, and its default
# is the empty cell, which RML-IO keeps as an empty string: this one stands in no file.
_NO_NULL = "\x01no value is null\x02"

_USUAL_ROW_SIZE = 1 << 21
"""Bytes. DuckDB's buffers grow with the longest row it shall take, each time the file is read."""


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its columns. Raises SourceError with line, row and column."""
    columns = header(source, path)
    if not (source.dialect.is_plain and _read_by_duckdb(connection, source, path, columns)):
        create_from_batches(connection, source.name, columns, _batches(source, path, columns, None))
    return columns


def load_tolerantly(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path
) -> tuple[Sequence[str], Sequence[Rejected]]:
    """Creates the relation of the rows that can be read; returns its columns and the other rows.

    Raises SourceError where the header is wrong. DuckDB's `store_rejects` counts neither blank lines nor lost
    ones alike, and loses the rest of the file to one quote that is never closed (2.0.0).
    """
    columns = header(source, path)
    rejected: list[Rejected] = []
    if not (source.dialect.is_plain and _read_by_duckdb(connection, source, path, columns)):
        create_from_batches(connection, source.name, columns, _batches(source, path, columns, rejected))
    return columns, rejected


def header(source: LogicalSource, path: Path) -> list[str]:
    """The column names. Raises SourceError where the file is empty or names are empty or double."""
    with delimited_rows.opened(path, source.dialect) as records:
        first = next(records, None)
    place = Place(file=str(path), line=first.line if first else 1)
    if first is not None and first.reason is not None:
        raise _bad_quoting(first, source, path)
    if first is None or not first.cells:
        raise SourceError(
            Text("Tệp không có dòng tiêu đề.", "The file has no header."),
            hint=Text("Dòng đầu phải là tên các cột.", "The first line must be the names of the columns."),
            place=place,
        )
    if not source.dialect.header:
        return [f"_col.{number}" for number in range(1, len(first.cells) + 1)]
    if delimited_rows.undecoded(first.cells) is not None and (wrong := not_utf8(path, source)):
        raise wrong
    check_columns(first.cells, place)
    return first.cells


def view(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str] | None:
    """Creates the relation as a view of the file, which is read whole now, to find its faults, and again
    each time it is asked; None, and no relation, where `load` has to say more or to take longer rows.

    To read a CSV file is a fifth of the work of writing its rows to a table (measured).
    """
    if not source.dialect.is_plain:
        return None
    columns = header(source, path)
    everything = ", ".join(f"count({quoted(column)})" for column in columns)
    try:
        connection.execute(
            f"CREATE VIEW {quoted(source.name)} AS {_select(source, path, columns, _USUAL_ROW_SIZE)}"
        )
        connection.execute(f"SELECT {everything} FROM {quoted(source.name)}").fetchall()
    except duckdb.Error:
        connection.execute(f"DROP VIEW IF EXISTS {quoted(source.name)}")
        return None
    return columns


def _read_by_duckdb(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path, columns: Sequence[str]
) -> bool:
    """Whether DuckDB could read the file to its end; there is no relation where it could not."""
    try:
        connection.execute(
            f"CREATE TABLE {quoted(source.name)} AS {_select(source, path, columns, ROW_SIZE)}"
        )
    except duckdb.Error:
        drop(connection, source.name)
        return False
    return True


def _select(source: LogicalSource, path: Path, columns: Sequence[str], row_size: int) -> str:
    dialect = source.dialect
    types = ", ".join(f"{text_literal(column)}: 'VARCHAR'" for column in columns)
    cells = ", ".join(f"{or_null(quoted(column), source.nulls)} AS {quoted(column)}" for column in columns)
    # Numbering rows keeps them in the file's order whatever preserve_insertion_order says (measured).
    return (
        f"SELECT CAST(row_number() OVER () AS UBIGINT) AS {quoted(ROW_COLUMN)}, {cells} "
        f"FROM read_csv({text_literal(str(path))}, auto_detect = false, header = true, "
        f"columns = {{{types}}}, delim = {text_literal(dialect.delimiter)}, "
        f"quote = {text_literal(dialect.quote)}, escape = {text_literal(dialect.escape)}, "
        f"strict_mode = true, null_padding = false, ignore_errors = false, compression = 'none', "
        f"max_line_size = {row_size}, nullstr = {text_literal(_NO_NULL)})"
    )


def _batches(
    source: LogicalSource, path: Path, columns: Sequence[str], rejected: list[Rejected] | None
) -> Iterator[Batch]:
    """The rows. One that cannot be read is put among `rejected`, or raised where there is no such list."""
    nulls = frozenset(source.nulls)
    numbers: list[int] = []
    batch: list[list[str | None]] = []
    size = 0
    with delimited_rows.opened(path, source.dialect, patient=rejected is not None) as records:
        for record in records:
            if record.row == 0:
                continue
            if (fault := _fault(record, columns)) is not None:
                if rejected is None:
                    raise _error(record, fault, source, path)
                rejected.append(fault)
                continue
            cells = record.cells or [""]
            batch.append([None if cell in nulls else cell for cell in cells] if nulls else list(cells))
            numbers.append(record.row)
            size += len(record.text)
            if len(batch) >= BATCH_ROWS or size > BATCH_CHARACTERS:
                yield Batch(list(zip(*batch, strict=True)), numbers)
                numbers, batch, size = [], [], 0
    if batch:
        yield Batch(list(zip(*batch, strict=True)), numbers)


def _fault(record: Record, columns: Sequence[str]) -> Rejected | None:
    found, wanted = len(record.cells) or 1, len(columns)
    if record.reason is not None:
        reason, column = Text(f"Dấu nháy sai: {record.reason}", f"Bad quoting: {record.reason}"), None
    elif found != wanted:
        reason = Text(
            f"Dòng có {found} ô, tiêu đề có {wanted}.", f"The row has {found} cells, the header {wanted}."
        )
        column = columns[found] if found < wanted else None
    elif (position := delimited_rows.undecoded(record.cells)) is not None:
        reason, column = Text("Dòng không phải UTF-8.", "The row is not UTF-8."), columns[position]
    else:
        return None
    shown = record.text[:480].rstrip("\r\n").encode("utf-8", "surrogateescape")
    return Rejected(record.row, record.line, column, reason, shown.decode("utf-8", "backslashreplace")[:120])


def _error(record: Record, fault: Rejected, source: LogicalSource, path: Path) -> SourceError:
    if (wrong := not_utf8(path, source)) is not None:
        return wrong
    if record.reason is not None:
        return _bad_quoting(record, source, path)
    return SourceError(
        fault.reason,
        hint=Text(
            "Ô có dấu phân cách bên trong phải đặt trong dấu nháy; ô trống vẫn cần dấu phân cách.",
            "Quote a cell that holds the delimiter; an empty cell still needs its delimiter.",
        ),
        place=Place(str(path), record.line, record.row, fault.column, fault.value),
    )


def _bad_quoting(record: Record, source: LogicalSource, path: Path) -> SourceError:
    mark = source.dialect.quote
    return SourceError(
        Text(f"Dấu nháy sai: {record.reason}", f"Bad quoting: {record.reason}"),
        hint=Text(
            f"Dấu {mark} bên trong ô phải viết hai lần.",
            f"Write a {mark} inside a cell twice, and close every quoted cell.",
        ),
        place=Place(file=str(path), line=record.line, row=record.row or None),
    )
