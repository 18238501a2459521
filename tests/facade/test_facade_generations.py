"""Walks through a collection, and looks back, while new generations are published."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from rdflib import RDF, Literal, URIRef

from api.app import create_app
from api.facade.past import made
from graph import settings
from graph.columns import Builder
from graph.stores.generations import Generations
from tests.facade.conftest import BASE, OPEN, quad

AGENCIES = "/api/v1/agencies"
LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")


ORDERS = ("", "sort=-name&")
AT_FIRST = {f"a{number}": f"Cơ quan {number}" for number in range(7)}
# Renamed to the other end of the order, added, and one removed.
LATER = {**{key: f"Tên mới {9 - number}" for number, key in enumerate(AT_FIRST)}, "a99": "Thêm"}
del LATER["a5"]


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> Generations:
    return Generations(tmp_path_factory.mktemp("walked") / "data")


def publish(generations: Generations, folder: Path, agencies: dict[str, str]) -> str:
    """Publishes agencies (key → name) and nothing else; returns the generation's id."""
    with Builder(folder / "columns.duckdb") as builder:
        quads = []
        for key, name in agencies.items():
            subject = URIRef(f"{BASE}id/agency/{key}")
            quads.append(quad(subject, RDF.type, URIRef(f"{BASE}ont/agency#StateAgency"), OPEN))
            quads.append(quad(subject, LABEL, Literal(name, lang="vi"), OPEN))
        builder.stage(quads)
        builder.finish()
    return generations.publish({"small": folder}).id


@pytest.fixture(scope="module")
def walks(
    generations: Generations, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, dict[str, httpx.Response], list[str]]]:
    """A service started after the second publication, the first pages that one before it gave from the first
    generation, and the generations' ids."""
    folder = tmp_path_factory.mktemp("versions")
    place = settings.load(data_dir=folder.parent / "walked0" / "data", workers=1)
    published = [publish(generations, folder / "first", AT_FIRST)]
    with TestClient(create_app(place)) as before:
        pages = {order: before.get(f"{AGENCIES}?{order}limit=2&count=true") for order in ORDERS}
    published.append(publish(generations, folder / "second", LATER))
    with TestClient(create_app(place)) as after:
        yield after, pages, published


Walks = tuple[TestClient, dict[str, httpx.Response], list[str]]


def names(page: dict[str, Any]) -> list[str]:
    return [one["name"]["vi"] for one in page["items"]]


@pytest.mark.parametrize("order", ORDERS)
def test_a_walk_stays_in_its_generation_across_publications_and_restarts(walks: Walks, order: str) -> None:
    client, pages, (first, _) = walks
    page = pages[order].json()
    seen = names(page)
    while address := page["links"].get("next"):
        answer = client.get(address)
        page = answer.json()
        assert answer.headers["lienthong-generation"] == page["generation"] == first
        assert page["total"] == 7
        seen += names(page)
        again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    assert seen == sorted(AT_FIRST.values(), reverse=bool(order))
    assert sorted(names(client.get(f"{AGENCIES}?limit=50").json())) == sorted(LATER.values())


def test_a_tag_holds_across_restarts_and_not_across_generations(walks: Walks) -> None:
    client, pages, (first, _) = walks
    tag = {"If-None-Match": pages[""].headers["etag"]}
    assert client.get(f"{AGENCIES}?limit=2&count=true", headers=tag).status_code == 200
    known = client.get(f"{AGENCIES}?limit=2&generation={first}").headers["etag"]
    assert known.startswith(pages[""].headers["etag"][:8])


def test_a_resource_as_it_was(walks: Walks, generations: Generations) -> None:
    client, _, (old, new) = walks
    item = f"{AGENCIES}/a0"
    for address, name in ((item, "Tên mới 9"), (f"{item}?generation={new}", "Tên mới 9")):
        assert client.get(address).json()["name"]["vi"] == name
    before = client.get(f"{item}?generation={old}")
    assert before.json()["name"]["vi"] == "Cơ quan 0"
    assert before.headers["lienthong-generation"] == old
    assert client.get(f"{AGENCIES}/a5").status_code == 404
    assert client.get(f"{AGENCIES}/a5?generation={old}").status_code == 200
    assert client.get(f"{item}?generation=g000099").status_code == 404
    day = made(generations.get(new)).date()
    assert client.get(f"{item}?asOf={day + timedelta(days=2)}").json()["name"]["vi"] == "Tên mới 9"
    assert client.get(f"{item}?asOf={day - timedelta(days=2)}").status_code == 404


def test_accept_datetime_is_answered_with_what_was_published_then(
    walks: Walks, generations: Generations
) -> None:
    """RFC 7089, pattern 1.2: the resource is its own TimeGate."""
    client, _, (old, _) = walks
    moment = made(generations.get(old))
    wanted = {"Accept-Datetime": format_datetime(moment, usegmt=True)}
    answer = client.get(f"{AGENCIES}/a0", headers=wanted)
    assert answer.headers["memento-datetime"] == wanted["Accept-Datetime"]
    assert "Accept-Datetime" in answer.headers["vary"]
    assert answer.headers["content-location"] == f"{AGENCIES}/a0?generation={old}"
    assert 'rel="original timegate"' in answer.headers["link"]
    assert client.get(answer.headers["content-location"]).headers["memento-datetime"]
    refused = client.get(f"{AGENCIES}/a0", headers={"Accept-Datetime": "yesterday"})
    assert refused.status_code == 400
    assert "Accept-Datetime" in refused.json()["detail"]


def test_a_walk_whose_generation_is_gone_says_so(walks: Walks, generations: Generations) -> None:
    client, pages, (first, _) = walks
    generations.prune(1)
    answer = client.get(pages[""].json()["links"]["next"], headers={"Accept-Language": "en"})
    assert answer.status_code == 410
    assert first in answer.json()["detail"]
    assert "cursor" in answer.json()["hint"]


def test_what_was_taken_back_is_not_asked(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "data")
    first = publish(generations, tmp_path / "first", {"a": "Đúng"})
    wrong = publish(generations, tmp_path / "wrong", {"a": "Đúng", "b": "Không được công bố"})
    generations.rollback()
    mended = publish(generations, tmp_path / "mended", {"a": "Đúng", "c": "Thêm"})
    assert [one.id for one in generations.lineage()] == [first, mended]

    def keys(answer: httpx.Response) -> list[str]:
        return [one["href"].rsplit("/", 1)[-1] for one in answer.json()["items"]]

    with TestClient(create_app(settings.load(data_dir=tmp_path / "data", workers=1))) as client:
        assert keys(client.get(f"{AGENCIES}?generation={first}")) == ["a"]
        refused = client.get(f"{AGENCIES}?generation={wrong}")
        assert refused.status_code == 404
        assert wrong not in refused.json()["hint"]
        later = made(generations.get(mended)) + timedelta(seconds=1)
        answer = client.get(AGENCIES, headers={"Accept-Datetime": format_datetime(later)})
        assert keys(answer) == ["a", "c"]
