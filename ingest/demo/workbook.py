"""XLSX workbooks (ECMA-376) for the systems that send them, the same bytes for the same cells."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from ingest.demo.manifest import DatasetManifest

MADE = datetime(2025, 12, 1)
"""What every workbook says about when it was made."""


class Sheet:
    """A sheet whose first row names the columns; `name` is the file's and its own, as `a.xlsx#Dự án`."""

    def __init__(self, sheet: Any, name: str, header: Sequence[str]) -> None:
        self.name = name
        self.rows = 0
        self._sheet = sheet
        self._sheet.append(header)

    def write(self, *cells: object) -> int:
        """The number of the row just written, from 1; None is an empty cell."""
        self._sheet.append(cells)
        self.rows += 1
        return self.rows


class Book:
    """A workbook, streamed sheet by sheet. The rows of all its sheets are counted into the manifest."""

    def __init__(self, folder: Path, name: str, dataset: DatasetManifest) -> None:
        self.name = name
        self._path = folder / name
        self._dataset = dataset
        self._book = Workbook(write_only=True)
        self._sheets: list[Sheet] = []

    def sheet(self, title: str, header: Sequence[str]) -> Sheet:
        sheet = Sheet(self._book.create_sheet(title), f"{self.name}#{title}", header)
        self._sheets.append(sheet)
        return sheet

    def close(self) -> None:
        # Not Workbook.save: that puts the present time into the workbook.
        self._book.properties.created = self._book.properties.modified = MADE
        ExcelWriter(self._book, _Timeless(self._path, "w", ZIP_DEFLATED)).save()
        self._dataset.files[self.name] = sum(sheet.rows for sheet in self._sheets)

    def __enter__(self) -> "Book":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class XlsxFile:
    """A workbook of one sheet, written as a `CsvFile` is."""

    def __init__(
        self, folder: Path, name: str, sheet: str, header: Sequence[str], dataset: DatasetManifest
    ) -> None:
        self.name = name
        self._book = Book(folder, name, dataset)
        self._sheet = self._book.sheet(sheet, header)

    @property
    def rows(self) -> int:
        return self._sheet.rows

    def write(self, *cells: object) -> int:
        """The number of the row just written, from 1; None is an empty cell."""
        return self._sheet.write(*cells)

    def __enter__(self) -> "XlsxFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()


class _Timeless(ZipFile):
    """An archive whose members have no time of their own."""

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        # openpyxl collects a sheet in a temporary file and adds it by its name.
        with Path(filename).open("rb") as source, self.open(_member(arcname or filename), "w") as target:
            while block := source.read(1 << 16):
                target.write(block)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(_member(zinfo_or_arcname), data)


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name)
    member.compress_type = ZIP_DEFLATED
    return member
