"""A property that a shape reads backwards (`sh:inversePath`): key, filter, JSON-LD."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from fastapi.testclient import TestClient
from rdflib import URIRef

from api.app import create_app
from graph import settings
from graph.settings import Settings

BASE = "https://lienthong.gov.vn/"
BACKWARDS = """
<https://lienthong.gov.vn/shape/place#AdministrativeUnit>
    <http://www.w3.org/ns/shacl#property> [
        <http://www.w3.org/ns/shacl#path> [
            <http://www.w3.org/ns/shacl#inversePath> <https://lienthong.gov.vn/ont/core#succeededBy> ] ;
        <http://www.w3.org/ns/shacl#class> <https://lienthong.gov.vn/ont/place#AdministrativeUnit> ;
        <https://lienthong.gov.vn/ont/facade#key> "predecessors" ] .
"""


@pytest.fixture(scope="module")
def backwards(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service whose units have a key for the units that they succeeded."""
    shapes: Path = tmp_path_factory.mktemp("shapes")
    for file in small.shapes_dir.glob("*.ttl"):
        shutil.copy(file, shapes)
    (shapes / "more.ttl").write_text(BACKWARDS, encoding="utf-8")
    chosen = settings.load(data_dir=small.data_dir, shapes_dir=shapes, workers=1)
    with TestClient(create_app(chosen)) as session:
        yield session


def test_its_values_are_the_subjects(backwards: TestClient) -> None:
    unit = backwards.get("/api/v1/units/2025-07-01/00008").json()
    assert [one["label"]["vi"] for one in unit["predecessors"]] == ["Phường Trúc Bạch"]
    assert unit["succeededBy"] == []


def test_it_filters(backwards: TestClient) -> None:
    found = backwards.get("/api/v1/units?predecessors=2025-01-01/00004").json()["items"]
    assert [one["code"] for one in found] == ["00004", "00008"]


def test_it_is_embedded(backwards: TestClient) -> None:
    unit = backwards.get("/api/v1/units/2025-07-01/00008?include=predecessors&fields=code").json()
    assert [one["validUntil"] for one in unit["predecessors"]] == ["2025-06-30"]


def test_json_ld_turns_it_round(backwards: TestClient) -> None:
    answer = backwards.get("/api/v1/units/2025-07-01/00008", headers={"Accept": "application/ld+json"})
    triple = (
        URIRef(f"{BASE}id/unit/2025-01-01/00004"),
        URIRef(f"{BASE}ont/core#succeededBy"),
        URIRef(f"{BASE}id/unit/2025-07-01/00008"),
    )
    assert triple in rdflib.Graph().parse(data=answer.text, format="json-ld")
