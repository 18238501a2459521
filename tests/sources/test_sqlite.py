"""SQLite tables and queries."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from graph.errors import SourceError
from ingest.sources import Format, Relation, telling

Extracted = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "d.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('CREATE TABLE units(code TEXT, "tên gọi", area REAL, people INTEGER, seal BLOB)')
        connection.executemany(
            "INSERT INTO units VALUES (?, ?, ?, ?, ?)",
            [("00004", "Phường Ba Đình", 2.97, 65023, b"\x01\xff"), ("00008", None, 1e-7, -1, None)],
        )
        connection.execute(
            "CREATE TABLE many AS WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 45000) SELECT i FROM n"
        )
        connection.commit()
    return path


def test_a_table_becomes_text(database: Path, extracted: Extracted) -> None:
    relation, rows = extracted("d.db", Format.SQLITE_TABLE, iterator="units")
    assert relation.columns == ("code", "tên gọi", "area", "people", "seal")
    assert relation.location == f"{database}#units"
    assert rows == [
        (1, "00004", "Phường Ba Đình", "2.97", "65023", "01FF"),
        (2, "00008", None, "1e-07", "-1", None),
    ]


def test_batches_number_rows_throughout(database: Path, extracted: Extracted) -> None:
    relation, rows = extracted(database.name, Format.SQLITE_TABLE, iterator="many")
    assert relation.rows == 45_000
    assert all(str(row) == i for row, i in rows)


def test_a_query_runs_in_sqlite(database: Path, extracted: Extracted) -> None:
    _, rows = extracted(
        database.name, Format.SQLITE_QUERY, iterator="SELECT code c FROM units ORDER BY 1 DESC"
    )
    assert rows == [(1, "00008"), (2, "00004")]


def test_an_empty_table_has_its_columns(database: Path, extracted: Extracted) -> None:
    relation, rows = extracted(database.name, Format.SQLITE_QUERY, iterator="SELECT code FROM units WHERE 0")
    assert (relation.columns, rows) == (("code",), [])


def test_null_values_of_the_mapping(database: Path, extracted: Extracted) -> None:
    _, rows = extracted(
        database.name, Format.SQLITE_QUERY, iterator="SELECT people p FROM units", nulls=("-1",)
    )
    assert rows == [(1, "65023"), (2, None)]


def test_a_missing_table_lists_the_tables(database: Path, extracted: Extracted) -> None:
    with pytest.raises(SourceError) as caught:
        extracted(database.name, Format.SQLITE_TABLE, iterator="unit")
    assert caught.value.hint is not None
    assert caught.value.hint.vi == "Có phải units? Các bảng đọc được: many, units"


@pytest.mark.parametrize(
    "query", ["DROP TABLE units", "DELETE FROM units", "ATTACH 'x.db' AS x", "SELECT 1; SELECT 2", "SELEC 1"]
)
def test_only_a_select_runs(database: Path, extracted: Extracted, query: str) -> None:
    with pytest.raises(SourceError):
        extracted(database.name, Format.SQLITE_QUERY, iterator=query)
    assert extracted(database.name, Format.SQLITE_TABLE, iterator="units")[0].rows == 2


def test_a_file_that_is_no_database(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "d.db").write_text("a,b\n1,2\n" * 200, encoding="utf-8")
    with pytest.raises(SourceError, match="not a database"):
        extracted("d.db", Format.SQLITE_TABLE, iterator="units")


def test_text_that_is_not_utf8_names_its_row(database: Path, extracted: Extracted) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO units(code) VALUES (CAST(x'ff41' AS TEXT))")
        connection.commit()
    with pytest.raises(SourceError) as caught:
        extracted(database.name, Format.SQLITE_TABLE, iterator="units")
    assert caught.value.place is not None
    assert caught.value.place.row == 3


def test_rows_are_told_while_they_are_read(database: Path, extracted: Extracted) -> None:
    told: list[int] = []
    with telling(told.append):
        extracted(database.name, Format.SQLITE_TABLE, iterator="many")
    assert told == [20_000, 40_000, 45_000]
    extracted(database.name, Format.SQLITE_TABLE, iterator="units", name="units")
    assert len(told) == 3


def test_columns_have_the_datatypes_that_they_are_declared_with(database: Path, extracted: Extracted) -> None:
    relation, _ = extracted(database.name, Format.SQLITE_TABLE, iterator="units")
    assert relation.datatypes == {
        "code": "string",
        "tên gọi": "string",
        "area": "double",
        "people": "integer",
        "seal": "hexBinary",
    }
