"""Day after day: runs that apply files of changes publish what one run over all files publishes."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from graph.columns import Columns
from graph.quality import trends
from graph.settings import Settings
from graph.stores import way
from graph.stores.generations import Generations
from ingest import pipeline, versions
from ingest.quality import series
from ingest.report import DataSetReport

Edit = Callable[[str, str, str], None]
NAME = "test-items"
MAPPING = """@prefix rml: <http://w3id.org/rml/> .
@prefix core: <https://lienthong.gov.vn/ont/core#> .
@prefix ingest: <https://lienthong.gov.vn/ont/ingest#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<#items> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ; rml:path "items.csv" ] ;
    rml:referenceFormulation rml:CSV ;
    ingest:delta [ ingest:files "items-*.csv" ; ingest:key "code" ; ingest:operation "op" ;
        ingest:deletes "D" ] .

<#register> a rml:TriplesMap ;
    rml:logicalSource <#items> ;
    rml:subjectMap [ rml:template "https://lienthong.gov.vn/id/register/{code}" ; rml:class core:Register ] ;
    rml:predicateObjectMap
        [ rml:predicate rdfs:label ; rml:objectMap [ rml:reference "name" ; rml:language "vi" ] ] ,
        [ rml:predicate rdfs:label ; rml:objectMap [ rml:reference "name" ; rml:language "en" ] ] ,
        [ rml:predicate core:validFrom ; rml:objectMap [ rml:reference "from" ; rml:datatype xsd:date ] ] .
"""
DAYS = {
    "items.csv": [f"unit-2024-{month:02}-01,Register {month},2024-{month:02}-01,U" for month in range(1, 13)]
    + ["unit-2023-01-01,Never right,2023-13-45,U", "unit-2023-02-01,Wrong at first,2023-13-45,U"],
    # One mended, one changed, one gone, one new.
    "items-1.csv": [
        "unit-2023-02-01,Mended,2023-02-01,U",
        "unit-2024-03-01,Changed,2024-03-01,U",
        "unit-2024-04-01,,,D",
        "unit-2024-12-31,New,2024-12-31,U",
    ],
    # One spoilt; one that is gone already.
    "items-2.csv": ["unit-2024-05-01,Spoilt,2024-99-01,U", "unit-2024-04-01,,,D"],
    # One mended again, and one that went comes back.
    "items-3.csv": ["unit-2024-05-01,Whole,2024-05-01,U", "unit-2024-04-01,Back,2024-04-01,U"],
}


@pytest.fixture
def send(folder: Path, edit: Edit) -> Callable[[str], None]:
    """Sends one of the files."""
    (folder / "mapping.rml.ttl").write_text(MAPPING, encoding="utf-8")
    edit("dataset.ttl", '"reject"', '"quarantine"')

    def write(file: str) -> None:
        text = "\n".join(["code,name,from,op", *DAYS[file], ""])
        (folder / "data" / file).write_text(text, encoding="utf-8")

    return write


@pytest.fixture(autouse=True)
def cheap_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that even of these few quads most may change."""
    monkeypatch.setattr(way, "TURNOVER", 10)
    monkeypatch.setattr(way, "CHANGED_PER_SECOND", 10 * way.LOADED_PER_SECOND)


def told(report: DataSetReport) -> dict[str, Any]:
    """What a report says of the version, however it was made."""
    findings = sorted((asdict(one) for one in report.findings), key=repr)
    names = ("outcome", "rows", "rejected", "entities", "quarantined", "quads")
    return {name: getattr(report, name) for name in names} | {"findings": findings}


def measured(settings: Settings) -> dict[str, tuple[Any, ...]]:
    """The quality of the newest version, by metric."""
    folder = versions.published(settings, Generations(settings.data_dir).require_current(), series.NAME)
    assert folder is not None
    found = [one.latest.measurement for one in trends(series.read(folder, NAME, base=settings.base_iri))]
    return {one.metric: (one.value, one.part, one.whole) for one in found}


def published(settings: Settings) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The quads of the data set: in the generation, and in its version with their source rows."""
    current = Generations(settings.data_dir).require_current()
    with Columns(current.columns) as columns:
        quads = sorted(columns.quads(current.manifest.datasets[NAME].graphs[0]), key=repr)
    version = versions.published(settings, current, NAME)
    assert version is not None
    with Columns(version / versions.COLUMNS) as columns:
        found = [(*quad, columns.source_row(*quad[:3], datatype=quad.datatype)) for quad in columns.quads()]
        assert columns.statistics().quads == len(found)
    return quads, sorted(found, key=repr)


def test_day_by_day_is_as_all_at_once(place: Settings, send: Callable[[str], None], tmp_path: Path) -> None:
    for day, file in enumerate(DAYS):
        send(file)
        (daily,) = pipeline.run(place).datasets
        at_once = place.model_copy(update={"data_dir": tmp_path / f"at-once-{day}"})
        (whole,) = pipeline.run(at_once).datasets
        assert daily.increment == (day > 0), daily.why_whole
        assert told(daily) == told(whole)
        assert published(place) == published(at_once)
        assert measured(place) == measured(at_once)
    current = Generations(place.data_dir).require_current()
    assert current.manifest.base is not None, current.manifest.why
    assert [one.outcome for one in pipeline.run(place).datasets] == ["unchanged"]
