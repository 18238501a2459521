"""Rows of which a term map makes no term: the run stops, or leaves the row or the whole entity out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.columns import Columns
from graph.errors import SourceError
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import pipeline, quarantine, versions
from ingest.report import DataSetReport

Edit = Callable[[str, str, str], None]
ROWS = [
    f"item-{number},Mục {number},Item {number},vi,https://example.org/{number}" for number in range(1, 13)
]
BAD_IRI = "item-13,Mục 13,Item 13,vi,not an iri"
BAD_LANGUAGE = "item-14,Mục 14,Item 14,tiếng Việt,https://example.org/14"

MAPPING = """@prefix rml: <http://w3id.org/rml/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<#items> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ; rml:path "items.csv" ] ;
    rml:referenceFormulation rml:CSV .
<#names> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "views/names.sql" ] ;
    rml:referenceFormulation rml:SQL2008Query .

<#item> a rml:TriplesMap ;
    rml:logicalSource <#items> ;
    rml:subjectMap [ rml:template "https://lienthong.gov.vn/id/item/{code}" ; rml:class skos:Concept ] ;
    rml:predicateObjectMap
        [ rml:predicate rdfs:seeAlso ; rml:objectMap [ rml:reference "page" ; rml:termType rml:IRI ] ] ,
        [ rml:predicate rdfs:label ; rml:objectMap
            [ rml:reference "name_vi" ; rml:languageMap [ rml:reference "tongue" ] ] ] .
<#name> a rml:TriplesMap ;
    rml:logicalSource <#names> ;
    rml:subjectMap [ rml:template "https://lienthong.gov.vn/id/item/{key}" ] ;
    rml:predicateObjectMap
        [ rml:predicate skos:prefLabel ; rml:objectMap [ rml:reference "english" ; rml:language "en" ] ] .
"""


@pytest.fixture
def items(folder: Path, edit: Edit) -> Callable[[str, list[str]], None]:
    """Writes the data set's rows, and its policy."""

    def write(policy: str, rows: list[str]) -> None:
        (folder / "mapping.rml.ttl").write_text(MAPPING, encoding="utf-8")
        (folder / "views").mkdir()
        (folder / "views" / "names.sql").write_text(
            "SELECT row, code AS key, name_en AS english FROM items", encoding="utf-8"
        )
        edit("dataset.ttl", '"reject"', f'"{policy}"')
        text = "\n".join(["code,name_vi,name_en,tongue,page", *rows, ""])
        (folder / "data" / "items.csv").write_text(text, encoding="utf-8")

    return write


def subjects(settings: Settings, one: DataSetReport) -> set[str]:
    version = versions.published(settings, Generations(settings.data_dir).current(), one.name)
    assert version is not None
    with Columns(version / versions.COLUMNS) as columns:
        return {quad.s.rsplit("/", 1)[-1] for quad in columns.quads()}


def test_reject_stops_at_the_first(place: Settings, items: Callable[[str, list[str]], None]) -> None:
    items("reject", [*ROWS, BAD_IRI])
    (one,) = pipeline.run(place).datasets
    assert isinstance(one.error, SourceError)
    assert one.error.place is not None
    assert (one.error.place.row, one.error.place.column) == (13, "page")


@pytest.mark.parametrize("policy", ["skip", "quarantine"])
def test_the_row_is_left_out_whole_and_reported(
    place: Settings, items: Callable[[str, list[str]], None], policy: str
) -> None:
    items(policy, [*ROWS, BAD_IRI, BAD_LANGUAGE])
    (one,) = pipeline.run(place).datasets
    assert (one.outcome, one.faulty) == ("published", 2), one.error
    # Nothing of these rows, not even what the view makes of them.
    assert subjects(place, one) == {f"item-{number}" for number in range(1, 13)}
    account = one.accounts["items"]
    assert (account.read, account.mapped, account.faulty, account.skipped) == (14, 12, 2, 2)
    assert [(entry.file, entry.rows, entry.column) for entry in one.entries] == [
        ("items.csv", (13,), "page"),
        ("items.csv", (14,), "tongue"),
    ]
    assert {entry.value for entry in one.entries} == {"not an iri", "tiếng Việt"}
    files = quarantine.latest(place.data_dir, one.name)
    assert files is not None
    assert quarantine.read(files.json) == one.entries


@pytest.mark.parametrize(("policy", "kept"), [("skip", True), ("quarantine", False)])
def test_another_row_about_the_same_entity(
    place: Settings, items: Callable[[str, list[str]], None], policy: str, *, kept: bool
) -> None:
    items(policy, [*ROWS, "item-1,Mục một,Item one,vi,not an iri"])
    (one,) = pipeline.run(place).datasets
    assert one.outcome == "published", one.error
    assert ("item-1" in subjects(place, one)) is kept
    account = one.accounts["items"]
    assert account.adds_up
    assert (account.faulty, account.quarantined) == (1, 0 if kept else 1)


def test_too_many_are_a_refusal(place: Settings, items: Callable[[str, list[str]], None]) -> None:
    items("skip", [*ROWS, *[BAD_IRI.replace("13", str(number)) for number in range(20, 26)]])
    (one,) = pipeline.run(place).datasets
    assert isinstance(one.error, SourceError)
    assert "6 rows cannot be mapped" in one.error.message.en
