"""How a mapping describes its sources: databases by the name of a connection, namespaces of XPaths."""

from pathlib import Path

import pytest

from graph.errors import MappingError
from ingest import mapping
from ingest.mapping.model import Mapping
from ingest.sources import Format

BASE = "https://data.example.vn/"
HEAD = """@prefix rml: <http://w3id.org/rml/> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .
@prefix ingest: <https://lienthong.gov.vn/ont/ingest#> .
"""
MAP = """<#Map> a rml:TriplesMap ; rml:logicalSource <#items> ;
  rml:subjectMap [ rml:template "http://example.org/{id}" ; rml:class ingest:Any ] .
"""
FILE = """<#items> a rml:LogicalSource ; rml:referenceFormulation rml:CSV ;
  rml:source [ a rml:RelativePathSource ; rml:path "items.csv" ] .
<#other> a rml:LogicalSource ; rml:referenceFormulation rml:CSV ;
  rml:source [ a rml:RelativePathSource ; rml:path "other.csv" ] .
"""
DATABASE = """<#items> a rml:LogicalSource ;
  rml:source [ a d2rq:Database ; ingest:connection "moh" ; rml:null "-" ] ;
  rml:referenceFormulation rml:SQL2008Table ; rml:iterator "items" .
"""


def load(folder: Path, *parts: str, sources: str | None = None) -> Mapping:
    (folder / "m.ttl").write_text("".join((HEAD, *parts)), encoding="utf-8")
    if sources is None:
        return mapping.load(folder / "m.ttl", base=BASE)
    (folder / "s.ttl").write_text(HEAD + sources, encoding="utf-8")
    return mapping.load(folder / "m.ttl", base=BASE, sources=folder / "s.ttl")


def test_a_database_is_the_name_of_a_connection(tmp_path: Path) -> None:
    source = load(tmp_path, MAP, DATABASE).source("items")
    assert (source.format, source.connection, source.path) == (Format.DATABASE_TABLE, "moh", "")
    assert (source.iterator, source.nulls, source.origin) == ("items", ("-",), "database:moh")
    query = DATABASE.replace("SQL2008Table", "SQL2008Query").replace('"items"', '"SELECT 1"')
    assert load(tmp_path, MAP, query).source("items").format is Format.DATABASE_QUERY


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('ingest:connection "moh"', 'd2rq:jdbcDSN "jdbc:postgresql://h/d"', "may not hold"),
        ('"moh"', '"moh" ; d2rq:password "secret"', "may not hold"),
        (' ; ingest:connection "moh"', "", "name of the connection is missing"),
        ("rml:SQL2008Table", "rml:CSV", "Unknown rml:referenceFormulation"),
        (' ; rml:iterator "items"', "", "rml:iterator is missing"),
    ],
)
def test_addresses_and_passwords_are_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in DATABASE
    with pytest.raises(MappingError, match=says) as caught:
        load(tmp_path, MAP, DATABASE.replace(old, new))
    assert "secret" not in str(caught.value)
    assert caught.value.place is not None
    assert caught.value.place.line == 6


def test_sources_can_be_replaced_by_name(tmp_path: Path) -> None:
    rules = load(tmp_path, MAP, FILE, sources=DATABASE)
    assert rules.source("items").format is Format.DATABASE_TABLE
    assert rules.source("other").path == "other.csv"
    assert rules.source("items").relations == ("items", "other")
    assert rules.triples_map("Map").source == "items"


def test_only_sources_that_are_there_can_be_replaced(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="no source “itms”") as caught:
        load(tmp_path, MAP, FILE, sources=DATABASE.replace("<#items>", "<#itms>"))
    assert caught.value.hint is not None
    assert "items, other" in caught.value.hint.en
    assert caught.value.place is not None
    assert caught.value.place.file == str(tmp_path / "s.ttl")


API = """<#items> a rml:LogicalSource ; rml:referenceFormulation rml:CSV ;
  rml:source [ a <http://www.w3.org/ns/dcat#Distribution> ;
    <http://www.w3.org/ns/dcat#downloadURL> <https://data.example.vn/items.csv> ] .
"""


@pytest.mark.parametrize("text", [DATABASE, API])
def test_only_files_have_files_of_changes(tmp_path: Path, text: str) -> None:
    changes = ' ; ingest:delta [ ingest:files "items-*.csv" ; ingest:key "id" ] .\n'
    with pytest.raises(MappingError, match="for files, not for a database or an API") as caught:
        load(tmp_path, MAP, text.rstrip().removesuffix(".") + changes)
    assert caught.value.hint is not None
    assert caught.value.place is not None
    assert caught.value.place.line is not None


XML = """<#items> a rml:LogicalSource ; rml:iterator "/x:a/x:b" ;
  rml:source [ a rml:RelativePathSource ; rml:path "items.xml" ] ;
  rml:referenceFormulation [ a rml:XPathReferenceFormulation ;
    rml:namespace [ a rml:Namespace ; rml:namespacePrefix "x" ; rml:namespaceURL "http://ex.org/a" ] ] .
"""


def test_namespaces_belong_to_the_formulation(tmp_path: Path) -> None:
    source = load(tmp_path, MAP, XML).source("items")
    assert (source.format, source.namespaces) == (Format.XML, (("x", "http://ex.org/a"),))
    with pytest.raises(MappingError, match="lacks prefix or address"):
        load(tmp_path, MAP, XML.replace('rml:namespacePrefix "x" ;', ""))


def test_a_workbook_is_a_file_with_sheets(tmp_path: Path) -> None:
    text = FILE.replace("rml:CSV", 'ingest:XLSX ; rml:iterator "Dự án"', 1).replace("items.csv", "items.xlsx")
    source = load(tmp_path, MAP, text).source("items")
    assert (source.format, source.iterator) == (Format.XLSX, "Dự án")


@pytest.mark.parametrize("reference", ["../name", "name[1]", "x:name", "//name"])
def test_a_bad_xpath_names_its_triples_map(tmp_path: Path, reference: str) -> None:
    text = XML.replace('"x"', '"y"').replace("x:", "y:")
    rules = load(tmp_path, MAP.replace("{id}", f"{{{reference}}}"), text)
    with pytest.raises(MappingError, match="Triples map Map: bad XPath") as caught:
        mapping.plan(rules, {"items": ("it",)})
    assert caught.value.hint is not None
    assert "../@id" in caught.value.hint.en
