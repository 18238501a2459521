"""What a run publishes, and what it leaves alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import MappingError, OntologyError, SourceError, UnknownNameError, ViolationsError
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import pipeline

Edit = Callable[[str, str, str], None]
NAME = "test-items"


def snapshot(settings: Settings) -> set[tuple[str, int]]:
    """Every file of what is published, with its time of change."""
    folders = [settings.data_dir / name for name in ("datasets", "generations")]
    files = {
        (str(path), path.stat().st_mtime_ns) for one in folders for path in one.rglob("*") if path.is_file()
    }
    current = settings.data_dir / "current"
    return files | {(str(current.resolve()), 0)}


def test_a_first_run_publishes(place: Settings, folder: Path) -> None:
    report = pipeline.run(place)
    assert [(one.outcome, one.quads, one.added, one.removed) for one in report.datasets] == [
        ("published", 8, 8, 0)
    ]
    current = Generations(place.data_dir).current()
    assert current is not None
    assert report.generation == current.id
    assert set(current.manifest.datasets) == {NAME, "ontology", "shapes", "catalogue"}
    assert report.summary().en.startswith("1 data sets · 1 published · 0 unchanged · 0 failed")


def test_an_unchanged_run_publishes_nothing(place: Settings, folder: Path) -> None:
    pipeline.run(place)
    before = snapshot(place)
    again = pipeline.run(place)
    assert [one.outcome for one in again.datasets] == ["unchanged"]
    assert again.generation is None
    assert snapshot(place) == before


def test_inputs_that_change_without_effect_publish_nothing(place: Settings, folder: Path, edit: Edit) -> None:
    pipeline.run(place)
    before = snapshot(place)
    edit("mapping.rml.ttl", "# A triples map makes", "# This triples map makes")
    again = pipeline.run(place)
    assert [one.outcome for one in again.datasets] == ["unchanged"]
    assert again.generation is None
    assert snapshot(place) == before


def test_a_change_publishes_the_difference(place: Settings, folder: Path, edit: Edit) -> None:
    pipeline.run(place)
    edit("data/items.csv", "Mục thứ hai", "Mục hai")
    report = pipeline.run(place)
    (one,) = report.datasets
    assert (one.outcome, one.added, one.removed, one.changed) == ("published", 1, 1, 1)


def test_a_dry_run_writes_nothing(place: Settings, folder: Path) -> None:
    report = pipeline.run(place, dry_run=True)
    assert [one.outcome for one in report.datasets] == ["valid"]
    assert report.summary().en.startswith("1 data sets · 1 valid")
    assert not place.data_dir.exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "kind", "told"),
    [
        ("mapping.rml.ttl", '"name_vi"', '"nam_vi"', MappingError, ["nam_vi", "name_vi"]),
        ("mapping.rml.ttl", '"items.csv"', '"item.csv"', SourceError, ["item.csv"]),
        (
            "mapping.rml.ttl",
            "rml:class skos:Concept",
            "rml:class skos:Concept ;;] [",
            MappingError,
            ["mapping.rml.ttl"],
        ),
        ("data/items.csv", "B,Mục thứ hai,", "B,Mục thứ hai,x,y,", SourceError, ["items.csv", "row"]),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(
    place: Settings,
    folder: Path,
    edit: Edit,
    file: str,
    old: str,
    new: str,
    kind: type[Exception],
    told: list[str],
) -> None:
    pipeline.run(place)
    before = snapshot(place)
    edit(file, old, new)
    report = pipeline.run(place)
    (one,) = report.datasets
    assert one.outcome == "failed"
    assert isinstance(one.error, (kind, OntologyError)), one.error
    assert one.error.hint is not None
    for words in told:
        assert words in str(one.error)
    assert snapshot(place) == before


def test_a_violation_names_row_and_remedy(place: Settings, folder: Path, edit: Edit) -> None:
    pipeline.run(place)
    before = snapshot(place)
    edit(
        "mapping.rml.ttl",
        "rml:class skos:Concept",
        "rml:class <https://lienthong.gov.vn/ont/agency#StateAgency>",
    )
    report = pipeline.run(place)
    (one,) = report.datasets
    assert isinstance(one.error, ViolationsError)
    finding = next(finding for finding in one.findings if finding.severity == "violation")
    assert finding.count == 2
    assert finding.message.vi != finding.message.en
    assert {example.row for example in finding.examples} == {1, 2}
    assert snapshot(place) == before


def test_one_failure_does_not_hold_up_the_others(place: Settings, folder: Path, edit: Edit) -> None:
    from ingest import scaffold

    scaffold.create("test-others", place)
    edit("mapping.rml.ttl", '"name_vi"', '"nam_vi"')
    report = pipeline.run(place)
    assert {one.name: one.outcome for one in report.datasets} == {NAME: "failed", "test-others": "published"}


def test_an_unknown_data_set_is_named(place: Settings, folder: Path) -> None:
    with pytest.raises(UnknownNameError, match=NAME):
        pipeline.run(place, ["test-item"])
    assert not (place.data_dir / "generations").exists()


def test_the_run_is_reported_as_json_and_prov(place: Settings, folder: Path) -> None:
    import rdflib

    pipeline.run(place)
    (run,) = (place.data_dir / "runs").iterdir()
    told = json.loads((run / "report.json").read_text(encoding="utf-8"))
    assert told["datasets"][0]["rows"] == {"items": 2}
    assert [step["name"] for step in told["datasets"][0]["steps"]] == [
        "extract",
        "check",
        "map",
        "write",
        "validate",
        "compare",
        "measure",
    ]
    graph = rdflib.Graph().parse(run / "provenance.ttl")
    assert next(graph.subjects(rdflib.RDF.type, rdflib.PROV.Activity))
    version = place.data_dir / "datasets" / NAME / told["datasets"][0]["version"]
    assert {path.name for path in version.iterdir()} == {
        "columns.duckdb",
        "version.json",
        "inputs.json",
        "left_out.json",
        "results.json",
        "report.json",
        "provenance.ttl",
    }
