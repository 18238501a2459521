"""Entities that break a shape are left out, counted and reported; the rest is published."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.columns import Columns
from graph.errors import SourceError, ViolationsError
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import pipeline, versions

Edit = Callable[[str, str, str], None]

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
GOOD = [
    f"unit-2024-{month:02d}-01,Danh mục {month},Register {month},2024-{month:02d}-01"
    for month in range(1, 13)
]


@pytest.fixture
def registers(folder: Path, edit: Edit) -> Callable[[list[str]], None]:
    """Writes the rows of a data set of registers whose policy is quarantine."""
    (folder / "mapping.rml.ttl").write_text(MAPPING, encoding="utf-8")
    edit("dataset.ttl", '"reject"', '"quarantine"')

    def write(rows: list[str]) -> None:
        text = "\n".join(["code,name_vi,name_en,from", *rows, ""])
        # surrogateescape: a row may hold bytes that are not UTF-8.
        (folder / "data" / "items.csv").write_bytes(text.encode("utf-8", "surrogateescape"))

    return write


def test_the_entity_at_fault_is_left_out(place: Settings, registers: Callable[[list[str]], None]) -> None:
    registers([*GOOD, "unit-2023-01-01,Danh mục sai,Wrong register,2023-13-45"])
    report = pipeline.run(place)
    (one,) = report.datasets
    assert (one.outcome, one.entities, one.quarantined) == ("published", 12, 1), one.error
    (finding,) = [finding for finding in one.findings if finding.severity == "violation"]
    assert [example.row for example in finding.examples] == [13]
    current = Generations(place.data_dir).require_current()
    version = versions.published(place, current, one.name)
    assert version is not None
    with Columns(version / versions.COLUMNS) as columns:
        assert columns.statistics().quads == one.quads == 12 * 4
        left = columns.connection.execute("SELECT count(*) FROM terms WHERE value LIKE '%sai%'").fetchone()
        assert left == (0,)


def test_too_much_quarantine_is_a_refusal(place: Settings, registers: Callable[[list[str]], None]) -> None:
    registers([row.replace("2024-", "2024-99-") for row in GOOD[:6]] + GOOD[6:])
    report = pipeline.run(place)
    (one,) = report.datasets
    assert isinstance(one.error, ViolationsError)
    assert report.generation is None


def test_rows_that_cannot_be_read_are_left_out(
    place: Settings, registers: Callable[[list[str]], None]
) -> None:
    ragged, bad = "unit-2023-01-01,Thiếu,Missing", "unit-2023-02-01,Danh m\udce0c,Bad bytes,2023-02-01"
    wrong = "unit-2023-03-01,Danh mục sai,Wrong register,2023-13-45"
    registers([GOOD[0], ragged, *GOOD[1:], bad, wrong])
    (one,) = pipeline.run(place).datasets
    assert (one.outcome, one.rejected, one.entities, one.quarantined) == ("published", 2, 12, 1), one.error
    assert one.rows == {"items": 13}
    assert one.quads == 12 * 4
    (unreadable,) = [finding for finding in one.findings if finding.rule == "unreadable-row"]
    assert (unreadable.severity, unreadable.count) == ("violation", 2)
    assert [(example.row, example.column) for example in unreadable.examples] == [
        (2, "from"),
        (14, "name_vi"),
    ]
    assert {example.source for example in unreadable.examples} == {"items"}
    (shape,) = [finding for finding in one.findings if finding.rule.startswith("shape:")]
    assert [example.row for example in shape.examples] == [15]


def test_a_policy_of_rejecting_reads_nothing_in_part(
    place: Settings, registers: Callable[[list[str]], None], edit: Edit
) -> None:
    registers([*GOOD, "unit-2023-01-01,Thiếu,Missing"])
    edit("dataset.ttl", '"quarantine"', '"reject"')
    (one,) = pipeline.run(place).datasets
    assert isinstance(one.error, SourceError)
    assert (one.error.place.row if one.error.place else None) == 13


def test_too_many_unreadable_rows_are_a_refusal(
    place: Settings, registers: Callable[[list[str]], None]
) -> None:
    registers([*GOOD, *["unit-2023-01-01,Thiếu,Missing"] * 4])
    (one,) = pipeline.run(place).datasets
    assert isinstance(one.error, SourceError)
    assert "4 of 16 rows" in one.error.message.en
    assert one.rejected == 4


def test_the_report_of_a_confidential_data_set_repeats_no_value(
    place: Settings, registers: Callable[[list[str]], None], edit: Edit
) -> None:
    edit("dataset.ttl", "access-class/open", "access-class/restricted")
    registers([*GOOD, "unit-2023-01-01,Danh mục sai,Wrong register,2023-13-45"])
    report = pipeline.run(place)
    (one,) = report.datasets
    (finding,) = [finding for finding in one.findings if finding.severity == "violation"]
    (example,) = finding.examples
    assert (example.row, example.value) == (13, None)
    written = [path.read_text(encoding="utf-8") for path in place.data_dir.rglob("report.json")]
    assert written
    assert not any("2023-13-45" in text or "sai" in text for text in written)
