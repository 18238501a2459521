"""Tolerant reading: what cannot be read is left out and given back, the rest keeps its numbers."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import SourceError
from ingest.sources import Format, LogicalSource, Rejected, Relation, extract
from ingest.sources.delimited_rows import RECORD_LINES
from tests.examples import examples

Extracted = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]


def rejected(relation: Relation) -> list[tuple[int, int | None, str | None]]:
    return [(one.row, one.line, one.column) for one in relation.rejected]


def test_a_good_file_has_nothing_rejected(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    relation, rows = extracted("a.csv", Format.CSV, tolerant=True)
    assert (relation.rejected, rows) == ((), [(1, "1", "2")])


@pytest.mark.parametrize(
    ("content", "bad", "good"),
    [
        (b"a,b\n1,2\n3\n4,5\n6,7,8\n9,\n", [(2, 3, "b"), (4, 5, None)], {1: "1", 3: "4", 5: "9"}),
        (b"a,b\n1,2\n3,H\xe0\n4,5\n", [(2, 3, "b")], {1: "1", 3: "4"}),
        (b"a,b\r\n1,2\r\n\xff,3\r\n4,5\r\n", [(2, 3, "a")], {1: "1", 3: "4"}),
        (b'a,b\n"x\ny",2\n1\n3,4\n', [(2, 4, "b")], {1: "x\ny", 3: "3"}),
        (b"a,b\n\n1,2\n\n3\n\n4,5\n", [(2, 5, "b")], {1: "1", 3: "4"}),
        (b'a,b\n1,"in"side\n2,3\n', [(1, 2, None)], {2: "2"}),
        (b'a,b\n1,"never closed\n2,3\n4,5\n', [(1, 2, None)], {2: "2", 3: "4"}),
        (b'a,b\n1,"open\n2,3\n4,"closed" here\n6,7\n', [(1, 2, None), (3, 4, None)], {2: "2", 4: "6"}),
        (b"a,b\n" + b"x" * 300 + b"\n", [(1, 2, "b")], {}),
        (b"a,b\n1,2\n3,H\xe0", [(2, 3, "b")], {1: "1"}),
    ],
)
def test_bad_rows_of_a_csv_file(
    tmp_path: Path,
    extracted: Extracted,
    content: bytes,
    bad: list[tuple[int, int | None, str | None]],
    good: dict[int, str],
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    relation, rows = extracted("a.csv", Format.CSV, tolerant=True)
    assert rejected(relation) == bad
    assert {row: cell for row, cell, _ in rows} == good
    assert relation.rows == len(good)


def test_a_quote_never_closed_costs_one_row_of_many(tmp_path: Path, extracted: Extracted) -> None:
    lines = [f"{n},x" for n in range(1, 3 * RECORD_LINES)]
    lines[9], lines[1500] = '10,"x', '1501,"x'
    (tmp_path / "a.csv").write_text("\n".join(["n,x", *lines, ""]))
    relation, rows = extracted("a.csv", Format.CSV, tolerant=True)
    assert rejected(relation) == [(10, 11, None), (1501, 1502, None)]
    assert all(str(row) == n for row, n, _ in rows)
    assert relation.rows == len(lines) - 2


def test_a_rejected_row_says_why_and_shows_itself(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "a.csv").write_bytes("mã,tên\n1,Đà\n2,H".encode() + b"\xe0\n")
    relation, _ = extracted("a.csv", Format.CSV, tolerant=True)
    (one,) = relation.rejected
    assert one == Rejected(2, 3, "tên", one.reason, "2,H\\xe0")
    assert "UTF-8" in one.reason.vi
    assert "UTF-8" in one.reason.en


def test_nulls_hold_in_a_faulty_file_too(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "a.csv").write_text("a,b\n,NULL\n1\n")
    _, rows = extracted("a.csv", Format.CSV, tolerant=True, nulls=("NULL",))
    assert rows == [(1, "", None)]


def test_a_bad_header_is_an_error_all_the_same(tmp_path: Path, extracted: Extracted) -> None:
    for content in (b"a,a\n1,2\n", b"\xff,b\n1\n", b""):
        (tmp_path / "a.csv").write_bytes(content)
        with pytest.raises(SourceError):
            extracted("a.csv", Format.CSV, tolerant=True)


cells = st.text(st.sampled_from('aễ,"\n\r x'), max_size=5)


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.lists(cells, min_size=2, max_size=2), max_size=6),
    place=st.integers(0, 6),
    data=st.data(),
)
def test_one_bad_row_takes_no_other_with_it(
    tmp_path: Path, rows: list[list[str]], place: int, data: st.DataObject
) -> None:
    place = min(place, len(rows))
    bad = data.draw(st.sampled_from([b"1\n", b"1,2,3\n", b"x,\xe0\n", b'1,"a"b\n']))
    written = [to_csv(row) for row in rows]
    content = b"a,b\n" + b"".join([*written[:place], bad, *written[place:]])
    (tmp_path / "p.csv").write_bytes(content)
    with duckdb.connect() as connection:
        source = LogicalSource("t", "p.csv", Format.CSV)
        relation = extract(connection, source, data_dir=tmp_path, mapping_dir=tmp_path, tolerant=True)
        found = connection.execute('SELECT * FROM t ORDER BY "row"').fetchall()
    line = content[: content.index(bad)].count(b"\n") + 1 if b"\r" not in content else None
    (one,) = relation.rejected
    assert (one.row, one.line if line else None) == (place + 1, line)
    numbers = [n for n in range(1, len(rows) + 2) if n != place + 1]
    assert found == [(n, *row) for n, row in zip(numbers, rows, strict=True)]


def to_csv(row: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(row)
    return text.getvalue().encode()


def test_bad_lines_of_ndjson(tmp_path: Path, extracted: Extracted) -> None:
    content = b'\xef\xbb\xbf{"n": 1}\n{"n": }\n\n{"n": 3, "v": "H\xe0"}\n{"n": 4}\n[1\n{"n": 6}'
    (tmp_path / "d.ndjson").write_bytes(content)
    relation, rows = extracted("d.ndjson", Format.NDJSON, tolerant=True)
    assert [(row, json.loads(it)["n"]) for row, it in rows] == [(1, 1), (4, 4), (6, 6)]
    assert rejected(relation) == [(2, 2, None), (3, 4, "v"), (5, 6, None)]
    assert [one.value for one in relation.rejected] == ['{"n": }', '{"n": 3, "v": "H\\xe0"}', "[1"]
    assert relation.rows == 3


def test_the_iterator_is_applied_to_the_good_lines(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "d.ndjson").write_text('{"c": ["x", "y"]}\n{\n{"c": ["z"]}\n')
    relation, rows = extracted("d.ndjson", Format.NDJSON, tolerant=True, iterator="$.c[*]")
    assert [json.loads(it) for _, it in rows] == ["x", "y", "z"]
    assert rejected(relation) == [(2, 2, None)]


def test_other_formats_are_not_read_in_part(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "d.json").write_text('[{"n": 1}, {"n": }]')
    with pytest.raises(SourceError):
        extracted("d.json", Format.JSON, iterator="$[*]", tolerant=True)
