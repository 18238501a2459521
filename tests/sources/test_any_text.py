"""Any text in any cell survives each format and comes out of the relation byte for byte.

U+0000: kept by CSV, NDJSON, JSON, SQLite, Parquet and MySQL; XML, workbooks and PostgreSQL cannot hold it.
What no encoding of Unicode holds, half a surrogate pair, no file can hold either.
"""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import duckdb
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ingest.sources import Dialect, Format, LogicalSource, extract
from tests.examples import examples

Cells = list[list[str]]
Write = Callable[[Path, Cells], None]

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
AWKWARD = [*"\"',\n\r\t\\# \ufeffĐé\u2028𠮷\x01", "", "\r\n", "e\u0301"]
CELLS = st.lists(
    st.tuples(*[st.one_of(TEXT, st.lists(st.sampled_from(AWKWARD), max_size=6).map("".join))] * 2).map(list),
    min_size=1,
    max_size=6,
)
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CASES = [
    [["\ufeffx", "\ufeff"], ['"', '""']],
    [["\r", "\n"], ["\r\n", " "]],
    [["", ""], ["", ""]],
    [["a\0b", "\0"], ["#x", "\\"]],
    [["e\u0301", "é"], ["NULL", "null"]],
    [["\\n", '\\"'], ["'", "\t"]],
]


def write_csv(dialect: Dialect, encoding: str = "utf-8", quoting: int = csv.QUOTE_ALL) -> Write:
    def write(path: Path, rows: Cells) -> None:
        file = io.StringIO(newline="")
        is_doubled = dialect.escape == dialect.quote
        writer = csv.writer(
            file,
            delimiter=dialect.delimiter,
            quotechar=dialect.quote,
            doublequote=is_doubled,
            escapechar=None if is_doubled else "\\",
            quoting=quoting,  # type: ignore[arg-type]  # one of the module's constants
            lineterminator="\n" if quoting == csv.QUOTE_ALL else "\r\n",
        )
        writer.writerow(["a", "b"])
        writer.writerows(rows)
        path.write_bytes(file.getvalue().encode(encoding))

    return write


def write_json(path: Path, rows: Cells) -> None:
    path.write_text(json.dumps([dict(zip("ab", row, strict=True)) for row in rows], ensure_ascii=False))


def write_ndjson(path: Path, rows: Cells) -> None:
    path.write_text("".join(json.dumps(dict(zip("ab", row, strict=True))) + "\n" for row in rows))


def write_sqlite(path: Path, rows: Cells) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (a, b)")
        database.executemany("INSERT INTO t VALUES (?, ?)", rows)
        database.commit()


def write_parquet(path: Path, rows: Cells) -> None:
    a, b = zip(*rows, strict=True)
    parquet.write_table(pa.table({"a": pa.array(a, pa.string()), "b": pa.array(b, pa.string())}), path)


def write_xml(path: Path, rows: Cells) -> None:
    line_ends = {"\r": "&#13;"}
    items = "".join(f"<i b={quoteattr(b, line_ends)}><a>{escape(a, line_ends)}</a></i>" for a, b in rows)
    path.write_text(f"<r>{items}</r>", encoding="utf-8", newline="")


FORMATS: dict[str, tuple[Write, dict[str, object]]] = {
    "csv": (write_csv(Dialect()), {"format": Format.CSV}),
    "csv with few quotes": (write_csv(Dialect(), quoting=csv.QUOTE_MINIMAL), {"format": Format.CSV}),
    "tsv with single quotes": (
        write_csv(Dialect("\t", "'", "'")),
        {"format": Format.CSV, "dialect": Dialect("\t", "'", "'")},
    ),
    "csv with backslashes": (
        write_csv(Dialect(escape="\\")),
        {"format": Format.CSV, "dialect": Dialect(escape="\\")},
    ),
    "csv with comments": (write_csv(Dialect()), {"format": Format.CSV, "dialect": Dialect(comment="#")}),
    "csv in utf-16": (write_csv(Dialect(), "utf-16"), {"format": Format.CSV, "encoding": "utf-16"}),
    "json": (write_json, {"format": Format.JSON, "iterator": "$[*]"}),
    "ndjson": (write_ndjson, {"format": Format.NDJSON}),
    "sqlite": (write_sqlite, {"format": Format.SQLITE_TABLE, "iterator": "t"}),
    "parquet": (write_parquet, {"format": Format.PARQUET}),
    "xml": (write_xml, {"format": Format.XML, "iterator": "/r/i"}),
}
NESTED = {
    "json": ("it ->> '$.a'", "it ->> '$.b'"),
    "ndjson": ("it ->> '$.a'", "it ->> '$.b'"),
    "xml": ("it ->> '$.a[0]'", "it ->> '$.\"@b\"'"),
}


def read(folder: Path, name: str) -> Sequence[tuple[int, str, str]]:
    source = LogicalSource("t", "file", **FORMATS[name][1])  # type: ignore[arg-type]  # data of the table above
    connection = database()
    connection.execute("DROP TABLE IF EXISTS t")
    extract(connection, source, data_dir=folder, mapping_dir=folder)
    cells = ", ".join(NESTED.get(name, ("a", "b")))
    found = connection.execute(f'SELECT "row", encode({cells.replace(", ", "), encode(")}) FROM t ORDER BY 1')
    return [(row, bytes(a).decode(), bytes(b).decode()) for row, a, b in found.fetchall()]


@cache
def database() -> duckdb.DuckDBPyConnection:
    """One for all examples: a new one takes longer than an example."""
    return duckdb.connect()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any-text")


@pytest.mark.parametrize("name", FORMATS)
@given(rows=CELLS)
@example(rows=CASES[0])
@example(rows=CASES[1])
@example(rows=CASES[2])
@example(rows=CASES[3])
@example(rows=CASES[4])
@example(rows=CASES[5])
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_survives(folder: Path, name: str, rows: Cells) -> None:
    if name == "xml":
        rows = [[NOT_IN_XML.sub("", cell) for cell in row] for row in rows]
    FORMATS[name][0](folder / "file", rows)
    expected = [(number, *row) for number, row in enumerate(rows, start=1)]
    assert read(folder, name) == expected


@given(rows=CELLS)
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_survives_a_workbook(folder: Path, rows: Cells) -> None:
    """An empty cell is no value there, and a row of them no row. Excel itself writes a carriage return as
    `_x000D_`, which openpyxl does not."""
    rows = [[NOT_IN_XML.sub("", cell).replace("\r", "") or "-" for cell in row] for row in rows]
    rows = [[cell if not cell.startswith("=") else "-" for cell in row] for row in rows]
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [["a", "b"], *rows]:
        book.active.append(row)
    book.save(folder / "file")
    connection, source = database(), LogicalSource("t", "file", Format.XLSX)
    connection.execute("DROP TABLE IF EXISTS t")
    extract(connection, source, data_dir=folder, mapping_dir=folder)
    found = connection.execute('SELECT a, b FROM t ORDER BY "row"').fetchall()
    assert [list(row) for row in found] == rows
