"""The XLSX that made-up agencies send: read as a spreadsheet programme would, the same bytes each time."""

from datetime import date, datetime
from pathlib import Path

import openpyxl

from ingest.demo.manifest import DatasetManifest
from ingest.demo.workbook import XlsxFile


def written(folder: Path) -> Path:
    folder.mkdir()
    manifest = DatasetManifest("x-y")
    with XlsxFile(folder, "a.xlsx", "Số & liệu", ("Tên", "Ngày", "Số"), manifest) as file:
        assert file.write("Nguyễn <An>", date(2022, 9, 5), 420) == 1
        assert file.write(None, date(2024, 2, 29), 0.5) == 2
    assert manifest.files == {"a.xlsx": 2}
    return folder / "a.xlsx"


def test_a_spreadsheet_programme_reads_what_was_written(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(tmp_path / "a"))["Số & liệu"]
    assert list(sheet.iter_rows(values_only=True)) == [
        ("Tên", "Ngày", "Số"),
        ("Nguyễn <An>", datetime(2022, 9, 5), 420),
        (None, datetime(2024, 2, 29), 0.5),
    ]


def test_the_clock_is_not_in_the_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "a").read_bytes() == written(tmp_path / "b").read_bytes()
