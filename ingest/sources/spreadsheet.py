"""XLSX (ECMA-376): a sheet whose first row names the columns; read as a stream, cell by cell.

Text stays as it is; numbers are written with the 15 digits that Excel keeps, without exponent; dates and
times as XML Schema writes them. An empty cell, or one whose formula gives "", is NULL; a row of such cells is
none, but counts. (openpyxl: slower than python-calamine, 100 000 cells a second, but that one holds the whole
sheet and gives an empty cell for an error such as #DIV/0!.)
"""

import datetime
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import duckdb
import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.relation import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    Batch,
    Rejected,
    check_columns,
    create_from_batches,
)
from ingest.sources.source import LogicalSource

# What openpyxl leaves out of a workbook (validation lists, drawings) holds no data.
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")

Cells = list[str | None]


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its columns. Raises SourceError with sheet, row and column."""
    columns, _ = _load(connection, source, path, None)
    return columns


def load_tolerantly(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path
) -> tuple[Sequence[str], Sequence[Rejected]]:
    """The same, leaving out rows that hold an error or a cell beyond the last column."""
    return _load(connection, source, path, [])


def _load(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path, rejected: list[Rejected] | None
) -> tuple[Sequence[str], Sequence[Rejected]]:
    try:
        with path.open("rb") as file, closing(openpyxl.load_workbook(file, True, data_only=True)) as book:
            sheet = _sheet(book, source, path)
            # The size that a sheet states of itself is wrong in files that other programmes write.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(min_row=source.dialect.skip + 1)
            columns = _header(next(rows, ()), Place(file=f"{path}#{sheet.title}"))
            batches = _batches(rows, columns, source, f"{path}#{sheet.title}", rejected)
            create_from_batches(connection, source.name, columns, batches)
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, EOFError) as wrong:
        raise SourceError(
            Text(f"Tệp không phải XLSX đọc được: {wrong}", f"The file is no XLSX that can be read: {wrong}"),
            hint=Text(
                "Mở tệp bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx, không đặt mật khẩu.",
                "Open the file in Excel or LibreOffice and save it again as .xlsx, without a password.",
            ),
            place=Place(file=str(path)),
        ) from wrong
    return columns, rejected or ()


def _sheet(book: Any, source: LogicalSource, path: Path) -> Any:
    """The sheet that the iterator names; the only one where it names none."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    wanted = source.iterator
    if wanted is None and len(sheets) == 1:
        return next(iter(sheets.values()))
    if wanted not in sheets:
        listed = ", ".join(sheets) or "–"
        raise SourceError(
            Text(f"Không có trang tính «{wanted or ''}».", f"There is no sheet “{wanted or ''}”."),
            hint=Text(
                f"Viết tên trang tính trong rml:iterator. Các trang: {listed}",
                f"Write the sheet's name in rml:iterator. Sheets: {listed}",
            ),
            place=Place(file=str(path)),
        )
    return sheets[wanted]


def _header(cells: Sequence[Any], place: Place) -> list[str]:
    names = [_text(cell) or "" for cell in cells]
    while names and not names[-1].strip():
        names.pop()
    if not names:
        raise SourceError(
            Text("Trang tính không có dòng tiêu đề.", "The sheet has no header."),
            hint=Text(
                "Dòng đầu phải là tên các cột; nếu phía trên có đầu đề, khai báo csvw:skipRows.",
                "The first row must be the names of the columns; for titles above, declare csvw:skipRows.",
            ),
            place=place,
        )
    check_columns(names, place)
    return names


def _batches(
    rows: Iterator[Sequence[Any]],
    columns: Sequence[str],
    source: LogicalSource,
    location: str,
    rejected: list[Rejected] | None,
) -> Iterator[Batch]:
    nulls = frozenset(source.nulls)
    numbers: list[int] = []
    batch: list[Cells] = []
    size = 0
    for number, cells in enumerate(rows, start=1):
        values = [_text(cell) for cell in cells]
        if not any(value is not None for value in values):
            continue
        if (fault := _fault(cells, values, columns, number, source.dialect.skip)) is not None:
            if rejected is None:
                raise _error(fault, location)
            rejected.append(fault)
            continue
        values += [None] * (len(columns) - len(values))
        batch.append([None if value in nulls else value for value in values[: len(columns)]])
        numbers.append(number)
        size += sum(len(value or "") for value in values)
        if len(batch) >= BATCH_ROWS or size > BATCH_CHARACTERS:
            yield Batch(list(zip(*batch, strict=True)), numbers)
            numbers, batch, size = [], [], 0
    if batch:
        yield Batch(list(zip(*batch, strict=True)), numbers)


def _fault(
    cells: Sequence[Any], values: Cells, columns: Sequence[str], number: int, skipped: int
) -> Rejected | None:
    """The first cell of the row that cannot be read; row n of the data is row n + 1 of the sheet, and as many
    further down as were skipped."""
    for position, (cell, value) in enumerate(zip(cells, values, strict=True)):
        address = f"{get_column_letter(position + 1)}{skipped + number + 1}"
        if position >= len(columns) and value is not None:
            reason = Text(
                f"Ô {address} nằm ngoài các cột có tên.", f"Cell {address} is under no column's name."
            )
            return Rejected(number, None, get_column_letter(position + 1), reason, value[:120])
        if value is not None and cell.data_type == "e":
            reason = Text(f"Ô {address} chứa lỗi của Excel.", f"Cell {address} holds an error of Excel.")
            return Rejected(number, None, columns[position], reason, value)
    return None


def _error(fault: Rejected, location: str) -> SourceError:
    return SourceError(
        fault.reason,
        hint=Text(
            "Sửa ô trong tệp Excel (công thức lỗi, giá trị thừa) rồi gửi lại.",
            "Mend the cell in the workbook (a failing formula, a stray value) and send it again.",
        ),
        place=Place(location, row=fault.row, column=fault.column, value=fault.value),
    )


def _text(cell: Any) -> str | None:
    value = cell.value
    match value:
        case None | "":
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            # Excel keeps 15 digits: 0.1 + 0.2 is 0.3 there.
            return format(Decimal(f"{value:.15g}") + 0, "f")
        case datetime.datetime():
            return _moment(value, cell.number_format)
        case datetime.timedelta():
            return f"PT{format(Decimal(f'{value.total_seconds():.15g}'), 'f')}S"
        case _:
            return str(value.isoformat())


def _moment(value: datetime.datetime, number_format: str) -> str:
    """A date where the cell shows one and holds no time beside it."""
    shown = re.sub(r'\[[^\]]*\]|"[^"]*"', "", number_format.lower())
    if value.time() == datetime.time() and not re.search("[hs]", shown):
        return value.date().isoformat()
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
