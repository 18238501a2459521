"""CSV and TSV (RFC 4180): a header, then rows of as many cells; quoted cells may hold newlines.

DuckDB reads the file, strictly and streaming. When it refuses, the file is read once more with Python's
own reader, only to say exactly where the fault is.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.files import line_of_bad_utf8, not_utf8
from ingest.sources.relation import ROW_COLUMN, check_columns, or_null, quoted, text_literal
from ingest.sources.source import LogicalSource

# DuckDB wants a text that it reads as NULL, and its default
# is the empty cell, which RML-IO keeps as an empty string: this one stands in no file.
_NO_NULL = "\x01no value is null\x02"

# Bytes. DuckDB's buffers grow with the longest line it shall take.
_USUAL_LINE = 1 << 21
_LONGEST_LINE = 1 << 27

csv.field_size_limit(_LONGEST_LINE)


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its columns. Raises SourceError with line, row and column."""
    columns = header(source, path)
    try:
        connection.execute(
            f"CREATE TABLE {quoted(source.name)} AS {_select(source, path, columns, _LONGEST_LINE)}"
        )
    except duckdb.Error as wrong:
        raise fault(source, path, columns) or SourceError(
            Text(f"Tệp CSV không đọc được: {wrong}", f"The CSV file cannot be read: {wrong}"),
            hint=Text("Kiểm tra dấu phân cách và dấu nháy.", "Look at delimiter and quotes."),
            place=Place(file=str(path)),
        ) from wrong
    return columns


def view(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str] | None:
    """Creates the relation as a view of the file, which is read whole now, to find its faults, and again
    each time it is asked; None, and no relation, where `load` has to say more or to take longer lines.

    To read a CSV file is a fifth of the work of writing its rows to a table (measured).
    """
    columns = header(source, path)
    try:
        connection.execute(
            f"CREATE VIEW {quoted(source.name)} AS {_select(source, path, columns, _USUAL_LINE)}"
        )
        everything = ", ".join(f"count({quoted(column)})" for column in columns)
        connection.execute(f"SELECT {everything} FROM {quoted(source.name)}").fetchall()
    except duckdb.Error:
        connection.execute(f"DROP VIEW IF EXISTS {quoted(source.name)}")
        return None
    return columns


def _select(source: LogicalSource, path: Path, columns: Sequence[str], longest_line: int) -> str:
    types = ", ".join(f"{text_literal(column)}: 'VARCHAR'" for column in columns)
    cells = ", ".join(f"{or_null(quoted(column), source.nulls)} AS {quoted(column)}" for column in columns)
    # Numbering rows keeps them in the file's order whatever preserve_insertion_order says (measured).
    return (
        f"SELECT CAST(row_number() OVER () AS UBIGINT) AS {quoted(ROW_COLUMN)}, {cells} "
        f"FROM read_csv({text_literal(str(path))}, auto_detect = false, header = true, "
        f"columns = {{{types}}}, delim = {text_literal(source.delimiter)}, "
        f"quote = {text_literal(source.quote)}, escape = {text_literal(source.quote)}, "
        f"strict_mode = true, null_padding = false, ignore_errors = false, "
        f"max_line_size = {longest_line}, nullstr = {text_literal(_NO_NULL)})"
    )


def header(source: LogicalSource, path: Path) -> list[str]:
    """The column names. Raises SourceError where the file is empty or names are empty or double."""
    place = Place(file=str(path), line=1)
    # Rows behind the header are read ahead with it: a fault in them is not the header's.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        columns = next(csv.reader(file, delimiter=source.delimiter, quotechar=source.quote), [])
    if any("\udc80" <= char <= "\udcff" for column in columns for char in column):
        raise not_utf8(path, line_of_bad_utf8(path))
    if not columns:
        raise SourceError(
            Text("Tệp không có dòng tiêu đề.", "The file has no header."),
            hint=Text("Dòng đầu phải là tên các cột.", "The first line must be the names of the columns."),
            place=place,
        )
    check_columns(columns, place)
    return columns


def fault(source: LogicalSource, path: Path, columns: Sequence[str]) -> SourceError | None:
    """The first thing wrong in the file, or None where Python's reader finds nothing."""
    if (line := line_of_bad_utf8(path)) is not None:
        return not_utf8(path, line)
    row = 0
    try:
        for row, line, cells in _records(source, path):
            if row and len(cells) != len(columns):
                return _ragged(path, row, line, cells, columns)
    except csv.Error as wrong:
        return SourceError(
            Text(f"Dấu nháy sai: {wrong}", f"Bad quoting: {wrong}"),
            hint=Text(
                f"Dấu {source.quote} bên trong ô phải viết hai lần.",
                f"Write a {source.quote} inside a cell twice, and close every quoted cell.",
            ),
            place=Place(file=str(path), row=row + 1),
        )
    return None


def _records(source: LogicalSource, path: Path) -> Iterator[tuple[int, int, list[str]]]:
    """Row (0 = header), line on which it begins, cells."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=source.delimiter, quotechar=source.quote, strict=True)
        begins = 1
        for row, cells in enumerate(reader):
            yield row, begins, cells
            begins = reader.line_num + 1


def _ragged(path: Path, row: int, line: int, cells: Sequence[str], columns: Sequence[str]) -> SourceError:
    found, wanted = len(cells), len(columns)
    missing = columns[found] if found < wanted else None
    return SourceError(
        Text(f"Dòng có {found} ô, tiêu đề có {wanted}.", f"The row has {found} cells, the header {wanted}."),
        hint=Text(
            "Ô có dấu phân cách bên trong phải đặt trong dấu nháy; ô trống vẫn cần dấu phân cách.",
            "Quote a cell that holds the delimiter; an empty cell still needs its delimiter.",
        ),
        place=Place(file=str(path), line=line, row=row, column=missing, value=",".join(cells)[:120]),
    )
