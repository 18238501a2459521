"""CSV and TSV: what is read, and where a fault is said to be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.errors import SourceError
from ingest.sources import Dialect, Format, Relation

Extracted = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]


def write(folder: Path, text: str | bytes, name: str = "a.csv") -> str:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return name


def test_rows_are_numbered_and_all_is_text(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, "mã,tên\n007,Đống Đa\n1.50,\n")
    relation, rows = extracted("a.csv", Format.CSV)
    assert (relation.name, relation.columns, relation.rows) == ("t", ("mã", "tên"), 2)
    assert relation.location == str(tmp_path / "a.csv")
    assert rows == [(1, "007", "Đống Đa"), (2, "1.50", "")]


def test_an_empty_cell_is_null_only_when_the_mapping_says_so(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, 'a,b\n,""\nNULL,x\n')
    _, rows = extracted("a.csv", Format.CSV, nulls=("", "NULL"))
    assert rows == [(1, None, None), (2, None, "x")]


def test_quotes_newlines_and_crlf(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, 'a,b\r\n"x,\r\ny","say ""no"""\r\n2,z\r\n')
    _, rows = extracted("a.csv", Format.CSV)
    assert rows == [(1, "x,\r\ny", 'say "no"'), (2, "2", "z")]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n")
    relation, rows = extracted("a.csv", Format.CSV)
    assert relation.columns == ("a", "b")
    assert rows == [(1, "1", "2")]


def test_another_delimiter(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, "a\tb\n1,5\t2\n", "a.tsv")
    _, rows = extracted("a.tsv", Format.CSV, dialect=Dialect("\t"))
    assert rows == [(1, "1,5", "2")]


def test_order_is_kept_in_a_file_read_by_two_threads(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, "n,x\n" + "".join(f"{n},{'y' * 80}\n" for n in range(1, 100_001)))
    relation, rows = extracted("a.csv", Format.CSV)
    assert relation.rows == 100_000
    assert all(str(row) == n for row, n, _ in rows)


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1258"])
def test_other_encodings_are_recoded(tmp_path: Path, extracted: Extracted, encoding: str) -> None:
    write(tmp_path, "a,b\n1,Đà\n".encode(encoding))
    _, rows = extracted("a.csv", Format.CSV, encoding=encoding)
    assert rows == [(1, "1", "Đà")]


@pytest.mark.parametrize(
    ("content", "line", "row", "column", "says"),
    [
        (b"a,b,c\n1,2,3\n4,5\n", 3, 2, "c", "2 cells"),
        (b"a,b\n1,2\n1,2,3\n", 3, 2, None, "3 cells"),
        (b'a,b\n"x\ny",2\n1\n', 4, 2, "b", "1 cells"),
        (b"a,b\n1,2\n3,H\xe0\n", 3, 2, None, "not UTF-8 from byte 11"),
        (b"\xffa,b\n1,2\n", 1, None, None, "not UTF-8"),
        (b"a,b,A\n1,2,3\n", 1, None, "A", "Two columns"),
        (b"a,,c\n1,2,3\n", 1, None, None, "Column 2 has no name"),
        (b"a,row\n1,2\n", 1, None, "row", "row's number"),
        (b"", 1, None, None, "no header"),
        (b'a,b\n1,"never closed\n', 2, 1, None, "quoting"),
        (b'a,b\n1,"in"side\n', 2, 1, None, "quoting"),
    ],
)
def test_faults_have_their_place(
    tmp_path: Path,
    extracted: Extracted,
    content: bytes,
    line: int | None,
    row: int | None,
    column: str | None,
    says: str,
) -> None:
    write(tmp_path, content)
    with pytest.raises(SourceError) as caught:
        extracted("a.csv", Format.CSV)
    place = caught.value.place
    assert place is not None
    assert (place.file, place.line, place.row, place.column) == (str(tmp_path / "a.csv"), line, row, column)
    assert says in caught.value.message.en
    assert caught.value.hint is not None


def test_a_fault_leaves_no_relation(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, "a,b\n1\n")
    with pytest.raises(SourceError):
        extracted("a.csv", Format.CSV)
    write(tmp_path, "a,b\n1,2\n")
    assert extracted("a.csv", Format.CSV)[1] == [(1, "1", "2")]
