"""Limits hold in the running service, and the next caller is served as if nothing had been."""

import concurrent.futures
import time

import httpx

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
# 400⁵ combinations: some days.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?q ?o }"
LIMIT = 8.0
"""Seconds that the service allows; to start a worker anew takes a second or, on a busy machine, some."""
PATIENCE = LIMIT - 0.1
"""Whoever waits longer waited for the endless query."""


def is_fine(client: httpx.Client) -> bool:
    response = client.get("/sparql", params={"query": COUNT})
    return response.is_success and response.json()["results"]["bindings"][0]["n"]["value"] == "400"


def test_a_query_of_a_minute_ends_at_the_limit(small_service: httpx.Client) -> None:
    started = time.perf_counter()
    response = small_service.post("/sparql", data={"query": ENDLESS})
    assert LIMIT <= time.perf_counter() - started < LIMIT + 3
    assert response.status_code == 504
    assert response.json()["type"].endswith("problem/deadline-exceeded")
    assert response.json()["hint"]
    assert is_fine(small_service)


def test_the_caller_may_ask_for_less_time(small_service: httpx.Client) -> None:
    started = time.perf_counter()
    response = small_service.get("/sparql", params={"query": ENDLESS, "timeout": "0.3"})
    assert response.status_code == 504
    assert time.perf_counter() - started < PATIENCE
    assert is_fine(small_service)


def test_an_answer_that_is_too_large(small_service: httpx.Client) -> None:
    response = small_service.get("/sparql", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})
    assert response.status_code == 422
    assert "LIMIT" in response.json()["hint"]
    assert is_fine(small_service)


def test_busy(small_service: httpx.Client) -> None:
    """Two workers and a queue of two: of six endless queries at once, at least two are turned away."""
    with concurrent.futures.ThreadPoolExecutor(6) as threads:
        asked = [
            threads.submit(small_service.get, "/sparql", params={"query": ENDLESS, "timeout": "1"})
            for _ in range(6)
        ]
        answered = [one.result() for one in asked]
    busy = [response for response in answered if response.status_code == 503]
    assert 2 <= len(busy) <= 4
    assert all(response.json()["type"].endswith("problem/busy") for response in busy)
    assert all(int(response.headers["retry-after"]) > 0 for response in busy)
    assert {response.status_code for response in answered} == {503, 504}
    assert is_fine(small_service)


def test_a_caller_who_leaves_frees_the_worker(small_service: httpx.Client) -> None:
    for _ in range(4):
        try:
            small_service.get("/sparql", params={"query": ENDLESS}, timeout=0.2)
        except httpx.ReadTimeout:
            continue
        raise AssertionError("an endless query was answered")
    started = time.perf_counter()
    assert is_fine(small_service)
    assert time.perf_counter() - started < PATIENCE


def test_callers_do_not_wait_for_each_other(small_service: httpx.Client) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        endless = threads.submit(small_service.get, "/sparql", params={"query": ENDLESS, "timeout": "6"})
        time.sleep(0.3)
        assert is_fine(small_service)
        assert not endless.done()
        assert endless.result().status_code == 504
