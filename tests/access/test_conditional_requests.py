"""Every route that reads, asked again by whoever has its answer (RFC 9110 §8.8.3, §13.1.2, §15.4.5)."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from graph.settings import Settings
from tests.access.conftest import Headers
from tests.access.ways import ROUTES, fill, way_of

OF_THE_MOMENT = {
    "/access/explain",
    "/health",
    "/jobs",
    "/jobs/{job_id}",
    "/queries",
    "/ready",
    "/validate/jobs/{job_id}",
    "/validate/jobs/{job_id}/report",
}
"""What they tell changes by itself, or is somebody's alone: nobody keeps it. So it is with the page that says
how long a query took."""
IN_ANY_ORDER = {"/sparql", "/rdf-graph-store", "/graph/{dataset}/{access}", "/catalogue"}
"""Two engines may answer, and neither promises an order: the same answer, byte for byte another. Their tags
are weak (§8.8.1)."""
NOT_SHARED = {"private", "no-store"}
AS_IT_IS = {"Accept-Encoding": "identity"}
NEW_EACH_TIME = ("x-request-id", "ratelimit", "server-timing", "age", "cache-status", "lienthong-engine")


def addresses(route: str) -> list[str]:
    way: Mapping[str, Any] = way_of(route) or {}
    return [way["at"]] if "at" in way else [one["at"] for one in way["ask"]]


ASKED = [(route, at) for route in ROUTES for at in addresses(route)]


def is_of_the_moment(route: str, at: str) -> bool:
    return route in OF_THE_MOMENT or at.startswith("/?query=")


def directives(answer: httpx.Response) -> set[str]:
    return _listed(answer.headers["cache-control"])


def varying(answer: httpx.Response) -> set[str]:
    return _listed(answer.headers["vary"])


def _listed(header: str) -> set[str]:
    return {one.strip().lower() for one in header.split(",")}


@pytest.mark.parametrize(("route", "at"), ASKED)
def test_what_one_has_already_is_not_sent_again(
    client: TestClient, insider: Headers, filled: Mapping[str, str], route: str, at: str
) -> None:
    at = fill(at, filled)
    for headers in (insider | AS_IT_IS, AS_IT_IS):
        answer = client.get(at, headers=headers)
        if answer.status_code != 200:
            continue
        if is_of_the_moment(route, at):
            assert "no-store" in directives(answer)
            assert "etag" not in answer.headers
            continue
        tag = answer.headers["etag"]
        assert tag.startswith('"') or route in IN_ANY_ORDER, tag
        known = {"If-None-Match": f'"another", {tag}'}
        again = client.get(at, headers=headers | known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        for name in ("cache-control", "content-location"):
            assert again.headers.get(name) == answer.headers.get(name), name
        assert varying(answer) <= varying(again)
        assert client.head(at, headers=headers | known).status_code == 304
        assert client.get(at, headers=headers | {"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize(("route", "at"), ASKED)
def test_no_cache_gives_it_to_others_who_may_not_see_it(
    client: TestClient, insider: Headers, filled: Mapping[str, str], route: str, at: str
) -> None:
    at = fill(at, filled)
    private, shared = (client.get(at, headers=headers) for headers in (insider, {}))
    for answer in (private, shared):
        assert {"authorization", "x-api-key"} <= varying(answer)
        # Nothing is fresh by itself: there may be another generation, or no grant any more.
        assert {"no-cache", "no-store"} & directives(answer)
    assert NOT_SHARED & directives(private)
    assert "public" not in directives(private)
    if private.status_code == shared.status_code == 200 and private.content != shared.content:
        assert is_of_the_moment(route, at) or private.headers["etag"] != shared.headers["etag"]


@pytest.mark.parametrize(("route", "at"), ASKED)
def test_head_tells_what_get_does_without_the_body(
    client: TestClient, insider: Headers, filled: Mapping[str, str], route: str, at: str
) -> None:
    at = fill(at, filled)
    for headers in (insider | AS_IT_IS, AS_IT_IS):
        got, head = (client.request(method, at, headers=headers) for method in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert told(head) == told(got)
        if not is_of_the_moment(route, at):  # what tells a time has as many digits as that takes
            assert head.headers.get("content-length") in (None, got.headers.get("content-length"))
        assert varying(got) <= varying(head)


def told(answer: httpx.Response) -> dict[str, str]:
    """The length of a stream is not known, and HEAD may leave it out (§9.3.2)."""
    without = (*NEW_EACH_TIME, "content-length", "vary")
    return {name: value for name, value in answer.headers.items() if name not in without}


@pytest.fixture(scope="module")
def other(guarded: Settings) -> Iterator[TestClient]:
    """Another process of the same service."""
    with TestClient(create_app(guarded), follow_redirects=False) as session:
        yield session


@pytest.mark.parametrize(("route", "at"), ASKED)
def test_a_strong_tag_is_that_of_the_same_bytes_everywhere(
    client: TestClient,
    other: TestClient,
    insider: Headers,
    filled: Mapping[str, str],
    route: str,
    at: str,
) -> None:
    at = fill(at, filled)
    first, second = (service.get(at, headers=insider | AS_IT_IS) for service in (client, other))
    tag = first.headers.get("etag", "W/")
    if not tag.startswith("W/"):
        assert (second.headers["etag"], second.content) == (tag, first.content)


REPRESENTATIONS = {
    "language": ({"Accept-Language": "vi"}, {"Accept-Language": "en"}),
    "format": tuple({"Accept": f"{one}, */*;q=0.1"} for one in (
        "text/html", "text/turtle", "application/json", "application/ld+json", "application/n-triples",
        "application/rdf+xml", "text/csv", "application/x-ndjson",
    )),
}  # fmt: skip


@pytest.mark.parametrize("kind", REPRESENTATIONS)
@pytest.mark.parametrize(("route", "at"), ASKED)
def test_each_representation_has_a_tag_of_its_own(
    client: TestClient, insider: Headers, filled: Mapping[str, str], route: str, at: str, kind: str
) -> None:
    at, bodies = fill(at, filled), {}
    for chosen in REPRESENTATIONS[kind]:
        answer = client.get(at, headers=insider | AS_IT_IS | chosen)
        if answer.status_code == 200 and (tag := answer.headers.get("etag")):
            bodies.setdefault(tag, set()).add(answer.content)
    if route not in IN_ANY_ORDER:
        assert all(len(found) == 1 for found in bodies.values()), bodies.keys()
