"""Alive is one thing, ready another."""

import httpx

from graph.stores.generations import Generation


def test_health(small_service: httpx.Client, empty_service: httpx.Client) -> None:
    for service in (small_service, empty_service):
        response = service.get("/health")
        assert (response.status_code, response.json()) == (200, {"status": "ok"})
        assert response.headers["cache-control"] == "no-store"


def test_ready_tells_the_generation_as_far_as_the_caller_may_read(
    small_service: httpx.Client, small_generation: Generation
) -> None:
    told = small_service.get("/ready").json()
    manifest = small_generation.manifest
    assert 0 < told.pop("milliseconds") < 1000
    assert told == {
        "status": "ready",
        "generation": small_generation.id,
        "created": manifest.created,
        "datasets": 1,
        "graphs": 1,
        "quads": 400,
    }


def test_not_ready_without_data(empty_service: httpx.Client) -> None:
    for path in ("/ready", "/sparql?query=ASK%20%7B%7D"):
        response = empty_service.get(path, headers={"Accept-Language": "en"})
        assert response.status_code == 503
        assert response.headers["content-type"] == "application/problem+json"
        assert "lienthong ingest" in response.json()["hint"]
        assert int(response.headers["retry-after"]) > 0
