"""Whoever may not see a graph sees nothing of it, in no form and by no way."""

from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import dependencies
from graph.access import Grant, Identity

OPEN = "https://lienthong.gov.vn/graph/small/open"
SHARED = "https://lienthong.gov.vn/graph/small/shared"
UNIT = "2025-07-01/00004"
HIDDEN = "2025-03-01/hidden"

Graphs = dict[str, frozenset[str]]


def test_nobody_sees_nothing(client: TestClient, may_see: Graphs) -> None:
    may_see["graphs"] = frozenset()
    for collection in ("units", "agencies"):
        page = client.get(f"/api/v1/{collection}?count=true").json()
        assert (page["items"], page["total"]) == ([], 0)
    assert client.get(f"/api/v1/units/{UNIT}").status_code == 404
    for suffix in ("", ".jsonld", ".nt", ".rdf", ".html"):
        answer = client.get(f"/id/unit/{UNIT}{suffix}")
        assert answer.status_code == 404
        assert "Ba Đình" not in answer.text


def test_somebody_unknown_sees_the_open_graph_only(client: TestClient) -> None:
    assert client.get("/api/v1/units/2025-07-01/00008").json()["shortName"] is None
    assert client.get(f"/api/v1/agencies/{HIDDEN}").status_code == 404
    assert client.get(f"/id/agency/{HIDDEN}").status_code == 404
    assert "chia sẻ" not in client.get("/id/unit/2025-07-01/00008").text
    assert client.get("/api/v1/agencies?q=chia").json()["items"] == []


def test_a_permitted_graph_adds_what_it_holds(client: TestClient, may_see: Graphs) -> None:
    may_see["graphs"] = frozenset([OPEN, SHARED])
    assert client.get("/api/v1/units/2025-07-01/00008").json()["shortName"] == {"vi": "Tên chia sẻ"}
    assert client.get(f"/api/v1/agencies/{HIDDEN}").status_code == 200
    assert client.get(f"/id/agency/{HIDDEN}").status_code == 200


def test_an_entity_tag_of_one_caller_is_not_another_callers(client: TestClient, may_see: Graphs) -> None:
    path = "/api/v1/units/2025-07-01/00008"
    may_see["graphs"] = frozenset([OPEN, SHARED])
    seen = client.get(path).headers["etag"]
    may_see["graphs"] = frozenset([OPEN])
    assert client.get(path, headers={"If-None-Match": seen}).status_code == 200
    may_see["graphs"] = frozenset()
    assert client.get(path, headers={"If-None-Match": seen}).status_code == 404


@pytest.mark.parametrize(
    "value",
    [
        f'" }} UNION {{ GRAPH <{SHARED}> {{ ?item ?p ?o }} }} #',
        f"\\u0022 }} GRAPH <{SHARED}> {{ ?item ?p ?o }} #",
        "'; DROP",
        ")) || true",
    ],
)
@pytest.mark.parametrize("parameter", ["q", "code", "abbreviation", "succeededBy", "jurisdiction", "cursor"])
def test_no_value_becomes_a_part_of_the_query(client: TestClient, parameter: str, value: str) -> None:
    answer = client.get("/api/v1/agencies", params={parameter: value})
    assert answer.status_code in (200, 400)
    assert answer.json().get("items", []) == []


WRITERS: dict[str, tuple[Identity, int]] = {
    "nobody": (Identity("anonymous", "anonymous"), 401),
    "a reader of everything": (Identity("key", "key:r", "r", [Grant("*", "restricted")]), 403),
    "an ended grant": (
        Identity("key", "key:e", "e", [Grant("*", "restricted", date(2020, 1, 1), True)]),
        403,
    ),
    "a writer of something else": (Identity("key", "key:o", "o", [Grant("other", "open", None, True)]), 403),
}


@pytest.mark.parametrize("name", WRITERS)
def test_no_way_to_write_is_open_to_those_who_may_not(client: TestClient, app: FastAPI, name: str) -> None:
    """By every route of a collection that changes something, in the same words whatever is there."""
    identity, status = WRITERS[name]
    app.dependency_overrides[dependencies.identity] = lambda: identity
    ways = [
        (method, path.replace("{key}", key))
        for path, methods in client.get("/openapi.json").json()["paths"].items()
        for method in methods
        for key in ("nothing", UNIT)
        if path.startswith("/api/v1/")
        and method in ("put", "patch", "post", "delete")
        and "verify" not in path
    ]
    assert len(ways) > 60
    headers = {
        "patch": {"Content-Type": "application/merge-patch+json", "If-Match": "*"},
        "put": {"If-None-Match": "*"},
        "post": {"Idempotency-Key": "a"},
    }
    try:
        for method, path in ways:
            # Who may write something is told apart only by what is there to be seen: 404 and 412.
            known = {"X-Request-Id": "same", **headers[method]}
            answer = client.request(method, path, json={}, headers=known)
            unseen = (404, 412) if "else" in name else ()
            assert answer.status_code in (status, *unseen), (method, path, answer.text)
    finally:
        del app.dependency_overrides[dependencies.identity]
