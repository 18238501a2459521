"""By every way to read, those who may are told, and those who may not are told nothing: `ways.toml`."""

import re

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.access.conftest import BASE, SECRET_GRAPH, Headers, NewKey
from tests.access.ways import ROUTES, WAYS, fill, readable_routes, way_of
from tests.quality.conftest import AGENCIES, REGIMES

OUTSIDERS: dict[str, tuple[str, ...] | None] = {
    "nobody": None,
    "key without grants": (),
    "key of others": (f"{AGENCIES}:restricted", "*:shared", f"{REGIMES}:shared"),
    "ended grant": (f"{REGIMES}:restricted@2020-01-01", "*:restricted@2020-01-01"),
}
SECRETS = ("Mật danh", "BC-9", SECRET_GRAPH)
ASKED = [(route, one) for route, way in WAYS.items() for one in way.get("ask", ())]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_that_reads_is_in_the_table(route: str) -> None:
    assert way_of(route) is not None, f"say in ways.toml what {route} tells, and to whom"


def test_the_table_names_no_route_that_is_not_there() -> None:
    assert set(WAYS) <= set(ROUTES)


@pytest.fixture(scope="module")
def outsiders(new_key: NewKey) -> dict[str, Headers]:
    return {name: new_key(*grants) if grants is not None else {} for name, grants in OUTSIDERS.items()}


def told(answer: httpx.Response, asked: str) -> str:
    """The answer without what the caller said himself."""
    text, address = answer.text, httpx.URL(asked)
    for said in (BASE + address.path.lstrip("/"), *(value for _, value in address.params.multi_items())):
        for graph in (SECRET_GRAPH, "BC-907"):
            text = text.replace(graph, "ASKED") if graph in said else text
    return text.replace("BC-907", "ASKED") if "BC-907" in asked else text


@pytest.mark.parametrize(
    ("route", "way"), ASKED, ids=lambda value: value if isinstance(value, str) else value["at"]
)
def test_those_who_may_are_told_and_others_are_not(
    client: TestClient,
    insider: Headers,
    outsiders: dict[str, Headers],
    filled: dict[str, str],
    route: str,
    way: dict[str, str],
) -> None:
    at, shows = fill(way["at"], filled), fill(way["shows"], filled)
    seen = client.get(at, headers=insider)
    assert seen.status_code == 200, seen.text
    assert shows in seen.text
    for name, headers in outsiders.items():
        known = {"If-None-Match": seen.headers["etag"]} if "etag" in seen.headers else {}
        answer = client.get(at, headers=headers | known)
        assert answer.status_code in (200, 403, 404), (name, "an entity tag of another is not taken")
        if answer.status_code == 200:
            assert shows not in told(answer, at), name
        for secret in SECRETS:
            assert secret not in told(answer, at), name
        if "like" in way:
            like = fill(way["like"], filled)
            assert alike(answer, at) == alike(client.get(like, headers=headers), like), name


VARYING = ("x-request-id", "content-length", "server-timing", "ratelimit")


def alike(answer: httpx.Response, asked: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text, without the names asked for and what differs from request to request."""
    headers = {key: value for key, value in answer.headers.items() if key not in VARYING}
    text = re.sub(r'"(requestId|asked|milliseconds)": ?"?[^",}]*"?', "", answer.text)
    for name in sorted({"BC-907", "BC-999", REGIMES, "no-such-set", "no-regimes", _last(asked)}):
        text = text.replace(name, "NAME")
        headers = {key: value.replace(name, "NAME") for key, value in headers.items()}
    return answer.status_code, headers, text


def _last(asked: str) -> str:
    """The job's id, where one is asked for."""
    parts = asked.split("/")
    return parts[parts.index("jobs") + 1] if "jobs" in parts else REGIMES


SILENT = [route for route in ROUTES if "at" in (way_of(route) or {})]


@pytest.mark.parametrize("route", SILENT)
def test_what_tells_no_data_tells_everybody_the_same(
    client: TestClient, insider: Headers, filled: dict[str, str], route: str
) -> None:
    way = way_of(route)
    assert way is not None
    assert way["reason"]
    at = fill(way["at"], filled)
    answers = [client.get(at, headers=headers) for headers in (insider, {})]
    first, second = (
        # Of a graph the triples come in any order: either engine may have been the first.
        (one.status_code, sorted(re.sub(r'"requestId": "\w+"', "", one.text).splitlines()))
        for one in answers
    )
    assert first == second
    assert not any(secret in answers[1].text for secret in SECRETS)


def test_a_route_that_is_not_in_the_table_would_be_found() -> None:
    app = FastAPI()
    app.get("/new/way")(lambda: None)
    assert "/new/way" in {route for route in readable_routes(app) if way_of(route) is None}
