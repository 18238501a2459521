"""XML: elements as rows, read as a stream, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.errors import SourceError
from ingest.sources import Format, Relation, xml_stream
from ingest.sources.xml_path import XPathError, iterator_steps, reference_path

Extracted = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]
AUCTIONS = """<?xml version="1.0" encoding="UTF-8"?>
<auctions day="2025-07-01">
  <auction id="A1" open="true">
    <name>Xe &amp; tàu</name> <price currency="VND">007</price>
    <lots><lot no="1"><title>Một</title></lot><lot no="2"><title><![CDATA[<Hai>]]></title></lot></lots>
    <note/>
  </auction>
  <!-- auction --><other><auction id="no"/></other>
  <auction id="A2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><price xsi:nil="true"/></auction>
</auctions>
"""


def write(folder: Path, text: str | bytes) -> None:
    (folder / "a.xml").write_bytes(text.encode() if isinstance(text, str) else text)


def test_a_row_is_an_element_with_its_values_by_path(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, AUCTIONS)
    relation, rows = extracted("a.xml", Format.XML, iterator="/auctions/auction")
    assert (relation.columns, relation.rows) == (("it",), 2)
    first, second = (json.loads(it) for _, it in rows)
    assert first == {
        "@id": "A1",
        "@open": "true",
        "../@day": "2025-07-01",
        "name": ["Xe & tàu"],
        "price/@currency": ["VND"],
        "price": ["007"],
        "lots/lot/@no": ["1", "2"],
        "lots/lot/title": ["Một", "<Hai>"],
        "lots/lot": [{}, {}],
        "lots": [{}],
        "note": [""],
        ".": [{}],
    }
    assert second["@id"] == "A2"
    assert "price" not in second


@pytest.mark.parametrize(
    ("iterator", "ids"),
    [
        ("/auctions/auction", ["A1", "A2"]),
        ("auctions/auction", ["A1", "A2"]),
        ("//auction", ["A1", "no", "A2"]),
        ("/auctions//auction", ["A1", "no", "A2"]),
        ("/auctions/*", ["A1", None, "A2"]),
        ("/*/*/auction", ["no"]),
        ("/auction", []),
    ],
)
def test_iterators_of_elements(
    tmp_path: Path, extracted: Extracted, iterator: str, ids: list[str | None]
) -> None:
    write(tmp_path, AUCTIONS)
    _, rows = extracted("a.xml", Format.XML, iterator=iterator)
    assert [json.loads(it).get("@id") for _, it in rows] == ids


def test_rows_within_rows_are_numbered_as_they_begin(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, '<a><b n="1"><b n="2">x</b><b n="3">y</b></b></a>')
    _, rows = extracted("a.xml", Format.XML, iterator="//b")
    assert [(row, json.loads(it)["@n"]) for row, it in rows] == [(1, "1"), (2, "2"), (3, "3")]
    assert json.loads(rows[0][1])["b"] == ["x", "y"]
    assert json.loads(rows[1][1])["../@n"] == "1"


def test_a_document_read_in_pieces_is_the_same(
    tmp_path: Path, extracted: Extracted, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, AUCTIONS)
    _, whole = extracted("a.xml", Format.XML, iterator="//auction", name="whole")
    monkeypatch.setattr(xml_stream, "_PIECE", 7)
    assert extracted("a.xml", Format.XML, iterator="//auction")[1] == whole


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_a_document_says_its_own_encoding(tmp_path: Path, extracted: Extracted, encoding: str) -> None:
    write(
        tmp_path,
        f'<?xml version="1.0" encoding="{encoding}"?><a><b>Đà</b></a>'.replace("Đ", "D").encode(encoding),
    )
    _, rows = extracted("a.xml", Format.XML, iterator="/a/b")
    assert json.loads(rows[0][1]) == {".": ["Dà"]}


def test_the_mapping_may_say_the_encoding(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, '<?xml version="1.0" encoding="utf-8"?><a><b>Đà</b></a>'.encode("windows-1258"))
    _, rows = extracted("a.xml", Format.XML, iterator="/a/b", encoding="windows-1258")
    assert json.loads(rows[0][1]) == {".": ["Đà"]}


def test_prefixes_are_the_mappings_not_the_documents(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, '<a xmlns="http://ex.org/a" xmlns:q="http://ex.org/q"><b q:id="1"><q:c>x</q:c></b></a>')
    spaces = (("x", "http://ex.org/a"),)
    _, rows = extracted("a.xml", Format.XML, iterator="/x:a/x:b", namespaces=spaces)
    assert json.loads(rows[0][1]) == {"@{http://ex.org/q}id": "1", "{http://ex.org/q}c": ["x"], ".": [{}]}


def test_a_namespace_that_keeps_all_rows_away_is_named(tmp_path: Path, extracted: Extracted) -> None:
    write(tmp_path, '<a xmlns="http://ex.org/a"><b/></a>')
    with pytest.raises(SourceError, match=r"http://ex\.org/a") as caught:
        extracted("a.xml", Format.XML, iterator="/a/b")
    assert caught.value.hint is not None
    assert "rml:namespace" in caught.value.hint.en


BOMB = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>\n<a><b>&y;</b></a>'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("<a>\n<b>1</b>\n<b>2</a>", 3, "mismatched tag"),
        ("<a>\n<b>1</b>", 2, "no element found"),
        ("", 1, "no element found"),
        ("<a>\n<b>x & y</b></a>", 2, "not well-formed"),
        (b"<a>\n<b>H\xe0</b></a>", 2, "not well-formed"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', 1, "encoding"),
        (BOMB, 1, "entity “x”"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a><b>&x;</b></a>', 1, "entity “x”"),
        ('<!DOCTYPE a SYSTEM "http://example.org/a.dtd">\n<a>\n<b>&x;</b></a>', 3, "entity “x”"),
        ("<a>\n" + "<c>" * 300, 2, "nested more than"),
    ],
)
def test_what_is_not_xml_is_refused(
    tmp_path: Path, extracted: Extracted, text: str | bytes, line: int, says: str
) -> None:
    write(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        extracted("a.xml", Format.XML, iterator="/a/b")
    assert says in caught.value.message.en
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == (str(tmp_path / "a.xml"), line)


@pytest.mark.parametrize("text", ["", "/a/b[1]", "/a/", "//", "/a/@id", "/p:a", "/a b"])
def test_other_iterators_are_refused(tmp_path: Path, extracted: Extracted, text: str) -> None:
    with pytest.raises(XPathError):
        iterator_steps(text, {})
    write(tmp_path, AUCTIONS)
    with pytest.raises(SourceError, match="Bad XPath"):
        extracted("a.xml", Format.XML, iterator=text)


@pytest.mark.parametrize(
    ("text", "key", "is_many"),
    [
        ("name", "name", True),
        ("./name/text()", "name", True),
        ("location/city", "location/city", True),
        ("lot/@no", "lot/@no", True),
        ("@id", "@id", False),
        ("../../@id", "../../@id", False),
        (".", ".", True),
        ("text()", ".", True),
        ("p:name/@p:id", "p:name/@p:id", True),
        ("Đống-Đa_1.2", "Đống-Đa_1.2", True),
    ],
)
def test_references_are_paths_into_the_row(text: str, key: str, is_many: bool) -> None:
    path = reference_path(text, {"p": "http://ex.org/p"})
    assert (path.steps[0].value, path.is_many) == (key, is_many)


@pytest.mark.parametrize(
    "text",
    ["", "/name", "../name", "name/", "name[1]", "..", "a//b", "@id/x", "p:name", "count(a)", "../a/@b"],
)
def test_other_references_are_refused(text: str) -> None:
    with pytest.raises(XPathError):
        reference_path(text, {})
