"""Mapping documents: both vocabularies, and errors with their line."""

from pathlib import Path

import pytest

from graph.errors import MappingError
from ingest import mapping
from ingest.mapping.model import Constant, Mapping, ParentMap, Template, TermMap, TermType
from ingest.sources import Format, Root, Vocabulary

BASE = "https://lienthong.gov.vn/"
HEAD = """@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <http://example.org/> .
@prefix ingest: <https://lienthong.gov.vn/ont/ingest#> .
<#units> a rml:LogicalSource ; rml:referenceFormulation rml:CSV ;
  rml:source [ a rml:RelativePathSource ; rml:path "units.csv" ] .
"""
GOOD = (
    HEAD
    + """
<#Unit> a rml:TriplesMap ;
  rml:logicalSource <#units> ;
  rml:subjectMap [ rml:template "https://lienthong.gov.vn/id/unit/{code}" ; rml:class ex:Unit ] ;
  rml:predicateObjectMap [
    rml:predicate ex:name ; rml:objectMap [ rml:reference "name" ; rml:language "vi" ] ] .
"""
)


def load(folder: Path, text: str, base: str = BASE) -> Mapping:
    (folder / "m.ttl").write_text(text, encoding="utf-8")
    return mapping.load(folder / "m.ttl", base=base)


def test_a_mapping_is_read_into_the_model(tmp_path: Path) -> None:
    rules = load(tmp_path, GOOD)
    (unit,) = rules.triples_maps
    assert (unit.name, unit.source, unit.base) == ("Unit", "units", BASE)
    assert unit.classes == ("http://example.org/Unit",)
    assert unit.subject.term_type is TermType.IRI
    (pair,) = unit.predicate_objects
    (name,) = pair.objects
    assert isinstance(name, TermMap)
    assert name.term_type is TermType.LITERAL
    assert name.language is not None
    assert name.language.expression == Constant("vi", False)
    (source,) = rules.logical_sources
    assert (source.name, source.path) == ("units", "units.csv")
    assert (source.format, source.root) == (Format.CSV, Root.DATA)


def test_iris_of_the_file_follow_the_base(tmp_path: Path) -> None:
    unit = load(tmp_path, GOOD, base="http://localhost:8000/").triples_maps[0]
    assert unit.base == "http://localhost:8000/"
    assert isinstance(unit.subject.expression, Template)
    assert unit.subject.expression.text == "http://localhost:8000/id/unit/{code}"


LEGACY = """
@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix ex: <http://example.org/> .
<#A> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "a.json" ; rml:referenceFormulation ql:JSONPath ; rml:iterator "$[*]" ] ;
  rr:subjectMap [ rr:template "http://example.org/{id}" ; rr:class ex:A ; rr:graph ex:g ] ;
  rr:predicateObjectMap [ rr:predicate ex:p ; rr:objectMap [ rml:reference "name" ; rr:datatype ex:d ] ] ,
    [ rr:predicate ex:q ; rr:objectMap [ rr:template "{x}" ; rr:termType rr:BlankNode ] ;
      rr:graph rr:defaultGraph ] ,
    [ rr:predicate ex:b ; rr:objectMap [ rr:parentTriplesMap <#B> ;
      rr:joinCondition [ rr:child "b" ; rr:parent "id" ] ] ] .
<#B> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "b.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:constant ex:b ] .
"""


def test_both_vocabularies_give_one_model(tmp_path: Path) -> None:
    new = (
        LEGACY.replace("http://www.w3.org/ns/r2rml#", "http://w3id.org/rml/")
        .replace("http://semweb.mmlab.be/ns/rml#", "http://w3id.org/rml/")
        .replace("http://semweb.mmlab.be/ns/ql#", "http://w3id.org/rml/")
    )
    rules = load(tmp_path, LEGACY)
    assert rules.triples_maps == load(tmp_path, new).triples_maps
    # What differs is how values are read: in the older one an empty cell is none.
    assert [source.nulls for source in rules.logical_sources] == [(), ("",)]
    assert {source.vocabulary for source in rules.logical_sources} == {Vocabulary.RML_2014}
    assert [source.format for source in rules.logical_sources] == [Format.JSON, Format.CSV]
    objects = [item for pair in rules.triples_maps[0].predicate_objects for item in pair.objects]
    assert sum(isinstance(item, ParentMap) for item in objects) == 1


def test_equal_blank_sources_are_one_relation(tmp_path: Path) -> None:
    source = '[ rml:source "a.csv" ; rml:referenceFormulation rml:CSV ]'
    other = source.replace("a.csv", "x/a.csv")
    described = enumerate([source, source, other])
    text = HEAD + "".join(f"<#T{n}> rml:logicalSource {item} ; rml:subject ex:s .\n" for n, item in described)
    rules = load(tmp_path, text)
    assert [item.source for item in rules.triples_maps] == ["a", "a", "a_2"]
    assert [item.name for item in rules.logical_sources] == ["a", "a_2", "units"]
    assert all(item.relations == ("a", "a_2", "units") for item in rules.logical_sources)


@pytest.mark.parametrize(
    ("path", "formulation", "more", "format"),
    [
        ("a.tsv", "rml:CSV", "", Format.CSV),
        ("a.jsonl", "rml:JSONPath", "", Format.NDJSON),
        ("a.db", "rml:SQL2008Table", ' ; rml:iterator "t"', Format.SQLITE_TABLE),
        ("a.db", "rml:SQL2008Query", ' ; rml:iterator "SELECT 1"', Format.SQLITE_QUERY),
        ("a.sql", "rml:SQL2008Query", "", Format.VIEW),
        ("a.parquet", "ingest:Parquet", "", Format.PARQUET),
    ],
)
def test_formats(tmp_path: Path, path: str, formulation: str, more: str, format: Format) -> None:
    text = f'<#s> a rml:LogicalSource ; rml:source "{path}" ; rml:referenceFormulation {formulation}{more} .'
    rules = load(tmp_path, GOOD + text)
    source = rules.source("s")
    assert source.format is format
    assert source.dialect.delimiter == ("\t" if path == "a.tsv" else ",")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('rml:reference "name', 'rml:refrence "name', 11, "no property rml:refrence"),
        ('rml:reference "name', 'rml:gather "name', 11, "not supported"),
        ("{code}", "{{code}}", 9, "Bad template at character 35"),
        ("{code}", "{code", 9, "never closed"),
        ('rml:language "vi"', 'rml:language "tiếng việt"', 11, "no language tag"),
        (
            'rml:language "vi"',
            'rml:language "vi" ; rml:datatype ex:d',
            None,
            "both a language and",
        ),
        ("rml:predicate ex:name ;", "", None, "rml:predicateMap is missing"),
        ("rml:predicate ex:name", 'rml:predicate "name"', None, "cannot be an rml:Literal"),
        ("rml:logicalSource <#units> ;", "", None, "rml:logicalSource is missing"),
        ("rml:class ex:Unit", "rml:termType rml:Literal", None, "cannot be an rml:Literal"),
        ("rml:class ex:Unit", "rml:termType ex:Thing", None, "no rml:termType"),
        ("rml:class ex:Unit", 'rml:reference "code"', None, "there are 2"),
        ("rml:CSV", "rml:GraphQL", 4, "Unknown rml:referenceFormulation"),
        ("rml:CSV", "rml:SQL2008Table", 4, "the table's name"),
        ("rml:CSV", "rml:XPath", 4, "the XPath of the elements"),
        ('rml:path "units.csv"', 'ex:path "x"', 4, "no rml:path"),
        ("rml:path", "rml:root ex:Elsewhere ; rml:path", 4, "cannot be used"),
        ("rml:path", "rml:encoding rml:UTF-7 ; rml:path", 4, "cannot be read"),
        ("<#units>", "<#staged>", 4, "cannot be used"),
        ("<#units> ;", "<#units>", 9, "Not Turtle"),
        ("<#Unit>", "ex:a ex:b ex:c .\n<#Unit> rml:baseIRI <no space> ;", 8, "Invalid IRI"),
    ],
)
def test_errors_have_a_line(tmp_path: Path, old: str, new: str, line: int | None, says: str) -> None:
    with pytest.raises(MappingError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert says in caught.value.message.en
    place = caught.value.place
    assert place is not None
    assert place.file == str(tmp_path / "m.ttl")
    assert place.line is not None
    if line is not None:
        assert place.line == line


def test_an_unknown_formulation_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        load(tmp_path, GOOD.replace("rml:CSV", "rml:GraphQL"))
    assert caught.value.hint is not None
    for known in (
        "rml:CSV",
        "rml:JSONPath",
        "rml:XPath",
        "rml:SQL2008Table",
        "ingest:Parquet",
        "ingest:XLSX",
    ):
        assert known in caught.value.hint.en


def test_a_parent_over_another_source_needs_a_join(tmp_path: Path) -> None:
    joined = (
        GOOD
        + """<#other> a rml:LogicalSource ; rml:source "o.csv" ; rml:referenceFormulation rml:CSV .
<#Other> rml:logicalSource <#other> ; rml:subject ex:o ;
  rml:predicateObjectMap [ rml:predicate ex:p ; rml:objectMap [ rml:parentTriplesMap <#Unit> ] ] ."""
    )
    with pytest.raises(MappingError, match="rml:joinCondition is needed"):
        load(tmp_path, joined)
    with pytest.raises(MappingError, match="no triples map"):
        load(tmp_path, joined.replace("rml:parentTriplesMap <#Unit>", "rml:parentTriplesMap <#Nowhere>"))


def test_a_document_without_triples_maps(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="no triples map"):
        load(tmp_path, HEAD)


def test_a_missing_document(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="does not exist"):
        mapping.load(tmp_path / "none.ttl", base=BASE)
