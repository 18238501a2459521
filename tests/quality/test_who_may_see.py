"""The quality of a data set is known to those alone who may see data of its class of access."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from graph.access import CLASSES, EVERY, Grant
from graph.registry import Keys, Registry
from graph.settings import Settings
from ingest import pipeline
from tests.quality.conftest import (
    AGENCIES,
    MINISTRIES,
    REGIMES,
    Write,
    describe,
    regime,
    rows,
    settings_in,
)

ASKED = """PREFIX dqv: <http://www.w3.org/ns/dqv#>
SELECT DISTINCT ?dataset WHERE {{ {pattern} }} ORDER BY ?dataset"""
PATTERNS = [
    "?measurement dqv:computedOn ?dataset",
    "GRAPH ?graph { ?measurement dqv:computedOn ?dataset }",
    "?dataset ^dqv:computedOn/dqv:value ?value",
]
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def restricted(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Open agencies, and regimes that only a grant opens: a version with a fault, and one without."""
    place = settings_in(tmp_path_factory.mktemp("restricted"))
    rows(place, AGENCIES, MINISTRIES)
    right = [regime(number) for number in range(1, 21)]
    rows(place, REGIMES, [*right, regime(21, recipient="none")])
    describe(place, REGIMES, "access-class/open", "access-class/restricted")
    pipeline.run(place)
    rows(place, REGIMES, [*right, regime(21)])
    pipeline.run(place)
    return place


@pytest.fixture(scope="module")
def service(restricted: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(restricted)) as session:
        yield session


@pytest.fixture
def client(service: TestClient) -> Iterator[TestClient]:
    """Somebody unknown, who may `become` somebody else."""
    yield service
    service.headers.pop("X-API-Key", None)


def become(client: TestClient, chosen: Settings, access: str) -> None:
    """Somebody with a key to all data sets, up to a class of access."""
    registry = Registry(chosen.data_dir)
    _, shown = Keys(registry).create("thử", "thử", [Grant(EVERY, access)], timedelta(days=1))
    client.headers["X-API-Key"] = shown.text
    registry.close()


@pytest.mark.parametrize("access", CLASSES)
def test_measurements_are_for_those_who_may_see_the_data(
    client: TestClient, restricted: Settings, access: str
) -> None:
    become(client, restricted, access)
    visible = [AGENCIES, REGIMES] if access == "restricted" else [AGENCIES]
    expected = [f"{restricted.base_iri}dataset/{name}" for name in visible]
    for pattern in PATTERNS:
        answer = client.get(
            "/sparql", params={"query": ASKED.format(pattern=pattern)}, headers={"Accept": "text/csv"}
        )
        assert answer.text.split()[1:] == expected, pattern
    items = client.get("/api/v1/quality-measurements", params={"limit": 100}).json()["items"]
    assert sorted({one["computedOn"]["id"] for one in items}) == expected


def test_a_stranger_is_told_nothing_of_a_restricted_data_set(client: TestClient) -> None:
    page = client.get(f"/dataset/{REGIMES}?lang=en", headers=PAGE).text
    assert "There is no measurement that you may see." in page
    assert " / 21" not in page
    assert "95.238%" not in page
    assert "<svg" not in page
    graph = "https://lienthong.gov.vn/graph/quality/restricted"
    refused = client.get("/sparql", params={"query": f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}"})
    assert refused.status_code == 403


def test_a_page_shows_what_its_reader_may_see(client: TestClient, restricted: Settings) -> None:
    become(client, restricted, "restricted")
    page = client.get(f"/dataset/{REGIMES}?lang=vi", headers=PAGE).text
    assert "21 / 21" in page
    assert "+4,762%" in page, "the change of the valid share"
    assert 'aria-label="95,238% → 100%"' in page
    assert "tỷ lệ nút hợp lệ" in page
    english = client.get(f"/dataset/{REGIMES}?lang=en", headers=PAGE).text
    assert "share of valid focus nodes" in english
    assert "+4.762%" in english


def test_pages_work_before_anything_is_published(place: Settings, write: Write, agencies: None) -> None:
    with TestClient(create_app(place)) as client:
        page = client.get(f"/dataset/{AGENCIES}", headers=PAGE)
    assert page.status_code == 200
    assert 'id="quality"' not in page.text
