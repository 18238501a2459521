"""Tables of any values: read back, they are the values that the columns hold, whatever the batches."""

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.columns import Builder, Columns, TextQuad
from graph.columns.schema import LANG_STRING, RDF_TYPE, XSD, XSD_STRING
from graph.tables import Field, Request, TableFormat, process

OPEN, OTHER = "urn:graph/a/open", "urn:graph/b/restricted"
FIELDS = (
    Field("text", "urn:text", "text"),
    Field("many", "urn:many", "text", scalar=False),
    Field("name", "urn:name", "texts"),
    Field("code", "urn:code", "code"),
    Field("link", "urn:link", "link", scalar=False),
    Field("back", "urn:link", "link", inverse=True, scalar=False),
    Field("is", "urn:is", "boolean"),
    Field("whole", "urn:whole", "integer"),
    Field("part", "urn:part", "decimal"),
    Field("day", "urn:day", "date"),
    Field("never", "urn:never", "text"),
)


def said(
    subject: str, path: str, value: str, datatype: str | None = XSD_STRING, graph: str = OPEN
) -> TextQuad:
    language = "vi" if datatype == LANG_STRING else None
    return TextQuad(subject, f"urn:{path}", value, datatype, language, graph)


def is_a(subject: str, graph: str = OPEN) -> TextQuad:
    return TextQuad(subject, RDF_TYPE, "urn:Thing", None, None, graph)


def columns_of(folder: Path, quads: Sequence[TextQuad]) -> Path:
    with Builder(folder / "columns.duckdb") as builder:
        builder.stage(quads)
        builder.finish()
    return folder / "columns.duckdb"


def table(columns: Path, written: TableFormat, graphs: tuple[str, ...] = (OPEN,), **more: Any) -> bytes:
    out = io.BytesIO()
    request = Request(str(columns), graphs, "urn:Thing", FIELDS, written, 256, codes=more)
    process.write(Request.loads(request.dumps()), out)
    return out.getvalue()


def json_rows(columns: Path, *graphs: str) -> dict[str, dict[str, Any]]:
    # Lines end with a line feed alone: `splitlines` would part texts at other ends of lines too.
    lines = table(columns, "ndjson", graphs or (OPEN,)).decode().split("\n")[:-1]
    return {row["id"]: row for row in map(json.loads, lines)}


def csv_rows(columns: Path) -> dict[str, dict[str, str]]:
    text = io.StringIO(table(columns, "csv").decode(), newline="")
    return {row["id"]: row for row in csv.DictReader(text)}


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return columns_of(
        tmp_path_factory.mktemp("things"),
        [
            is_a("urn:1"),
            said("urn:1", "text", 'a"b,\r\n|Đ\u2028\\'),
            said("urn:1", "many", "z"),
            said("urn:1", "many", "a"),
            said("urn:1", "name", "Hà Nội", LANG_STRING),
            said("urn:1", "code", "urn:codes/x/active", None),
            said("urn:1", "link", "urn:2", None),
            said("urn:1", "is", "1", f"{XSD}boolean"),
            said("urn:1", "whole", "+12", f"{XSD}integer"),
            said("urn:1", "part", "2.970", f"{XSD}decimal"),
            said("urn:1", "day", "2025-07-01", f"{XSD}date"),
            is_a("urn:2"),
            said("urn:2", "text", "hidden", XSD_STRING, OTHER),
            is_a("urn:3", OTHER),
            said("urn:4", "text", "of no type"),
        ],
    )


def test_json_has_the_types_of_the_fields(things: Path) -> None:
    rows = json_rows(things)
    assert set(rows) == {"urn:1", "urn:2"}
    assert rows["urn:1"] == {
        "id": "urn:1",
        "text": 'a"b,\r\n|Đ\u2028\\',
        "many": ["a", "z"],
        "name": {"vi": "Hà Nội", "en": None},
        "code": "active",
        "link": ["urn:2"],
        "back": [],
        "is": True,
        "whole": 12,
        "part": 2.97,
        "day": "2025-07-01",
        "never": None,
    }
    assert rows["urn:2"]["back"] == ["urn:1"]
    assert rows["urn:2"]["text"] is None
    assert b'"part":2.970,' in table(things, "ndjson")


def test_only_the_graphs_that_are_named_are_read(things: Path) -> None:
    assert set(json_rows(things, OPEN, OTHER)) == {"urn:1", "urn:2", "urn:3"}
    assert json_rows(things, OPEN, OTHER)["urn:2"]["text"] == "hidden"
    assert json_rows(things, OTHER)["urn:3"]["link"] == []
    assert json_rows(things, "urn:graph/none") == {}


def test_csv_is_read_back(things: Path) -> None:
    rows = csv_rows(things)
    assert rows["urn:1"]["text"] == 'a"b,\r\n|Đ\u2028\\'
    assert rows["urn:1"]["many"] == "a|z"
    assert (rows["urn:1"]["name.vi"], rows["urn:1"]["name.en"]) == ("Hà Nội", "")
    assert rows["urn:1"]["part"] == "2.970"
    assert rows["urn:2"]["back"] == "urn:1"


def test_parquet_has_typed_columns(things: Path) -> None:
    read = pq.read_table(io.BytesIO(table(things, "parquet")))
    types = {field.name: field.type for field in read.schema}
    assert types["whole"] == pa.int64()
    assert types["part"] == pa.float64()
    assert types["day"] == pa.date32()
    assert types["is"] == pa.bool_()
    assert pa.types.is_list(types["link"])
    row = next(one for one in read.to_pylist() if one["id"] == "urn:1")
    assert (row["whole"], row["part"], row["name"]["vi"], row["many"]) == (12, 2.97, "Hà Nội", ["a", "z"])
    assert pq.read_table(io.BytesIO(table(things, "parquet", ("urn:none",)))).num_rows == 0


def test_a_code_is_its_notation_where_the_list_has_another(things: Path) -> None:
    written = table(things, "ndjson", **{"urn:codes/x/active": "A-1"}).decode()
    assert '"code":"A-1"' in written


@pytest.mark.parametrize("written", ["ndjson", "csv", "parquet"])
def test_batches_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: TableFormat
) -> None:
    quads = [quad for n in range(25) for quad in (is_a(f"urn:{n}"), said(f"urn:{n}", "text", str(n)))]
    columns = columns_of(tmp_path, quads)

    def lines() -> list[str]:
        out = table(columns, written)
        if written == "parquet":
            return sorted(map(str, pq.read_table(io.BytesIO(out)).to_pylist()))
        return sorted(out.decode().splitlines())

    whole = lines()
    monkeypatch.setattr(process, "BATCH", 7)
    assert lines() == whole
    assert len(whole) == 25 + (written == "csv")


@settings(max_examples=3, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12),
        min_size=40,
        max_size=60,
    )
)
def test_any_text_is_read_back_from_json_and_csv(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    """Few examples of many texts each: a file of columns takes half a second."""
    expected = {f"urn:{n}": text for n, text in enumerate(texts)}
    columns = columns_of(
        tmp_path_factory.mktemp("any"),
        [quad for iri, text in expected.items() for quad in (is_a(iri), said(iri, "text", text))],
    )
    assert {iri: row["text"] for iri, row in json_rows(columns).items()} == expected
    assert {iri: row["text"] for iri, row in csv_rows(columns).items()} == expected


def test_what_two_graphs_say_stands_once_and_of_several_the_first_is_taken(tmp_path: Path) -> None:
    quads = [is_a("urn:1"), is_a("urn:1", OTHER)]
    quads += [said("urn:1", "many", one, XSD_STRING, graph) for one in "ba" for graph in (OPEN, OTHER)]
    quads += [said("urn:1", "text", one, XSD_STRING, graph) for one in "dc" for graph in (OPEN, OTHER)]
    quads += [said("urn:1", "name", one, LANG_STRING) for one in "fe"]
    quads += [said("urn:1", "whole", one, f"{XSD}integer") for one in ("7", "007")]
    columns = columns_of(tmp_path, quads)
    row = json_rows(columns, OPEN, OTHER)["urn:1"]
    assert row["many"] == ["a", "b"]
    assert row["text"] == "c"
    assert row["name"] == {"vi": "e", "en": None}
    # No number of JSON: as it is written.
    assert row["whole"] == "007"
    read = pq.read_table(io.BytesIO(table(columns, "parquet", (OPEN, OTHER)))).to_pylist()
    assert (read[0]["many"], read[0]["whole"]) == (["a", "b"], 7)


VALUES = st.sampled_from(
    ["", "0", "1", "true", "+12", "-0.50", "1e3", "007", "x,y", 'q"', "a\nb", "\x01", "Đ|"]
)
SAID = st.tuples(
    st.integers(0, 5), st.sampled_from([one.path for one in FIELDS]), VALUES, st.sampled_from([OPEN, OTHER])
)
KINDS = {
    "urn:name": LANG_STRING,
    "urn:code": None,
    "urn:link": None,
    "urn:is": f"{XSD}boolean",
    "urn:whole": f"{XSD}integer",
    "urn:part": f"{XSD}decimal",
}


def expected(quads: Sequence[TextQuad], subject: str) -> dict[str, Any]:
    """A row as CSV has it, told one value after the other."""
    row = {"id": subject}
    for one in FIELDS:
        ends = ("o", "s") if one.inverse else ("s", "o")
        told = [quad for quad in quads if quad.p == one.path and getattr(quad, ends[0]) == subject]
        texts = sorted({getattr(quad, ends[1]) for quad in told}, key=str.encode)
        if one.kind == "code":
            texts = sorted({text: re.split("[/#]", text)[-1] for text in texts}.values(), key=str.encode)
        text = (texts[0] if texts else "") if one.scalar else "|".join(texts)
        row |= {f"{one.key}.vi": text, f"{one.key}.en": ""} if one.kind == "texts" else {one.key: text}
    return row


@settings(max_examples=25, deadline=None)
@given(st.lists(SAID, max_size=60), st.sets(st.integers(0, 5)), st.booleans())
def test_any_values_are_told_as_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[tuple[int, str, str, str]],
    things: set[int],
    with_other: bool,
) -> None:
    quads = [is_a(f"urn:{number}") for number in things]
    for number, path, value, graph in told:
        iris = {"urn:code": f"urn:codes/{value.encode().hex()}", "urn:link": f"urn:{len(value)}"}
        text = iris.get(path, value)
        quads.append(
            said(f"urn:{number}", path.removeprefix("urn:"), text, KINDS.get(path, XSD_STRING), graph)
        )
    columns = columns_of(tmp_path_factory.mktemp("any"), quads)
    graphs = (OPEN, OTHER) if with_other else (OPEN,)
    seen = [quad for quad in quads if quad.g in graphs]
    text = io.StringIO(table(columns, "csv", graphs).decode(), newline="")
    rows = {row["id"]: row for row in csv.DictReader(text)}
    assert rows == {f"urn:{number}": expected(seen, f"urn:{number}") for number in things}
    read = pq.read_table(io.BytesIO(table(columns, "parquet", graphs))).to_pylist()
    for row in json_rows(columns, *graphs).values():
        flat = rows[row["id"]]
        assert row["name"] == ({"vi": flat["name.vi"], "en": None} if row["name"] else None)
        assert row["name"] or not flat["name.vi"]
        for key in ("text", "code", "day", "never"):
            assert (row[key] or "") == flat[key]
        for key in ("many", "link", "back"):
            assert "|".join(row[key]) == flat[key]
            assert next(one for one in read if one["id"] == row["id"])[key] == (row[key])
        assert row["is"] == {"true": True, "1": True, "0": False}.get(flat["is"], flat["is"] or row["is"])
        assert row["is"] not in ("true", "1", "0")


def test_rows_come_in_one_order(tmp_path: Path) -> None:
    """That of the ids of their subjects, whichever values they have: the same table is the same bytes."""
    subjects = [f"urn:{number * 7919 % 20011}" for number in range(20011)]
    quads = [is_a(one) for one in subjects]
    quads += [said(one, path, one[::-1]) for one in subjects for path in ("text", "many", "whole")]
    columns = columns_of(tmp_path, quads)
    with Columns(columns) as opened:
        ordered = opened.connection.execute(
            "SELECT value FROM terms WHERE value = ANY($subjects) ORDER BY id", {"subjects": subjects}
        ).fetchall()
    assert [*json_rows(columns)] == [iri for (iri,) in ordered]
    assert [*csv_rows(columns)] == [iri for (iri,) in ordered]
