"""Jobs: long queries for callers with a key, whose answers are theirs alone and outlive the service."""

import stat
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.jobs import register
from graph.settings import Settings
from tests.access.conftest import SECRET_GRAPH, Headers, NewKey
from tests.quality.conftest import REGIMES

NAMES = "SELECT ?o { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } ORDER BY ?o"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"


@pytest.fixture
def place(guarded: Settings, tmp_path: Path, insider: Headers) -> Settings:
    """The data that not everybody may see, in a data folder whose jobs are this test's."""
    for name in ("generations", "current", "datasets", "registry.sqlite"):
        source = guarded.data_dir / name
        if source.exists() or source.is_symlink():
            (tmp_path / name).symlink_to(source.resolve())
    return guarded.model_copy(update={"data_dir": tmp_path, "query_timeout": 1.0, "jobs_kept": 3})


@pytest.fixture
def client(place: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(place), follow_redirects=False) as session:
        yield session


@pytest.fixture
def insider(new_key: NewKey) -> Headers:
    return new_key(f"{REGIMES}:restricted")


def post(client: TestClient, headers: Headers, query: str = NAMES, **other: Any) -> httpx.Response:
    answer: httpx.Response = client.post("/jobs", data={"query": query, **other}, headers=headers)
    return answer


def ended(client: TestClient, headers: Headers, address: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        told: dict[str, Any] = client.get(address, headers=headers).json()
        if told["state"] not in ("queued", "running"):
            return told
        assert time.monotonic() < deadline
        time.sleep(0.1)


def seconds_between(first: str, second: str) -> float:
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()


def test_from_sending_to_the_result(client: TestClient, insider: Headers, place: Settings) -> None:
    sent = post(client, insider, format="csv")
    assert (sent.status_code, sent.json()["state"]) == (202, "queued")
    address = sent.headers["location"]
    told = ended(client, insider, address)
    assert (told["state"], told["generation"]) == ("done", "g000002")
    assert told["started"] <= told["ended"] < told["expires"]
    result = client.get(told["links"]["result"], headers=insider)
    assert result.headers["content-type"].startswith("text/csv")
    assert result.headers["lienthong-generation"] == "g000002"
    assert result.text.count("Mật danh") == 21
    assert len(result.content) == told["bytes"]
    again = client.get(told["links"]["result"], headers=insider | {"If-None-Match": result.headers["etag"]})
    assert again.status_code == 304
    files = [*(place.data_dir / "jobs").rglob("*")]
    assert {one.name for one in files} >= {"job.json", "result"}
    assert not any(stat.S_IMODE(one.stat().st_mode) & 0o077 for one in files)


def test_it_may_take_longer_than_a_request_may(client: TestClient, insider: Headers) -> None:
    assert client.get("/sparql", params={"query": SLOW}, headers=insider).status_code == 504
    job = post(client, insider, SLOW, timeout="4").json()
    assert job["seconds"] == 4.0
    told = ended(client, insider, job["links"]["self"])
    assert told["state"] == "failed"
    assert 3.0 < seconds_between(told["started"], told["ended"]) < 60
    assert client.get(f"{job['links']['self']}/result", headers=insider).status_code == 504


def test_nobody_in_particular_has_no_jobs(client: TestClient) -> None:
    answer = post(client, {})
    assert answer.status_code == 403
    assert answer.json()["hint"]
    assert client.get("/jobs").json() == {"items": []}


@pytest.mark.parametrize(
    ("query", "status"), [("SELECT {", 400), ("INSERT DATA { <a:a> <a:b> 1 }", 400), ("", 400)]
)
def test_what_cannot_be_asked_is_refused_at_once(
    client: TestClient, insider: Headers, query: str, status: int
) -> None:
    assert post(client, insider, query).status_code == status
    assert client.get("/jobs", headers=insider).json() == {"items": []}


def test_a_job_is_its_callers_alone(client: TestClient, insider: Headers, new_key: NewKey) -> None:
    address = post(client, insider).headers["location"]
    ended(client, insider, address)
    for headers in ({}, new_key(f"{REGIMES}:restricted")):
        for path in (address, f"{address}/result"):
            other = client.get(path, headers=headers)
            assert other.status_code == 404
            assert other.json()["detail"] == client.get("/jobs/x", headers=headers).json()["detail"].replace(
                "«x»", f"«{address.rsplit('/', 1)[1]}»"
            )
        assert client.delete(address, headers=headers).status_code == 404
        assert client.get("/jobs", headers=headers).json() == {"items": []}
    assert client.get(address, headers=insider).status_code == 200


def test_it_answers_over_what_its_caller_may_read(client: TestClient, new_key: NewKey) -> None:
    outsider = new_key()
    job = post(client, outsider, format="csv").json()
    told = ended(client, outsider, job["links"]["self"])
    text = client.get(told["links"]["result"], headers=outsider).text
    assert "Bộ Tài chính" in text
    assert "Mật danh" not in text
    assert post(client, outsider, f"SELECT * FROM <{SECRET_GRAPH}> {{ ?s ?p ?o }}").status_code == 403


def test_a_grant_that_has_ended_closes_the_result(client: TestClient, insider: Headers) -> None:
    address = post(client, insider).headers["location"]
    ended(client, insider, address)
    jobs: Any = client.app.state.query_jobs  # type: ignore[attr-defined]  # Starlette's application
    [job] = jobs.of(next(iter(jobs._jobs.values())).owner)
    job.graphs = (*job.graphs, "https://lienthong.gov.vn/graph/gone/restricted")
    answer = client.get(f"{address}/result", headers=insider)
    assert answer.status_code == 403
    assert "Mật danh" not in answer.text


def test_one_under_way_is_cancelled_and_one_that_has_ended_removed(
    client: TestClient, insider: Headers, place: Settings
) -> None:
    address = post(client, insider, SLOW).headers["location"]
    waiting = post(client, insider, SLOW).headers["location"]
    for one in (waiting, address):
        assert client.delete(one, headers=insider).status_code == 204
        assert client.get(one, headers=insider).json()["state"] == "cancelled"
        assert client.get(f"{one}/result", headers=insider).status_code == 409
        assert client.delete(one, headers=insider).status_code == 204
        assert client.get(one, headers=insider).status_code == 404
    assert [*(place.data_dir / "jobs").iterdir()] == []
    address = post(client, insider).headers["location"]
    assert ended(client, insider, address)["state"] == "done", "the place at the gate is free again"


def test_so_many_and_no_more(client: TestClient, insider: Headers, new_key: NewKey) -> None:
    sent = [post(client, insider).headers["location"] for _ in range(3)]
    refused = post(client, insider)
    assert refused.status_code == 503
    assert "DELETE" in refused.json()["hint"]
    assert post(client, new_key()).status_code == 202, "it is counted for each caller"
    ended(client, insider, sent[0])
    client.delete(sent[0], headers=insider)
    assert post(client, insider).status_code == 202
    assert len(client.get("/jobs", headers=insider).json()["items"]) == 3


def test_they_expire(place: Settings, insider: Headers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "SWEEP", 0.2)
    with TestClient(create_app(place.model_copy(update={"jobs_keep": 1.0}))) as client:
        address = post(client, insider).headers["location"]
        ended(client, insider, address)
        deadline = time.monotonic() + 20
        while [*(place.data_dir / "jobs").iterdir()]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert client.get(address, headers=insider).status_code == 404


def test_the_next_service_has_what_was_done_and_says_what_was_not(place: Settings, insider: Headers) -> None:
    with TestClient(create_app(place)) as first:
        done = post(first, insider, format="csv").headers["location"]
        ended(first, insider, done)
        running = post(first, insider, SLOW).headers["location"]
        queued = post(first, insider, SLOW).headers["location"]
    (place.data_dir / "jobs" / "left").mkdir()
    with TestClient(create_app(place)) as second:
        assert "Mật danh 7" in second.get(f"{done}/result", headers=insider).text
        for address in (running, queued):
            told = second.get(address, headers=insider).json()
            assert told["state"] == "failed"
            assert told["error"]["hint"]
            assert second.get(f"{address}/result", headers=insider).status_code == 503
        assert not (place.data_dir / "jobs" / "left").exists()


def test_one_of_a_service_that_was_killed(place: Settings, insider: Headers) -> None:
    with TestClient(create_app(place)) as first:
        address = post(first, insider).headers["location"]
        ended(first, insider, address)
    record = place.data_dir / "jobs" / address.rsplit("/", 1)[1] / "job.json"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace('"state": "done"', '"state": "running"'), encoding="utf-8")
    with TestClient(create_app(place)) as second:
        assert second.get(address, headers=insider).json()["state"] == "failed"
