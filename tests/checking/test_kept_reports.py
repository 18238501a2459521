"""What a run keeps of the data sets it judged: places and ids, values only where everything is open."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graph import settings
from graph.settings import Settings
from graph.shacl.reporting import Report, kept
from graph.shacl.reporting.comparison import compare
from ingest import pipeline, scaffold

ROOT = Path(__file__).resolve().parents[2]
NAME = "test-items"
MAPPING = """@prefix rml: <http://w3id.org/rml/> .
@prefix core: <https://lienthong.gov.vn/ont/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<#items> a rml:LogicalSource ;
    rml:source [ a rml:RelativePathSource ; rml:root rml:CurrentWorkingDirectory ; rml:path "items.csv" ] ;
    rml:referenceFormulation rml:CSV .

<#register> a rml:TriplesMap ;
    rml:logicalSource <#items> ;
    rml:subjectMap [ rml:template "https://lienthong.gov.vn/id/register/{code}" ; rml:class core:Register ] ;
    rml:predicateObjectMap
        [ rml:predicate rdfs:label ; rml:objectMap [ rml:reference "name_vi" ; rml:language "vi" ] ] ,
        [ rml:predicate rdfs:label ; rml:objectMap [ rml:reference "name_en" ; rml:language "en" ] ] ,
        [ rml:predicate core:validFrom ; rml:objectMap [ rml:reference "from" ; rml:datatype xsd:date ] ] .
"""
GOOD = [f"unit-2024-{month:02}-01,Danh mục,Register,2024-{month:02}-01" for month in range(1, 13)]
WRONG, WORSE = "unit-2023-01-01,Danh mục,Register,2023-13-45", "unit-2023-02-01,Danh mục,Register,2023-14-45"
WARNING = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix core: <https://lienthong.gov.vn/ont/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://lienthong.gov.vn/shape/extra#Register> a sh:NodeShape ; sh:targetClass core:Register ;
    sh:property [ sh:path core:code ; sh:minCount 1 ; sh:severity sh:Warning ;
        sh:message "Nên có mã."@vi , "A code would be good."@en ] .
"""
Send = Callable[..., Report]


@pytest.fixture
def place(work: Path) -> Settings:
    (work / "datasets").mkdir()
    # Of all shapes those that look at a register: reading the rest anew would be most of a test's time.
    (work / "shapes").mkdir()
    shutil.copy(ROOT / "shapes" / "core.ttl", work / "shapes")
    return settings.load(data_dir=work / "data", datasets_dir=work / "datasets", shapes_dir=work / "shapes")


@pytest.fixture
def send(place: Settings) -> Send:
    """Ingests these rows; gives the report that was kept."""
    folder = scaffold.create(NAME, place)
    (folder / "mapping.rml.ttl").write_text(MAPPING, encoding="utf-8")
    description = folder / "dataset.ttl"
    text = description.read_text(encoding="utf-8").replace('"reject"', '"quarantine"')
    description.write_text(text, encoding="utf-8")

    def call(*rows: str, access: str = "open") -> Report:
        restricted = text.replace("access-class/open", f"access-class/{access}")
        description.write_text(restricted, encoding="utf-8")
        table = "\n".join(["code,name_vi,name_en,from", *GOOD, *rows, ""])
        (folder / "data" / "items.csv").write_bytes(table.encode("utf-8", "surrogateescape"))
        pipeline.run(place)
        return kept.newest(place.data_dir, NAME, 1)[0]

    return call


def test_the_same_fault_has_the_same_id_until_it_is_mended(send: Send, place: Settings) -> None:
    first, second, third = send(WRONG), send("", WORSE, WRONG), send(WORSE)
    # What is sound is the same in all three, so that the first version goes on being the current one.
    assert [one.outcome for one in (first, second, third)] == ["published", "unchanged", "unchanged"]
    [fault] = first.results
    assert (fault.origin.rows, fault.origin.column, fault.value) == ((13,), "from", "2023-13-45")
    assert (fault.origin.file, "row 13" in fault.remedy.en) == ("items.csv", True)
    [again] = [one for one in second.results if one.id == fault.id]
    assert again.origin.rows != fault.origin.rows
    assert [len(part) for part in (compare(first, second).new, compare(first, second).still)] == [1, 1]
    assert compare(second, third).mended == {fault.id}
    assert {one.version for one in kept.newest(place.data_dir, NAME, 9)} == {first.version}


def test_a_row_that_cannot_be_read_is_in_it_too(send: Send) -> None:
    report = send("unit-2023-01-01,Danh m\udce0c,Register,2023-01-01")
    [fault] = report.results
    assert (fault.rule, fault.origin.rows, fault.origin.column) == ("unreadable-row", (13,), "name_vi")
    assert [(one.rule, one.count) for one in report.counts] == [("unreadable-row", 1)]


def test_what_is_refused_is_kept_with_its_reason(send: Send) -> None:
    published = send()
    report = send(*(row.replace("2024-", "2024-99-") for row in GOOD))
    assert (report.outcome, report.version) == ("failed", None)
    assert report.refusal is not None
    assert not report.conforms
    assert published.conforms


def test_of_data_that_is_not_open_no_value_is_kept_and_no_id_tells_it(send: Send, place: Settings) -> None:
    first = send(WRONG, access="restricted")
    second = send(WRONG.replace("13-45", "13-46"), access="restricted")
    assert {one.access for one in (*first.results, *first.counts, *first.columns)} == {"restricted"}
    assert first.ids == second.ids
    assert first.seen_with({"open", "shared"}).total == 0
    written = [path.read_text(encoding="utf-8") for path in place.data_dir.glob("runs/*/validation/*")]
    assert len(written) == 2
    assert not any("2023-13" in text for text in written)


def test_what_only_warns_keeps_nothing_back_and_is_told(send: Send, place: Settings) -> None:
    (place.shapes_dir / "extra.ttl").write_text(WARNING, encoding="utf-8")
    report = send()
    assert (report.outcome, report.conforms, report.violations) == ("published", True, 0)
    assert [(one.severity, one.count) for one in report.counts] == [("warning", 12)]
    assert {one.origin.file for one in report.results} == {"items.csv"}
    assert sorted(one.origin.rows for one in report.results) == [(row,) for row in range(1, 13)]


def test_a_dry_run_keeps_nothing_and_an_unchanged_one_adds_nothing(send: Send, place: Settings) -> None:
    send(WRONG)
    before = sorted(place.data_dir.glob("runs/*/validation/*"))
    pipeline.run(place, dry_run=True)
    pipeline.run(place)
    assert sorted(place.data_dir.glob("runs/*/validation/*")) == before
    assert json.loads(before[0].read_text(encoding="utf-8"))["subject"] == NAME
