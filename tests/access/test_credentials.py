"""Whatever is shown is right, or 401: nobody who wanted to be known is silently nobody."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from graph.registry import Keys
from graph.registry.secret import Presented
from tests.access.conftest import SECRET_GRAPH, NewKey
from tests.quality.conftest import REGIMES

GRANT = f"{REGIMES}:restricted"
QUERY = {"query": f"ASK {{ GRAPH <{SECRET_GRAPH}> {{ ?s ?p ?o }} }}", "format": "json"}
PATHS = [
    "/sparql",
    "/api/v1/agencies",
    "/api/v1",
    "/",
    "/datasets",
    "/health",
    "/openapi.json",
    "/no-such-path",
]


def text_of(headers: dict[str, str]) -> str:
    return headers["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize("form", ["Bearer", "bearer", "X-API-Key"])
def test_a_key_is_shown_in_two_ways(client: TestClient, new_key: NewKey, form: str) -> None:
    text = text_of(new_key(GRANT))
    headers = {form: text} if form == "X-API-Key" else {"Authorization": f"{form} {text}"}
    answer = client.get("/sparql", params=QUERY, headers=headers)
    assert answer.json()["boolean"] is True
    assert client.get("/sparql", params=QUERY).json()["boolean"] is False


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer lt_abcdefghijkl_wrong"},
        {"Authorization": "Bearer lt_"},
        {"Authorization": "Bearer"},
        {"Authorization": ""},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer a.b.c"},
        {"X-API-Key": "lt_abcdefghijkl_wrong"},
        {"X-API-Key": ""},
        {"X-API-Key": "a.b.c"},
    ],
    ids=str,
)
def test_what_is_wrong_is_401_everywhere(client: TestClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers={**headers, "Accept-Language": "en"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="lienthong"')
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert (document["type"], document["status"]) == ("https://lienthong.gov.vn/problem/credential", 401)
    assert document["hint"]
    for value in headers.values():
        assert not value or value not in answer.text.replace("Bearer <", "")


def test_two_at_once_are_refused(client: TestClient, new_key: NewKey) -> None:
    right = new_key(GRANT)
    for headers in (
        [*right.items(), ("X-API-Key", text_of(right))],
        [*right.items(), *right.items()],
    ):
        assert client.get("/sparql", params=QUERY, headers=headers).status_code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_revoked_key_ends_at_once(client: TestClient, new_key: NewKey, keys: Keys, method: str) -> None:
    headers = new_key(GRANT)
    asked = {"params": QUERY} if method != "POST" else {"data": QUERY}
    assert client.request(method, "/sparql", headers=headers, **asked).status_code == 200  # type: ignore[arg-type]  # httpx's parameters
    keys.revoke(text_of(headers)[3:15])
    assert client.request(method, "/sparql", headers=headers, **asked).status_code == 401  # type: ignore[arg-type]  # httpx's parameters


def test_an_expired_key_says_when(client: TestClient, new_key: NewKey) -> None:
    headers = new_key(GRANT, days=-1)
    answer = client.get("/api/v1", headers={**headers, "Accept-Language": "en"})
    assert answer.status_code == 401
    assert f"The key {text_of(headers)[3:15]} ended on " in answer.json()["detail"]


def test_whoever_guesses_is_not_told_which_ids_there_are(
    client: TestClient, new_key: NewKey, keys: Keys
) -> None:
    revoked = text_of(new_key(GRANT))[3:15]
    keys.revoke(revoked)
    told = {
        client.get("/health", headers={"X-API-Key": Presented(name, "guess").text}).json()["detail"]
        for name in (text_of(new_key(GRANT))[3:15], revoked, "a" * 12)
    }
    assert len(told) == 1


def test_a_grant_ends_before_its_key(client: TestClient, new_key: NewKey) -> None:
    headers = new_key(f"{GRANT}@2020-01-01")
    assert client.get("/sparql", params=QUERY, headers=headers).json()["boolean"] is False


def test_the_old_key_and_the_new_work_side_by_side(client: TestClient, new_key: NewKey, keys: Keys) -> None:
    old = new_key(GRANT)
    _, fresh = keys.rotate(text_of(old)[3:15], timedelta(days=7))
    for headers in (old, {"X-API-Key": fresh.text}):
        assert client.get("/sparql", params=QUERY, headers=headers).json()["boolean"] is True


def test_the_last_use_is_noted(client: TestClient, new_key: NewKey, keys: Keys) -> None:
    headers = new_key(GRANT)
    client.get("/health", headers=headers)
    [key] = [one for one in keys.all() if one.id == text_of(headers)[3:15]]
    assert key.last_used is not None
    assert key.last_used >= key.created


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/api/v1/agencies", "/datasets", "/api/v1"])
def test_caches_keep_apart_what_callers_are_told(client: TestClient, new_key: NewKey, path: str) -> None:
    unknown, known = client.get(path), client.get(path, headers=new_key(GRANT))
    for answer in (unknown, known):
        assert {"Authorization", "X-API-Key"} <= {name.strip() for name in answer.headers["vary"].split(",")}
    assert "private" not in unknown.headers.get("cache-control", "")
    assert known.headers["cache-control"] in ("private, no-cache", "no-store")


def test_a_page_of_another_site_may_show_a_key(client: TestClient) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,x-api-key",
    }
    allowed = client.options("/sparql", headers=asked)
    assert allowed.status_code == 200
    refused = client.get("/sparql", headers={"Origin": "https://example.org", "X-API-Key": "wrong"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "*")


def test_the_description_of_the_service_says_how_to_be_known(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    assert document["security"] == [{}, {"bearer": []}, {"apiKey": []}], "the first: nothing need be shown"
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert operations
    for operation in operations:
        assert "401" in operation["responses"]
    assert "Problem" in document["components"]["schemas"]
