"""Every made-up system, from its files to the published graph: counts are what the manifest says."""

from collections import Counter
from pathlib import Path

import pytest

from graph.columns import Columns
from graph.iris import Iris
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest.demo import DatasetManifest
from ingest.demo.generate import found
from ingest.report import DataSetReport

IRIS = Iris()
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

every = pytest.mark.parametrize("name", [name for name, _ in found()])


@pytest.fixture(scope="module")
def published_quads(published: Settings) -> dict[str, int]:
    """By data set, over its graphs of every class of access."""
    graphs = Generations(published.data_dir).require_current().manifest.graphs
    counts: Counter[str] = Counter()
    for graph, entry in graphs.items():
        counts[graph.split("/")[-2]] += entry.quads
    return counts


@pytest.fixture(scope="module")
def published_entities(published: Settings) -> dict[str, dict[str, int]]:
    """By data set: how many entities of each class."""
    current = Generations(published.data_dir).require_current()
    counts: dict[str, dict[str, int]] = {}
    with Columns(current.columns) as columns:
        rows = columns.connection.execute(
            """
            SELECT g.value, o.value, count(*) FROM quads q JOIN terms p ON p.id = q.p AND p.value = $type
            JOIN terms o ON o.id = q.o JOIN terms g ON g.id = q.g GROUP BY ALL
            """,
            {"type": TYPE},
        ).fetchall()
    for graph, kind, number in rows:
        of_set = counts.setdefault(graph.split("/")[-2], {})
        of_set[kind] = of_set.get(kind, 0) + number
    return counts


@every
def test_quads_and_quarantine(
    name: str,
    manifests: dict[str, DatasetManifest],
    reports: dict[str, DataSetReport],
    published_quads: dict[str, int],
) -> None:
    manifest, report = manifests[name], reports[name]
    assert report.outcome == "published"
    assert (report.quads, report.quarantined) == (manifest.quads, manifest.quarantined)
    assert published_quads[name] == manifest.quads


@every
def test_entities_of_each_class(
    name: str,
    manifests: dict[str, DatasetManifest],
    reports: dict[str, DataSetReport],
    published_entities: dict[str, dict[str, int]],
) -> None:
    assert reports[name].entities == sum(manifests[name].entities.values())
    made_up = {IRIS.ontology(*kind.split(":")): number for kind, number in manifests[name].entities.items()}
    assert published_entities[name] == made_up


@every
def test_rows(name: str, manifests: dict[str, DatasetManifest], reports: dict[str, DataSetReport]) -> None:
    """A file of sheets is read sheet by sheet; of nested things the manifest counts the outer ones."""
    manifest, report = manifests[name], reports[name]
    assert report.rejected == sum(fault.kind == "bad-utf8" for fault in manifest.faults)
    read: dict[str, list[int]] = {}
    for source, rows in report.rows.items():
        file = Path(report.locations[source].partition("#")[0]).name
        if file in manifest.files:
            read.setdefault(file, []).append(rows)
    unreadable = Counter(fault.file for fault in manifest.faults if fault.kind == "bad-utf8")
    assert set(read) == set(manifest.files)
    for file, rows in manifest.files.items():
        readable = rows - unreadable[file]
        assert readable in ([sum(read[file])] if file.endswith(".xlsx") else read[file]), file
