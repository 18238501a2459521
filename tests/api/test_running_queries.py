"""A running query is stopped by its id, by its caller or the operator; only the operator sees what runs."""

import concurrent.futures
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import serve

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
# 400⁵ combinations: some days.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?q ?o }"
LIMIT = 60.0
"""Seconds that a query may take: what ends much sooner was stopped."""

Ask = Callable[[str], Future[httpx.Response]]


@pytest.fixture(scope="module")
def patient_service(small_data_dir: Path) -> Iterator[httpx.Client]:
    variables = {"LIENTHONG_QUERY_TIMEOUT": str(LIMIT), "LIENTHONG_WORKERS": "1"}
    with (
        serve(small_data_dir, variables) as address,
        httpx.Client(base_url=address, timeout=2 * LIMIT) as client,
    ):
        yield client


@pytest.fixture
def operator_key(small_data_dir: Path, patient_service: httpx.Client) -> dict[str, str]:
    return {"Lienthong-Operator": (small_data_dir / "operator.key").read_text()}


@pytest.fixture
def ask(patient_service: httpx.Client, operator_key: dict[str, str]) -> Iterator[Ask]:
    """Asks the endless query under an id; returns when the service knows of it."""
    with ThreadPoolExecutor(3) as threads:

        def start(name: str) -> Future[httpx.Response]:
            headers = {"X-Request-Id": name, "Accept-Language": "en"}
            asked = threads.submit(patient_service.post, "/sparql", data={"query": ENDLESS}, headers=headers)
            while name not in [one["id"] for one in listed(patient_service, operator_key)]:
                assert not asked.done()
                time.sleep(0.02)
            return asked

        yield start


def listed(client: httpx.Client, key: dict[str, str]) -> list[dict[str, str]]:
    response = client.get("/queries", headers=key)
    assert response.status_code == 200, response.text
    found: list[dict[str, str]] = response.json()
    return found


def ends(client: httpx.Client, asked: Future[httpx.Response]) -> None:
    """The query is over at once, its caller is told, and the worker is free for the next one."""
    started = time.monotonic()
    answer = asked.result(timeout=LIMIT / 2)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/query-stopped")
    assert "was stopped" in answer.json()["detail"]
    assert client.get("/sparql", params={"query": COUNT, "timeout": LIMIT / 4}).status_code == 200
    assert time.monotonic() - started < LIMIT / 2


def test_its_caller_stops_it(patient_service: httpx.Client, ask: Ask) -> None:
    asked = ask("query-of-mine-1")
    assert patient_service.delete("/queries/query-of-mine-1").status_code == 204
    ends(patient_service, asked)
    again = patient_service.delete("/queries/query-of-mine-1")
    assert again.status_code == 404
    assert "X-Request-Id" in again.json()["hint"]


def test_one_that_waits_is_stopped_too(patient_service: httpx.Client, ask: Ask) -> None:
    first, second = ask("first-in-line"), ask("second-in-line")
    assert patient_service.delete("/queries/second-in-line").status_code == 204
    assert second.result(timeout=LIMIT / 2).status_code == 409
    assert not first.done()
    assert patient_service.delete("/queries/first-in-line").status_code == 204
    ends(patient_service, first)


def test_the_operator_sees_it_and_stops_it(
    patient_service: httpx.Client, operator_key: dict[str, str], ask: Ask
) -> None:
    asked = ask("somebody-s-query")
    [seen] = listed(patient_service, operator_key)
    assert (seen["id"], seen["caller"], seen["query"]) == ("somebody-s-query", "anonymous", ENDLESS)
    assert patient_service.delete("/queries/somebody-s-query", headers=operator_key).status_code == 204
    ends(patient_service, asked)
    assert listed(patient_service, operator_key) == []


@pytest.mark.parametrize("key", ["", "guess", "x" * 43])
def test_nobody_else_sees_what_runs(patient_service: httpx.Client, key: str) -> None:
    refused = patient_service.get("/queries", headers={"Lienthong-Operator": key})
    assert refused.status_code == 403
    assert patient_service.get("/queries").status_code == 403


def test_the_key_is_its_owners_alone(small_data_dir: Path, operator_key: dict[str, str]) -> None:
    mode = (small_data_dir / "operator.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert len(operator_key["Lienthong-Operator"]) >= 43


def test_a_caller_who_leaves_is_off_the_list(
    patient_service: httpx.Client, operator_key: dict[str, str]
) -> None:
    with pytest.raises(httpx.ReadTimeout):
        patient_service.post("/sparql", data={"query": ENDLESS}, timeout=0.5)
    deadline = time.monotonic() + LIMIT / 4
    while listed(patient_service, operator_key):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert patient_service.get("/sparql", params={"query": COUNT, "timeout": 5}).status_code == 200


def test_pages_of_other_sites_may_stop_theirs(patient_service: httpx.Client) -> None:
    preflight = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "X-Request-Id",
    }
    allowed = patient_service.options("/queries/query-of-mine-1", headers=preflight)
    assert allowed.status_code == 200
    assert "DELETE" in allowed.headers["access-control-allow-methods"]
    assert "x-request-id" in allowed.headers["access-control-allow-headers"].lower()
    named = {**preflight, "Access-Control-Request-Headers": "Lienthong-Operator"}
    assert patient_service.options("/queries", headers=named).status_code == 400


def test_the_command(patient_service: httpx.Client, small_data_dir: Path, ask: Ask) -> None:
    variables = {
        "LIENTHONG_DATA_DIR": str(small_data_dir),
        "LIENTHONG_PORT": str(patient_service.base_url.port),
    }

    def call(*words: str, **other: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", "queries", *words],
            env=os.environ | variables | other,
            capture_output=True,
            text=True,
            check=False,
        )

    asked = ask("long-running-one")
    shown = call("list")
    assert shown.returncode == 0, shown.stderr
    assert "long-running-one" in shown.stdout
    assert "anonymous" in shown.stdout
    stopped = call("stop", "long-running-one")
    assert stopped.returncode == 0, stopped.stderr
    concurrent.futures.wait([asked], timeout=LIMIT / 2)
    assert asked.result(0).status_code == 409
    assert "lienthong queries list" in call("stop", "long-running-one").stderr
    assert "LIENTHONG_PORT" in call("list", LIENTHONG_PORT="1").stderr
