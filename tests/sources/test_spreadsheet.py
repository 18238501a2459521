"""XLSX: cells as exact text, and where a fault is said to be."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.errors import SourceError
from ingest.sources import Format, Relation

Extracted = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]


def write(
    folder: Path, *sheets: tuple[str, Iterable[Sequence[Any]]], formats: dict[str, str] | None = None
) -> None:
    """Sheets of rows; `formats` gives number formats of cells of the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for address, number_format in (formats or {}).items():
        book.worksheets[0][address].number_format = number_format
    book.save(folder / "a.xlsx")


def one_column(
    folder: Path, extracted: Extracted, *values: Any, formats: dict[str, str] | None = None
) -> list[Any]:
    write(folder, ("S", [["v", "end"], *([value, "."] for value in values)]), formats=formats)
    return [value for _, value, _ in extracted("a.xlsx", Format.XLSX)[1]]


def test_the_sheet_is_named_by_the_iterator(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, ("Ghi chú", [["x"]]), ("Dự án", [["mã", "tên"], ["007", "Đống Đa"], ["1.50", None]]))
    relation, rows = extracted("a.xlsx", Format.XLSX, iterator="Dự án")
    assert (relation.columns, relation.rows) == (("mã", "tên"), 2)
    assert relation.location == f"{tmp_path / 'a.xlsx'}#Dự án"
    assert rows == [(1, "007", "Đống Đa"), (2, "1.50", None)]


def test_numbers_have_no_noise(tmp_path: Path, extracted: Extracted) -> None:
    values = [1234567890, 117100.0, 0.1 + 0.2, -0.0, 1e21, 1.5e-7, 0.125, 999999999999999, True, False]
    assert one_column(tmp_path, extracted, *values) == [
        *("1234567890", "117100", "0.3", "0", "1000000000000000000000", "0.00000015", "0.125"),
        *("999999999999999", "true", "false"),
    ]


def test_dates_and_times_are_iso(tmp_path: Path, extracted: Extracted) -> None:
    moment = datetime.datetime
    formats = {
        "A2": "DD/MM/YYYY",
        "A3": '[$-42A]dd" tháng "mm',
        "A4": "dd/mm/yyyy hh:mm",
        "A5": "dd/mm/yyyy",
        "A8": "[h]:mm",
    }
    assert one_column(
        tmp_path,
        extracted,
        moment(2022, 11, 1),
        moment(2022, 11, 2),
        moment(2022, 11, 3),
        moment(2022, 11, 4, 8, 30),
        moment(2022, 11, 5, 8, 30, 15, 250000),
        datetime.time(8, 30),
        datetime.timedelta(hours=30),
        formats=formats,
    ) == [
        "2022-11-01",
        "2022-11-02",
        "2022-11-03T00:00:00",
        "2022-11-04T08:30:00",
        "2022-11-05T08:30:15.250",
        "08:30:00",
        "PT108000S",
    ]


def test_empty_rows_are_no_rows_but_count(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, ("S", [["a", "b", None], ["1", None, None], [], [None, ""], [" x\ny ", "-"]]))
    relation, rows = extracted("a.xlsx", Format.XLSX, nulls=("-",))
    assert relation.columns == ("a", "b")
    assert rows == [(1, "1", None), (4, " x\ny ", None)]


FAULTS = [
    ([["a", "b"], [1, 2], ["x", "#DIV/0!"]], 2, "b", "error of Excel"),
    ([["a"], [1], [2], [3, "stray"]], 3, "B", "no column's name"),
]


@pytest.mark.parametrize(("rows", "row", "column", "says"), FAULTS)
def test_a_fault_has_sheet_row_and_column(
    tmp_path: Path, extracted: Extracted, rows: list[list[Any]], row: int, column: str, says: str
) -> None:
    write(tmp_path, ("Tờ 1", rows))
    with pytest.raises(SourceError, match=says) as caught:
        extracted("a.xlsx", Format.XLSX)
    place = caught.value.place
    assert place is not None
    assert (place.file, place.row, place.column) == (f"{tmp_path / 'a.xlsx'}#Tờ 1", row, column)


@pytest.mark.parametrize(("rows", "row", "column", "says"), FAULTS)
def test_tolerantly_the_faulty_row_is_left_out(
    tmp_path: Path, extracted: Extracted, rows: list[list[Any]], row: int, column: str, says: str
) -> None:
    write(tmp_path, ("Tờ 1", [*rows, ["last"]]))
    relation, read = extracted("a.xlsx", Format.XLSX, tolerant=True)
    (rejected,) = relation.rejected
    assert (rejected.row, rejected.column) == (row, column)
    assert says in rejected.reason.en
    assert [number for number, *_ in read] == [n for n in range(1, len(rows) + 1) if n != row]
    assert relation.rows == len(read)


def test_a_missing_sheet_lists_the_others(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, ("Một", [["a"]]), ("Hai", [["a"]]))
    for iterator in ("một", None):
        with pytest.raises(SourceError) as caught:
            extracted("a.xlsx", Format.XLSX, iterator=iterator)
        assert caught.value.hint is not None
        assert "Một, Hai" in caught.value.hint.en


def test_headers_are_checked(tmp_path: Path, extracted: Extracted) -> None:
    for header, says in (([], "no header"), (["a", None, "c"], "Column 2"), (["a", "A"], "Two columns")):
        write(tmp_path, ("S", [header, ["1", "2", "3"]]))
        with pytest.raises(SourceError, match=says):
            extracted("a.xlsx", Format.XLSX)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04nothing"])
def test_what_is_no_workbook_is_said_so(tmp_path: Path, extracted: Extracted, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(SourceError, match="no XLSX") as caught:
        extracted("a.xlsx", Format.XLSX)
    assert caught.value.place is not None
    assert caught.value.place.file == str(tmp_path / "a.xlsx")
