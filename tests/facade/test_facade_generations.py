"""Walks through a collection, and looks back, while new generations are published."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi.testclient import TestClient
from rdflib import RDF, Literal, URIRef
from requests.utils import parse_header_links

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


def test_a_long_walk_among_publications_and_restarts(tmp_path: Path) -> None:
    """A page at a time: none is skipped, none comes twice, and what is known is not sent
    again by a service that was started anew. In the order of IRIs, and of names, which is another.
    `python -m bench.paging` does it with a hundred thousand."""
    number = 10_000
    generations = Generations(tmp_path / "data")
    place = settings.load(data_dir=tmp_path / "data", workers=1)
    first = {f"{n:06}": f"Cơ quan {number - n:06}" for n in range(number)}
    begun = publish(generations, tmp_path / "v0", first)
    walks = {order: f"{AGENCIES}?{order}limit=200&fields=id" for order in ("", "sort=name&")}
    seen: dict[str, list[str]] = {order: [] for order in walks}
    last: httpx.Response | None = None
    for turn in range(4):
        with TestClient(create_app(place)) as client:
            if last is not None:
                known = client.get(last.url, headers={"If-None-Match": last.headers["etag"]})
                assert known.status_code == 304
            for order in walks:
                for _ in range(13):
                    if not walks[order]:
                        break
                    last = client.get(walks[order])
                    page = last.json()
                    assert page["generation"] == begun
                    seen[order] += [one["id"].rsplit("/", 1)[1] for one in page["items"]]
                    walks[order] = page["links"].get("next", "")
        # Some go, some come, before and behind where the walk is.
        publish(generations, tmp_path / f"v{turn + 1}", {f"{n:06}x": "Mới" for n in range(turn, number, 70)})
    assert not any(walks.values())
    assert seen == {"": sorted(first), "sort=name&": sorted(first, reverse=True)}


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


def test_the_states_of_a_resource_are_listed(walks: Walks, generations: Generations) -> None:
    """RFC 7089 §5: each state in the TimeMap is there, and says that it is a memento."""
    client, _, (old, new) = walks
    current = client.get(f"{AGENCIES}/a0")
    timemap = current.links["timemap"]
    assert timemap["type"] == "application/link-format"
    answer = client.get(timemap["url"])
    assert answer.headers["content-type"].startswith("application/link-format")
    links = [parse_header_links(line)[0] for line in answer.text.strip().split(",\n")]
    by_rel = {link["rel"]: link for link in links}
    assert by_rel["original timegate"]["url"] == f"{AGENCIES}/a0"
    assert by_rel["self"]["url"] == timemap["url"]
    mementos = {rel: by_rel[rel] for rel in ("first memento", "last memento")}
    assert [one["url"][-7:] for one in mementos.values()] == [old, new]
    for one in mementos.values():
        memento = client.get(one["url"])
        assert memento.headers["memento-datetime"] == one["datetime"]
        assert {"memento", "timemap", "original timegate"} <= set(memento.links)
    assert by_rel["self"]["from"] == by_rel["first memento"]["datetime"]
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get(timemap["url"], headers=tag).status_code == 304
    # One that came, one that went, one that never was.
    for key, states in (("a99", [new]), ("a5", [old])):
        text = client.get(f"/api/v1/timemaps/agencies/{key}").text
        assert re.findall(r"generation=(g\d+)", text) == states
    assert client.get("/api/v1/timemaps/agencies/none").status_code == 404
    assert client.get("/api/v1/timemaps/none/a0").status_code == 404


def changed_since(client: TestClient, since: str) -> tuple[list[str], list[str]]:
    address = f"{AGENCIES}?changedSince={quote(since)}&limit=2&fields=name"
    found: list[str] = []
    removed = None
    while address:
        page = client.get(address).json()
        assert ("removed" in page) == (removed is None)
        removed = page["removed"] if removed is None else removed
        found += [one["id"].rsplit("/", 1)[1] for one in page["items"]]
        address = page["links"].get("next", "")
    return found, [iri.rsplit("/", 1)[1] for iri in removed or ()]


def test_what_has_changed_since(walks: Walks, generations: Generations) -> None:
    client, _, (old, new) = walks
    everything = (sorted(LATER), ["a5"])
    assert changed_since(client, old) == everything
    assert changed_since(client, new) == ([], [])
    moment = made(generations.get(old))
    assert changed_since(client, moment.isoformat()) == everything
    assert changed_since(client, (moment + timedelta(days=1)).isoformat()) == ([], [])
    some = client.get(f"{AGENCIES}?changedSince={old}&name~=them").json()
    assert [one["name"]["vi"] for one in some["items"]] == ["Thêm"]
    for wrong in ("yesterday", "2025-13-01", "2025-07-01T08:30:00", "g1"):
        assert client.get(f"{AGENCIES}?changedSince={wrong}").status_code == 400
    assert client.get(f"{AGENCIES}?changedSince=1999-01-01").status_code == 404
    assert client.get(f"{AGENCIES}?changedSince=g000099").status_code == 404
    assert client.get(f"{AGENCIES}?changedSince={old}&sort=name").status_code == 400
    assert client.get(f"{AGENCIES}?changedSince={new}&generation={old}").status_code == 400


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
