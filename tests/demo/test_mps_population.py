"""The population database, from made-up files to the published graph: what the manifest says."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from graph.columns import Columns, TextQuad
from graph.iris import Iris
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest.demo import DatasetManifest
from ingest.identity import person_key
from ingest.report import DataSetReport

NAME = "mps-population"
IRIS = Iris()
SHAPE_OF = {
    ("wrong-check-digit", "persons.csv"): "shape:CitizenNumber:citizenNumber",
    ("unknown-code", "persons.csv"): "shape:Person:ethnicity",
    ("duplicate-key", "persons.csv"): "shape:Person:label",
    ("missing-cell", "persons.csv"): "shape:Person:label",
    ("bad-utf8", "persons.csv"): "unreadable-row",
    ("unknown-code", "residences.csv"): "shape:Residence:commune",
    ("date-out-of-order", "residences.csv"): "shape:Residence:validFrom",
    ("missing-cell", "residences.csv"): "shape:Residence:validFrom",
}


@pytest.fixture(scope="module")
def manifest(manifests: dict[str, DatasetManifest]) -> DatasetManifest:
    return manifests[NAME]


@pytest.fixture(scope="module")
def report(reports: dict[str, DataSetReport]) -> DataSetReport:
    return reports[NAME]


@pytest.fixture(scope="module")
def quads(published: Settings) -> list[TextQuad]:
    current = Generations(published.data_dir).current()
    assert current is not None
    with Columns(current.columns) as columns:
        return list(columns.quads(IRIS.graph(NAME, "restricted")))


def test_every_planted_fault_is_found_and_nothing_else(
    report: DataSetReport, manifest: DatasetManifest
) -> None:
    planted = Counter(SHAPE_OF[fault.kind, fault.file] for fault in manifest.faults)
    found: Counter[str] = Counter()
    for finding in report.findings:
        if finding.severity == "violation":
            found[finding.rule] += finding.count
    assert found == planted
    assert len({fault.kind for fault in manifest.faults}) == 6


def test_rows_and_rejected_rows_add_up(report: DataSetReport, manifest: DatasetManifest) -> None:
    unreadable = sum(fault.kind == "bad-utf8" for fault in manifest.faults)
    assert report.rejected == unreadable > 0
    for file, rows in manifest.files.items():
        name = file.removesuffix(".csv")
        assert report.rows[name] == rows - (unreadable if name == "persons" else 0)


def test_a_fault_is_in_the_row_that_the_manifest_says(published: Settings, manifest: DatasetManifest) -> None:
    folder = published.sources_dir / NAME
    rows = {file: list(read(folder / file)) for file in manifest.files}
    for fault in manifest.faults:
        assert rows[fault.file][fault.row - 1][0] == fault.key.split("-")[0]


def test_no_iri_tells_who_someone_is(
    published: Settings, manifest: DatasetManifest, quads: list[TextQuad]
) -> None:
    secret = published.identity_secret.get_secret_value()
    persons = {row[0]: row for row in read(published.sources_dir / NAME / "persons.csv")}
    keys = {person_key(number, secret) for number in persons}
    iris = {term for quad in quads for term in (quad.s, quad.p, quad.g)} | {
        quad.o for quad in quads if quad.datatype is None
    }
    subjects = {quad.s.rpartition("/")[2] for quad in quads if "/id/person/" in quad.s}
    assert subjects <= keys
    assert not [iri for iri in iris for part in iri.replace("-", "/").split("/") if part in persons]


def test_nothing_of_it_is_in_a_graph_that_is_open(published: Settings) -> None:
    current = Generations(published.data_dir).current()
    assert current is not None
    graphs = [graph for graph in current.manifest.graphs if f"/{NAME}/" in graph]
    assert graphs == [IRIS.graph(NAME, "restricted")]


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.reader(file))[1:]
