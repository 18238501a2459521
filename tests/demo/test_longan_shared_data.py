"""Long An's shared data store, from made-up files to the published graph: what the manifest says."""

from collections import Counter

import pyarrow.parquet as pq
import pytest

from graph.columns import Columns
from graph.iris import Iris
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest.demo import DatasetManifest
from ingest.demo.systems.longan_shared_data import FIGURES, REQUESTS
from ingest.report import DataSetReport

NAME = "longan-shared-data"
IRIS = Iris()
SHAPE_OF = {
    ("unknown-code", FIGURES): "shape:Observation:area",
    ("duplicate-key", FIGURES): "shape:Observation:value",
    ("date-out-of-order", FIGURES): "shape:AreaInForce:area",
    ("missing-cell", FIGURES): "shape:Observation:value",
    ("unknown-code", REQUESTS): "shape:Request:requester",
    ("duplicate-key", REQUESTS): "shape:Request:requestedOn",
    ("date-out-of-order", REQUESTS): "shape:Request:requestedOn",
    ("bad-utf8", REQUESTS): "unreadable-row",
    ("missing-cell", REQUESTS): "shape:Request:requestedOn",
}


@pytest.fixture(scope="module")
def manifest(manifests: dict[str, DatasetManifest]) -> DatasetManifest:
    return manifests[NAME]


@pytest.fixture(scope="module")
def report(reports: dict[str, DataSetReport]) -> DataSetReport:
    return reports[NAME]


def test_every_planted_fault_is_found_and_nothing_else(
    report: DataSetReport, manifest: DatasetManifest
) -> None:
    found: Counter[str] = Counter()
    for finding in report.findings:
        if finding.severity == "violation":
            found[finding.rule] += finding.count
    assert found == Counter(SHAPE_OF[fault.kind, fault.file] for fault in manifest.faults)
    assert {(fault.kind, fault.file) for fault in manifest.faults} == set(SHAPE_OF)


def test_a_fault_is_in_the_row_that_the_manifest_says(published: Settings, manifest: DatasetManifest) -> None:
    rows = pq.read_table(published.sources_dir / NAME / FIGURES).to_pylist()
    assert manifest.files[FIGURES] == len(rows)
    for fault in manifest.faults:
        if fault.file == FIGURES:
            row = rows[fault.row - 1]
            assert fault.key == f"{row['MA_XA']} {row['THANG']} {row['MA_CT']}"


def test_old_codes_lead_to_the_communes_of_today(published: Settings) -> None:
    """Every area of a figure is a commune of Long An in the register of January, with a successor."""
    current = Generations(published.data_dir).current()
    assert current is not None
    with Columns(current.columns) as columns:
        graph = columns.quads(IRIS.graph(NAME, "shared"))
        areas = {quad.o for quad in graph if quad.p == IRIS.ontology("indicator", "area")}
        succeeded = IRIS.ontology("core", "succeededBy")
        units = columns.quads(IRIS.graph("nso-administrative-units", "open"))
        ended = {quad.s for quad in units if quad.p == succeeded}
    assert areas
    assert {area.removeprefix(IRIS.base).split("/")[2] for area in areas} == {"2025-01-01"}
    assert areas <= ended
