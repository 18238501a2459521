"""Each is answered as by a service that holds only what this one may see: every kind of request, any format.

LIENTHONG_LEAK_SEED makes other data and other requests, LIENTHONG_LEAK_QUERIES more of them.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api import knowledge
from api.app import create_app
from api.operator import key_file
from graph.access import Grant, parse_grant
from graph.columns import Builder, TextQuad
from graph.registry import Keys, Registry
from graph.settings import Settings
from graph.stores.generations import Generations
from tests.examples import PROFILE, THOROUGH, examples
from tests.facade.leaks.asked import Asked, Requests
from tests.facade.leaks.world import BASE, DATASETS, World

SEED = int(os.environ.get("LIENTHONG_LEAK_SEED", "7"))
REQUESTS = int(os.environ.get("LIENTHONG_LEAK_QUERIES", examples(100)))
GRANTS: Mapping[str, str | None] = {
    "nobody": None,
    "one data set, restricted": "mps-population:restricted",
    "everything": "*:restricted",
} | ({"one data set, shared": "gov-dossiers:shared", "all shared": "*:shared"} if PROFILE == THOROUGH else {})
SEEN: Mapping[str, frozenset[str]] = {
    name: frozenset(
        f"{BASE}graph/{dataset}/{access}"
        for dataset, of_it in zip(DATASETS, classes, strict=True)
        for access in of_it.split()
    )
    for name, classes in {
        "nobody": ("open", "open"),
        "one data set, shared": ("open shared", "open"),
        "one data set, restricted": ("open", "open shared restricted"),
        "all shared": ("open shared", "open shared"),
        "everything": ("open shared restricted", "open shared restricted"),
    }.items()
}
"""The graphs that each may read, said without the code that decides it."""
VARYING = re.compile(
    r"x-request-id|server-timing|ratelimit.*|lienthong-engine|cache-status|age|date|content-length"
)
MADE = re.compile(
    r'"requestId": ?"\w+"|20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?|\w{3}, \d\d \w{3} 20\d\d [\d:]{8} GMT'
    r'|"milliseconds": ?[\d.]+|\d\.\d{3} s\b'
)
"""The id of a request, when a generation was made, and how long it took."""
OF_A_GENERATION = re.compile(r'"g\d+-')


@dataclass(frozen=True, slots=True)
class Party:
    """A caller of the whole service; one who may read everything of a service that holds only what is his."""

    headers: Mapping[str, str]
    service: TestClient
    asks_with: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    whole: TestClient
    parties: Mapping[str, Party]
    requests: Requests


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("leaks")
    known = knowledge.load(Settings())
    world = World(SEED, known)
    quads = world.quads()
    with ExitStack() as stack:
        published = {
            name: _publish(folder / f"{number}", quads, SEEN[name]) for number, name in enumerate(GRANTS)
        }
        whole = stack.enter_context(TestClient(create_app(published["everything"])))
        parties = {
            name: Party(
                _key(published["everything"], grant),
                stack.enter_context(TestClient(create_app(published[name])))
                if name != "everything"
                else whole,
                _key(published[name], grant and "*:restricted"),
            )
            for name, grant in GRANTS.items()
        }
        saved = [one["href"] for one in whole.get("/api/v1/queries").json()["items"]]
        yield Place(whole, parties, Requests(SEED, world, known.vocabulary, saved))


def _publish(folder: Path, quads: list[TextQuad], graphs: frozenset[str]) -> Settings:
    versions: dict[str, Path] = {}
    for name in DATASETS:
        # Versions are named for their time, and pages show it: the same everywhere.
        versions[name] = folder / name / "20260101T000000Z-1"
        with Builder(versions[name] / "columns.duckdb", memory_mb=256, threads=1) as builder:
            builder.stage(quad for quad in quads if quad.g in graphs and f"/graph/{name}/" in quad.g)
            builder.finish()
    Generations(folder / "data", memory_mb=256, threads=1).publish(versions)
    made = Settings(data_dir=folder / "data", workers=1, caller_rate=0)
    # By their keys entity tags differ from folder to folder: here they are held against each other.
    key_file(made).write_text("the same")
    return made


def _key(settings: Settings, grant: str | None) -> dict[str, str]:
    if grant is None:
        return {}
    registry = Registry(settings.data_dir)
    grants: list[Grant] = [parse_grant(grant)]
    _, shown = Keys(registry).create("thử", "Bộ thử", grants, timedelta(days=1))
    registry.close()
    return {"Authorization": f"Bearer {shown.text}"}


def _ask(service: TestClient, asked: Asked, headers: Mapping[str, str], **more: str) -> httpx.Response:
    sent = {"Accept": asked.accept, "Accept-Language": "en", **asked.headers, **headers, **more}
    return service.request(asked.method, asked.path, headers=sent, json=asked.body)


def _told(answer: httpx.Response) -> tuple[int, dict[str, str], str]:
    headers = {name: value for name, value in answer.headers.items() if not VARYING.fullmatch(name)}
    text = MADE.sub("", answer.text)
    tag = headers.get("etag", "")
    if tag.startswith("W/") or (text != answer.text and not OF_A_GENERATION.match(tag)):
        headers.pop("etag", None)  # of the time when a generation was made, or of bytes that hold it
    return answer.status_code, headers, text


def test_each_is_answered_as_if_there_were_only_what_is_his(place: Place) -> None:
    """Status, headers with the entity tag, body. And a tag of one who sees everything is nobody else's."""
    outcomes: Counter[str] = Counter()
    names = [name for name in GRANTS if name != "everything"]
    for number in range(REQUESTS):
        asked, party = place.requests.one(), place.parties[names[number % len(names)]]
        found = _ask(place.whole, asked, party.headers)
        expected = _ask(party.service, asked, party.asks_with)
        assert _told(found) == _told(expected), (names[number % len(names)], asked)
        outcomes[f"{asked.kind} {found.status_code}"] += 1
        if number % 4:
            continue
        more = _ask(place.whole, asked, place.parties["everything"].headers)
        outcomes["others are told more"] += more.text != found.text
        # Where both are told the same, it is no secret that one has it.
        if more.text != found.text and "etag" in more.headers and asked.method == "GET":
            again = _ask(place.whole, asked, party.headers, **{"If-None-Match": more.headers["etag"]})
            assert again.status_code == found.status_code, asked
    print(f"\n{REQUESTS} requests: {dict(sorted(outcomes.items()))}")
    assert outcomes["others are told more"] > REQUESTS / 12
    assert outcomes["listing 200"] > REQUESTS / 8
    assert outcomes["listing 400"] > REQUESTS / 20
