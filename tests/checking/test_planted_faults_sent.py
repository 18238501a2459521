"""The planted faults of made-up data are found by sending its files to the service, and nothing else is."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import dependencies
from api.app import create_app
from graph import settings
from graph.access import Principal
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest.demo.generate import found
from ingest.demo.manifest import DatasetManifest, Fault, Manifest

every = pytest.mark.parametrize("name", [name for name, _ in found()])
# CSV that refers to persons, several files of persons, NDJSON with files of changes that refers to both.
confidential = pytest.mark.parametrize("name", ["mof-enterprises", "mps-population", "gov-dossiers"])


@pytest.fixture(scope="module")
def manifests(published: Settings) -> dict[str, DatasetManifest]:
    written = Manifest.load(published.sources_dir)
    assert written is not None
    return written.datasets


@pytest.fixture(scope="module")
def desk(published: Settings) -> Iterator[TestClient]:
    chosen = settings.load(data_dir=published.data_dir, workers=1, validate_wait=300.0)
    with TestClient(create_app(chosen)) as client:
        yield client


def send(desk: TestClient, published: Settings, name: str) -> list[dict[str, object]]:
    files = [
        ("file", (path.name, path.read_bytes()))
        for path in sorted((published.sources_dir / name).rglob("*"))
        if path.is_file()
    ]
    told = desk.post(f"/datasets/{name}/validate?maxResults=10000", files=files)
    assert told.status_code == 200, told.text
    found: list[dict[str, object]] = told.json()["results"]
    results = [one for one in found if one["severity"] == "violation" and not one["isConsequence"]]
    return by_auction(results, published.sources_dir / name) if name == "moj-asset-auctions" else results


def is_of(result: dict[str, object], fault: Fault) -> bool:
    origin = result["origin"]
    assert isinstance(origin, dict)
    file = origin.get("file", "")
    return fault.row in origin["rows"] and (file == fault.file or file.startswith(f"{fault.file}#"))


def by_auction(results: list[dict[str, object]], folder: Path) -> list[dict[str, object]]:
    """Rows of assets become those of their auctions, by which the manifest counts."""
    auctions = list(ElementTree.parse(folder / "auctions.xml").iter("CuocDauGia"))
    of_asset = [number for number, one in enumerate(auctions, start=1) for _ in one.iter("TaiSan")]
    for one in results:
        origin = one["origin"]
        assert isinstance(origin, dict)
        if origin["file"].endswith("/TaiSan"):
            origin["rows"] = [of_asset[row - 1] for row in origin["rows"]]
    return results


@every
def test_who_sees_all_is_told_of_every_fault_and_of_nothing_else(
    desk: TestClient, published: Settings, manifests: dict[str, DatasetManifest], name: str
) -> None:
    assert isinstance(desk.app, FastAPI)
    graphs = frozenset(Generations(published.data_dir).require_current().manifest.graphs)
    desk.app.dependency_overrides[dependencies.principal] = lambda: Principal("steward", graphs)
    try:
        results = send(desk, published, name)
    finally:
        desk.app.dependency_overrides.clear()
    faults = manifests[name].faults
    assert [fault for fault in faults if not any(is_of(one, fault) for one in results)] == []
    assert [one for one in results if not any(is_of(one, fault) for fault in faults)] == []
    for one in results:
        assert one["origin"]["column"], one  # type: ignore[index]  # a JSON object
        assert one["remedy"]["vi"] != one["remedy"]["en"]  # type: ignore[index]  # a JSON object


def test_there_is_something_to_find(manifests: dict[str, DatasetManifest]) -> None:
    assert len({fault.kind for one in manifests.values() for fault in one.faults}) > 4


@confidential
def test_somebody_unknown_is_told_of_nothing_that_is_not_there(
    desk: TestClient, published: Settings, manifests: dict[str, DatasetManifest], name: str
) -> None:
    results = send(desk, published, name)
    faults = manifests[name].faults
    assert [one for one in results if not any(is_of(one, fault) for fault in faults)] == []
    # An unknown person cannot be told from one that may not be seen; everything else is found.
    missed = [fault for fault in faults if not any(is_of(one, fault) for one in results)]
    assert {fault.kind for fault in missed} <= {"unknown-code"}
