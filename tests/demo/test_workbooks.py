"""Generated workbooks: read back by the source for XLSX, and the same bytes whenever they are made."""

import time
from datetime import date
from pathlib import Path

import openpyxl

from ingest.demo.manifest import DatasetManifest
from ingest.demo.workbook import Book, XlsxFile


def make(folder: Path) -> DatasetManifest:
    folder.mkdir()
    manifest = DatasetManifest("x-y")
    with Book(folder, "a.xlsx", manifest) as book:
        first, second = book.sheet("Dự án", ["Mã", "Ngày"]), book.sheet("Nhà đầu tư", ["Tên"])
        assert first.write("007", date(2025, 7, 1)) == 1
        assert first.write(None, 1.5) == 2
        assert second.write("Hà Nội & Huế") == 1
        assert second.name == "a.xlsx#Nhà đầu tư"
    with XlsxFile(folder, "b.xlsx", "Một", ["Mã"], manifest) as file:
        assert file.write("x") == file.rows == 1
    return manifest


def test_a_workbook_holds_what_was_written(tmp_path: Path) -> None:
    assert make(tmp_path / "a").files == {"a.xlsx": 3, "b.xlsx": 1}
    book = openpyxl.load_workbook(tmp_path / "a" / "a.xlsx")
    assert book.sheetnames == ["Dự án", "Nhà đầu tư"]
    rows = [list(row) for row in book["Dự án"].iter_rows(values_only=True)]
    assert rows[0] == ["Mã", "Ngày"]
    assert rows[1][0] == "007"
    assert str(rows[1][1])[:10] == "2025-07-01"
    assert rows[2] == [None, 1.5]
    assert book["Nhà đầu tư"]["A2"].value == "Hà Nội & Huế"


def test_a_workbook_does_not_tell_when_it_was_made(tmp_path: Path) -> None:
    make(tmp_path / "a")
    # Members of a ZIP archive have times of two seconds' precision.
    time.sleep(2.1)
    make(tmp_path / "b")
    for name in ("a.xlsx", "b.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
