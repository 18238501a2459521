"""JSON documents and lines."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import SourceError
from ingest.sources import Format, LogicalSource, Relation, extract, json_path, json_stream
from ingest.sources.json_path import JsonPathError, Step, parse
from tests.examples import examples

Extracted = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]
DOCUMENT = {"meta": {"n": [0]}, "a": {"b": [{"n": 1, "c": ["x", "y"]}, {"n": 2}, {"n": 3, "c": ["z"]}]}}


def write(folder: Path, value: object) -> None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    (folder / "d.json").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("iterator", "expected"),
    [
        ("$", [DOCUMENT]),
        ("$.a.b[*]", DOCUMENT["a"]["b"]),
        ("$['a']['b'][*].n", [1, 2, 3]),
        ("$.a.b[*].c[*]", ["x", "y", "z"]),
        ("$.a.b[1]", [{"n": 2}]),
        ("$.a.b[-1].c", [["z"]]),
        ("$.a", [DOCUMENT["a"]]),
        ("$.meta.*", [[0]]),
        ("$.nothing[*]", []),
        ("$.nothing", []),
        ("$.a[*]", [DOCUMENT["a"]["b"]]),
        ("$[*]", [DOCUMENT["meta"], DOCUMENT["a"]]),
        ("$.meta[*][*]", [0]),
    ],
)
def test_iterators(tmp_path: Path, extracted: Extracted, iterator: str, expected: list[object]) -> None:
    write(tmp_path, DOCUMENT)
    relation, rows = extracted("d.json", Format.JSON, iterator=iterator)
    assert relation.columns == ("it",)
    assert [row for row, _ in rows] == list(range(1, len(expected) + 1))
    assert [json.loads(it) for _, it in rows] == expected


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[\n 1,\n 2\n", 4, "','"),
        ("[1,\n2 3]", 2, "','"),
        ('{"a": [1],\n "b": nul}', 2, "Expecting value"),
        ("[1,\n]", 2, "after a comma"),
        ("[1]\n\n x", 3, "after the end"),
        ('[1,\n "\\q"]', 2, "escape"),
        ("[\nNaN]", 2, "NaN"),
        ("", 1, "Expecting value"),
        ("{1: 2}", 1, "name is expected"),
    ],
)
@pytest.mark.parametrize("iterator", ["$[*]", "$.b[*]"])
def test_malformed_documents(
    tmp_path: Path, extracted: Extracted, text: str, line: int, says: str, iterator: str
) -> None:
    write(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        extracted("d.json", Format.JSON, iterator=iterator)
    assert caught.value.place is not None
    assert caught.value.place.line == line
    assert caught.value.place.file == str(tmp_path / "d.json")


def test_a_bad_iterator_says_from_where(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, DOCUMENT)
    with pytest.raises(SourceError, match="from character 5"):
        extracted("d.json", Format.JSON, iterator="$.ab[?(@.n>)]")


def test_bad_utf8_has_its_line(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "d.json").write_bytes(b'["a",\n"\xff"]')
    with pytest.raises(SourceError) as caught:
        extracted("d.json", Format.JSON, iterator="$[*]")
    assert caught.value.place is not None
    assert caught.value.place.line == 2


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)


@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    before=values,
    array=st.lists(values, max_size=5),
    indent=st.sampled_from([None, 1]),
    piece=st.integers(1, 40),
)
def test_streaming_equals_reading_whole(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: object,
    array: list[object],
    indent: int | None,
    piece: int,
) -> None:
    monkeypatch.setattr(json_stream, "_PIECE", piece)
    write(tmp_path, json.dumps({"x": before, "a": {"y": before, "b": array}, "z": before}, indent=indent))
    assert [json.loads(item) for item in json_stream.elements(tmp_path / "d.json", ["a", "b"])] == array


def test_lines(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "d.ndjson").write_text('{"n": 1, "c": ["x", "y"]}\n\n{"n": 2}\n', encoding="utf-8")
    _, rows = extracted("d.ndjson", Format.NDJSON)
    assert [(row, json.loads(it)["n"]) for row, it in rows] == [(1, 1), (2, 2)]
    _, rows = extracted("d.ndjson", Format.NDJSON, iterator="$.c[*]", name="deep")
    assert rows == [(1, '"x"'), (2, '"y"')]


def test_a_malformed_line_has_its_number(tmp_path: Path, extracted: Extracted) -> None:
    (tmp_path / "d.ndjson").write_text('{"n": 1}\n{"n": }\n', encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        extracted("d.ndjson", Format.NDJSON)
    assert caught.value.place is not None
    assert caught.value.place.line == 2


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$", []),
        ("name", [Step("name", "name")]),
        ("$.Đống Đa.x-y_z", [Step("name", "Đống Đa"), Step("name", "x-y_z")]),
        (r"$['it\'s']['{a}']", [Step("name", "it's"), Step("name", "{a}")]),
        ('$["a b"][0][-2]', [Step("name", "a b"), Step("index", "0"), Step("index", "-2")]),
    ],
)
def test_json_paths(text: str, steps: list[Step]) -> None:
    assert list(parse(text).steps) == steps


REFUSED = ["$.a]", "$.", "", "$a b", "$['a]", "$.a.length()", "$[?@.a == ]", "$.a[1:2:3:4]"]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_json_path_is_refused(text: str) -> None:
    with pytest.raises(JsonPathError):
        parse(text)


WARDS = {
    "wards": [
        {"code": "4", "people": 65023, "names": ["Ba Đình", "Trúc Bạch"], "was": {"code": "1"}},
        {"code": "8", "people": 20, "names": [], "*": "sao"},
        {"code": "16", "people": None, "open": True},
    ],
    "least": 100,
}
# By RFC 9535: what each iterator gives as rows.
ITERATORS = {
    "$.wards[?@.people > 100].code": ["4"],
    "$.wards[?(@.code == '8')].people": [20],
    "$.wards[?@.open].code": ["16"],
    "$.wards[?@.people > $.least].code": ["4"],
    "$.wards[?@.open, 0].code": ["16", "4"],
    "$.wards[*][?@ == '8']": ["8"],
    "$.wards[0:2].code": ["4", "8"],
    "$.wards[-1:].code": ["16"],
    "$.wards[::2].code": ["4", "16"],
    "$.wards[0]['code','people']": ["4", 65023],
    "$..names[*]": ["Ba Đình", "Trúc Bạch"],
    "$.wards.*.code": ["4", "8", "16"],
    "$.wards[0].was.*": ["1"],
    "$.wards[0].was[*]": ["1"],
    "$.wards[*].was[*]": ["1"],
    "$.wards[1]['*']": ["sao"],
    "$.wards[?length(@.names) == 2].code": ["4"],
    "$.wards[?@.names].names[?@ == 'Trúc Bạch']": ["Trúc Bạch"],
    "$.none[?@.a]": [],
    "$.least": [100],
}


@pytest.mark.parametrize(("iterator", "expected"), ITERATORS.items())
def test_iterators_are_those_of_rfc_9535(
    tmp_path: Path, extracted: Extracted, iterator: str, expected: list[object]
) -> None:
    write(tmp_path, WARDS)
    _, rows = extracted("d.json", Format.JSON, iterator=iterator)
    assert [row for row, _ in rows] == list(range(1, len(rows) + 1))
    assert [json.loads(it) for _, it in rows] == expected
    (tmp_path / "d.ndjson").write_text(json.dumps(WARDS), encoding="utf-8")
    _, rows = extracted("d.ndjson", Format.NDJSON, iterator=iterator, name="lines")
    assert [json.loads(it) for _, it in rows] == expected


@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    array=st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)), max_size=6),
    path=st.sampled_from(["$.x[*].a", "$.x[?@.a].b", "$.x[?@.a == 1]", "$.x[0].a", "$.x[1:3].a", "$..b"]),
)
def test_streamed_and_held_paths_agree(tmp_path: Path, array: list[object], path: str) -> None:
    write(tmp_path, {"x": array})
    with duckdb.connect() as connection:
        source = LogicalSource(name="t", path="d.json", format=Format.JSON, iterator=path)
        extract(connection, source, data_dir=tmp_path, mapping_dir=tmp_path)
        rows = connection.execute("SELECT it FROM t ORDER BY row").fetchall()
    held = json_path.values(json.dumps({"x": array}), path)
    assert [json.loads(it) for (it,) in rows] == [json.loads(one) for one in held]


@pytest.mark.parametrize("name", ["a b", 'say "x"', "back\\slash", "dot.ted", "[0]", "$", "ễ", "it's"])
def test_any_member_name_is_found(tmp_path: Path, extracted: Extracted, name: str) -> None:
    write(tmp_path, {"other": 0, name: {"in": 7}})
    written = name.replace("\\", "\\\\").replace("'", "\\'")
    _, rows = extracted("d.json", Format.JSON, iterator=f"$['{written}'].in")
    assert rows == [(1, "7")]
