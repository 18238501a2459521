"""Plans run: terms, source rows, and data that makes no term."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from graph.columns import Builder, Columns, TextQuad
from graph.errors import MappingError, SourceError
from ingest import mapping, sources

XSD = "http://www.w3.org/2001/XMLSchema#"
MapFile = Callable[..., list[TextQuad]]
PREFIXES = """@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def write(
    folder: Path, subject: str, objects: str, source: str = '"d.csv" ; rml:referenceFormulation rml:CSV'
) -> Path:
    path = folder / "m.ttl"
    path.write_text(
        f"{PREFIXES}<#d> a rml:LogicalSource ; rml:source {source} .\n"
        f"<#T> rml:logicalSource <#d> ; rml:subjectMap [ {subject} ] ;\n"
        f"  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ {objects} ] ] .\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("Đống Đa", "Đống%20Đa"),
        ("Phường 1/2", "Phường%201%2F2"),
        ("a:b?c#d%e", "a%3Ab%3Fc%23d%25e"),
        ("~A_17.1-2", "~A_17.1-2"),
        ("𝔘𐀀", "𝔘𐀀"),
        ("\ue000\u0085", "%EE%80%80%C2%85"),
        ("ế\u0301", "ế\u0301"),
        ("", ""),
    ],
)
def test_iri_templates_keep_letters(tmp_path: Path, map_file: MapFile, value: str, encoded: str) -> None:
    (tmp_path / "d.csv").write_text(f'a,b\n"{value}",x\n', encoding="utf-8")
    (quad,) = map_file(write(tmp_path, 'rml:template "http://e.example/{a}"', 'rml:reference "b"'))
    assert quad.s == f"http://e.example/{encoded}"


def test_uri_templates_encode_letters_too(tmp_path: Path, map_file: MapFile) -> None:
    (tmp_path / "d.csv").write_text("a,b\nĐa,x\n", encoding="utf-8")
    (quad,) = map_file(
        write(tmp_path, 'rml:template "http://e.example/{a}" ; rml:termType rml:URI', 'rml:reference "b"')
    )
    assert quad.s == "http://e.example/%C4%90a"


def test_every_literal_has_a_datatype_and_its_exact_form(tmp_path: Path, map_file: MapFile) -> None:
    (tmp_path / "d.csv").write_text('a,b\n1, 007 \n2,"1.50"\n', encoding="utf-8")
    quads = map_file(write(tmp_path, 'rml:template "urn:x:{a}"', 'rml:reference "b"'))
    assert [(quad.o, quad.datatype) for quad in quads] == [
        (" 007 ", f"{XSD}string"),
        ("1.50", f"{XSD}string"),
    ]


def test_json_values_have_their_natural_datatype(tmp_path: Path, map_file: MapFile) -> None:
    values = ["x", "", 1, -5, 2**70, 0.5, True, False, None]
    (tmp_path / "d.json").write_text(
        json.dumps([{"i": i, "v": v} for i, v in enumerate(values)]), encoding="utf-8"
    )
    source = '"d.json" ; rml:iterator "$[*]" ; rml:referenceFormulation rml:JSONPath'
    quads = map_file(write(tmp_path, 'rml:template "urn:x:{$.i}"', 'rml:reference "$.v"', source))
    assert [(quad.o, (quad.datatype or "").removeprefix(XSD)) for quad in quads] == [
        ("x", "string"),
        ("", "string"),
        ("1", "integer"),
        ("-5", "integer"),
        (str(2**70), "integer"),
        ("0.5", "double"),
        ("true", "boolean"),
        ("false", "boolean"),
    ]


def test_null_values_of_a_json_source(tmp_path: Path, map_file: MapFile) -> None:
    (tmp_path / "d.json").write_text('[{"v": "-"}, {"v": "x"}]', encoding="utf-8")
    source = (
        '[ a rml:RelativePathSource ; rml:path "d.json" ; rml:null "-" ] ; rml:iterator "$[*]" ; '
        "rml:referenceFormulation rml:JSONPath"
    )
    quads = map_file(write(tmp_path, 'rml:template "urn:x:{v}"', 'rml:constant "1"^^xsd:integer', source))
    assert [(quad.s, quad.o, quad.datatype) for quad in quads] == [("urn:x:x", "1", f"{XSD}integer")]


def test_constants_keep_their_lexical_form(tmp_path: Path, map_file: MapFile) -> None:
    (tmp_path / "d.csv").write_text("a\n1\n", encoding="utf-8")
    (quad,) = map_file(write(tmp_path, 'rml:template "urn:x:{a}"', 'rml:constant "007"^^xsd:integer'))
    assert (quad.o, quad.datatype) == ("007", f"{XSD}integer")


@pytest.mark.parametrize(
    ("subject", "objects", "column", "value"),
    [
        ('rml:reference "b"', 'rml:reference "a"', "b", "not an iri"),
        ('rml:template "urn:x:{a}"', 'rml:reference "b" ; rml:termType rml:IRI', "b", "not an iri"),
        ('rml:template "{b}:{a}"', 'rml:reference "a"', None, None),
        (
            'rml:template "urn:x:{a}"',
            'rml:reference "a" ; rml:languageMap [ rml:reference "b" ]',
            "b",
            "not an iri",
        ),
    ],
)
def test_data_that_makes_no_term_has_its_place(
    tmp_path: Path,
    map_file: MapFile,
    connection: duckdb.DuckDBPyConnection,
    subject: str,
    objects: str,
    column: str | None,
    value: str | None,
) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,ok\n2,not an iri\n", encoding="utf-8")
    path = write(tmp_path, subject, objects)
    if column is None:
        assert [quad.s for quad in map_file(path)][:1] == ["http://example.com/not%20an%20iri:2"]
        return
    with pytest.raises(SourceError) as caught:
        map_file(path)
    place = caught.value.place
    assert place is not None
    assert (place.file, place.row, place.column, place.value) == ("d.csv", 2, column, value)
    assert f"{path}:" in caught.value.message.en
    assert connection.execute("SELECT count(*) FROM staged").fetchone() == (0,)


def test_quads_know_source_and_row(
    tmp_path: Path, map_file: MapFile, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,x\n2,\n3,z\n", encoding="utf-8")
    source = (
        '[ a rml:RelativePathSource ; rml:path "d.csv" ; rml:null "" ] ; rml:referenceFormulation rml:CSV'
    )
    map_file(write(tmp_path, 'rml:template "urn:x:{a}"', 'rml:reference "b"', source))
    assert connection.execute("SELECT s, source, row FROM staged ORDER BY row").fetchall() == [
        ("urn:x:1", 1, 1),
        ("urn:x:3", 1, 3),
    ]


def test_blank_nodes_of_two_data_sets_never_meet(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    (tmp_path / "d.csv").write_text("a\n1_é\n", encoding="utf-8")
    path = write(tmp_path, 'rml:reference "a" ; rml:termType rml:BlankNode', 'rml:reference "a"')
    rules = mapping.load(path, base="http://example.com/")
    (source,) = rules.logical_sources
    relation = sources.extract(connection, source, data_dir=tmp_path, mapping_dir=tmp_path)
    plan = mapping.plan(rules, {"d": relation.columns})
    for graph in ("urn:g:1", "urn:g:2"):
        assert mapping.execute(plan, connection, default_graph=graph, source_ids={"d": 1}).quads == {"T": 1}
    labels = [label for (label,) in connection.execute("SELECT DISTINCT s FROM staged").fetchall()]
    assert len(labels) == 2
    assert all(label.startswith("_:b") and label.endswith("1_5F_C3_A9") for label in labels)


def test_a_relation_that_changed_since_planning(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    path = write(tmp_path, 'rml:template "urn:x:{a}"', 'rml:reference "b"')
    plan = mapping.plan(mapping.load(path, base="http://example.com/"), {"d": ["a", "b"]})
    connection.execute('CREATE TABLE d("row" UBIGINT, a VARCHAR)')
    with pytest.raises(MappingError, match="does not run"):
        mapping.execute(plan, connection, default_graph="urn:g", source_ids={"d": 1})


def test_into_the_columns_of_a_version(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,x\n2,Đống Đa\n2,Đống Đa\n", encoding="utf-8")
    rules = mapping.load(
        write(tmp_path, 'rml:template "urn:x:{a}"', 'rml:reference "b" ; rml:language "vi-VN"'),
        base="http://example.com/",
    )
    target = tmp_path / "columns.duckdb"
    with Builder(target, memory_mb=256, threads=2, keep_source=True) as builder:
        (source,) = rules.logical_sources
        relation = sources.extract(builder.connection, source, data_dir=tmp_path, mapping_dir=tmp_path)
        number = builder.source(relation.name, relation.location)
        plan = mapping.plan(rules, {"d": relation.columns})
        mapping.execute(plan, builder.connection, default_graph="urn:g", source_ids={"d": number})
        assert builder.finish().quads == 2
    with Columns(target) as columns:
        found = {quad.s: quad for quad in columns.quads()}
        assert (found["urn:x:2"].o, found["urn:x:2"].language, found["urn:x:2"].g) == (
            "Đống Đa",
            "vi-vn",
            "urn:g",
        )
        row = columns.source_row("urn:x:2", "http://example.org/p", "Đống Đa")
        assert row is not None
        assert row.row == 2
