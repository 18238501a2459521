"""Two data sets: agencies, and the reporting regimes by which they receive reports."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from graph import settings
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import scaffold, versions
from ingest.quality import series

AGENCIES, REGIMES = "test-agencies", "test-regimes"
_PREFIXES = """@prefix agency: <https://lienthong.gov.vn/ont/agency#> .
@prefix core: <https://lienthong.gov.vn/ont/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix reporting: <https://lienthong.gov.vn/ont/reporting#> .
@prefix rml: <http://w3id.org/rml/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<#items> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ; rml:path "items.csv" ] ;
    rml:referenceFormulation rml:CSV .
"""
_MAPPINGS = {
    AGENCIES: """
<#agency> a rml:TriplesMap ;
    rml:logicalSource <#items> ;
    rml:subjectMap [
        rml:template "https://lienthong.gov.vn/id/agency/2025-03-01/{slug}" ; rml:class agency:StateAgency ] ;
    rml:predicateObjectMap
        [ rml:predicate rdfs:label ; rml:objectMap [ rml:reference "name" ; rml:language "vi" ] ] ,
        [ rml:predicate agency:agencyType ;
          rml:object <https://lienthong.gov.vn/code/agency-type/ministry> ] ,
        [ rml:predicate core:validFrom ; rml:objectMap [ rml:constant "2025-03-01"^^xsd:date ] ] .
""",
    REGIMES: """
<#regime> a rml:TriplesMap ;
    rml:logicalSource <#items> ;
    rml:subjectMap [
        rml:template "https://lienthong.gov.vn/id/report-regime/{key}" ; rml:class reporting:Regime ] ;
    rml:predicateObjectMap
        [ rml:predicate rdfs:label ; rml:objectMap [ rml:reference "name" ; rml:language "vi" ] ] ,
        [ rml:predicate core:code ; rml:objectMap [ rml:reference "code" ] ] ,
        [ rml:predicate reporting:recipient ;
          rml:objectMap [ rml:template "https://lienthong.gov.vn/id/agency/2025-03-01/{recipient}" ] ] ,
        [ rml:predicate reporting:periodicity ;
          rml:objectMap [ rml:template "https://lienthong.gov.vn/code/reporting-period/{period}" ] ] ,
        [ rml:predicate reporting:isIntegrated ; rml:objectMap [ rml:constant true ] ] ,
        [ rml:predicate core:basis ;
          rml:objectMap [ rml:template "https://lienthong.gov.vn/code/legal-document/{basis}" ] ] ,
        [ rml:predicate core:validFrom ; rml:objectMap [ rml:reference "from" ; rml:datatype xsd:date ] ] .
""",
}
_HEADERS = {AGENCIES: "slug,name", REGIMES: "key,name,code,recipient,period,basis,from"}
MINISTRIES = ("mof,Bộ Tài chính", "moj,Bộ Tư pháp")
Write = Callable[[str, Sequence[str]], None]


def regime(number: int, **other: str) -> str:
    """A row that is right but for what `other` says."""
    row = {
        "key": f"BC-{number:03}",
        "name": f"Chế độ {number}",
        "code": f"BC-{number:03}",
        "recipient": "mof",
        "period": "quarterly",
        "basis": "09-2019-ND-CP",
        "from": "2025-04-01",
    }
    return ",".join((row | other).values())


def settings_in(folder: Path) -> Settings:
    """Settings whose data folder and data sets' folder are empty ones below `folder`."""
    datasets = folder / "datasets"
    datasets.mkdir()
    return settings.load(data_dir=folder / "data", datasets_dir=datasets, workers=1)


def rows(place: Settings, name: str, lines: Sequence[str]) -> None:
    """Writes the rows of one of the data sets; makes its folder first."""
    folder = place.datasets_dir / name
    if not folder.exists():
        scaffold.create(name, place)
        (folder / "mapping.rml.ttl").write_text(_PREFIXES + _MAPPINGS[name], encoding="utf-8")
        describe(place, name, '"reject"', '"quarantine"')
    text = "\n".join([_HEADERS[name], *lines, ""])
    (folder / "data" / "items.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def write(place: Settings) -> Write:
    return partial(rows, place)


@pytest.fixture
def agencies(write: Write) -> None:
    write(AGENCIES, MINISTRIES)


def describe(place: Settings, name: str, old: str, new: str) -> None:
    """Replaces text in a description; it must be there."""
    path = place.datasets_dir / name / "dataset.ttl"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def published(place: Settings) -> Path:
    """The folder of the set of measurements in the current generation."""
    folder = versions.published(place, Generations(place.data_dir).require_current(), series.NAME)
    assert folder is not None
    return folder
