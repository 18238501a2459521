"""Queries under a known head are answered as the application answers them, and for whoever asks alone."""

import shutil
import socket
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pytest

from api.repeats.heads import Heads
from graph.settings import Settings
from graph.sparql.router import Router
from graph.stores.generations import Generations
from tests.access.conftest import SECRET_GRAPH, Looked
from tests.access.test_repeats import NOTHING, Service, ask, received, serving

COUNTS = [f"SELECT (COUNT(*) AS ?n{n}) {{ GRAPH <{SECRET_GRAPH}> {{ ?s ?p ?o }} }}" for n in range(6)]
NEW = {"date", "x-request-id", "ratelimit", "etag", "server-timing"}


def request(query: str, key: str | None = None, *, more: str = "", accept: str = "text/csv") -> bytes:
    shown = f"X-API-Key: {key}\r\n" if key else ""
    head = f"HTTP/1.1\r\nHost: t\r\nAccept: {accept}\r\n{shown}{more}\r\n"
    return f"GET /sparql?query={quote(query)} {head}".encode()


def learn(link: socket.socket, key: str | None = None, **more: str) -> None:
    """A key is remembered when it was used, and is noted as used then."""
    ask(link, request("SELECT * {}", key, **more), 4)


@pytest.fixture(scope="module")
def own(guarded: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder that these tests may change; no answer is kept."""
    folder = tmp_path_factory.mktemp("heads") / "data"
    shutil.copytree(guarded.data_dir, folder, symlinks=True)
    return guarded.model_copy(update={"data_dir": folder, "cache_mb": 0, "caller_rate": 1000})


@pytest.fixture(scope="module")
def service(own: Settings, looked: Looked) -> Iterator[Service]:
    with serving(own) as made:
        yield made


def headers(response: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


@pytest.mark.parametrize(
    "more", ["", "Accept-Encoding: gzip\r\n", "Origin: http://elsewhere\r\nConnection: keep-alive\r\n"]
)
@pytest.mark.parametrize("accept", ["text/csv", "*/*", "application/sparql-results+xml;q=0.9, text/plain"])
def test_the_response_is_what_the_application_says(
    service: Service, looked: Looked, more: str, accept: str
) -> None:
    """Small and large enough to be packed; the order of headers alone may be another."""
    _, key = service.key()
    link = service.connect()
    for limit in (1, 30):
        query = f"SELECT ?s ?p ?o {{ ?s ?p ?o }} ORDER BY ?s ?p ?o LIMIT {limit}"
        learn(link, key, more=more, accept=accept)
        [(first, body)] = ask(link, request(query, key, more=more, accept=accept))
        assert looked[-1]
        # `timeout` is read by the application.
        sent = request(query, key, more=more, accept=accept).replace(b" HTTP", b"&timeout=30 HTTP", 1)
        [(full, same)] = ask(link, sent)
        assert body == same
        told, expected = headers(first), headers(full)
        vary = {one.strip() for one in told.pop("vary").split(",")}
        assert vary == {one.strip() for one in expected.pop("vary").split(",")} | {"Accept-Encoding"}
        assert told["etag"] == expected["etag"]
        assert {n: v for n, v in told.items() if n not in NEW} == {
            n: v for n, v in expected.items() if n not in NEW
        }
        assert set(told) == set(expected)


def test_who_shows_another_key_or_none_is_answered_for_himself(service: Service, looked: Looked) -> None:
    _, key = service.key()
    link = service.connect()
    learn(link), learn(link, key)
    for query in COUNTS:
        assert ask(link, request(query, key))[0][1].split()[1] != b"0"
        assert ask(link, request(query))[0][1].split()[1] == b"0", "nobody sees what the key opens"
    assert looked[-2:] == [True, True]


def test_what_is_found_at_once_is_of_what_its_caller_may_see(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a worker, and whatever is known of the query: a key that opens it, one that does not, none."""
    found: list[bool] = []
    at_once = Heads.answer_at_once

    def noted(self: Heads, *given: object) -> bytes | None:
        response = at_once(self, *given)  # type: ignore[arg-type]  # as it was called
        found.append(response is not None)
        return response

    monkeypatch.setattr(Heads, "answer_at_once", noted)
    monkeypatch.setattr(Router, "is_exact_in_oxigraph", lambda *_: True)
    _, opening = service.key()
    _, without_grants = service.keys.create("thử", "thử", [], timedelta(days=1))
    other = without_grants.text
    link = service.connect()
    learn(link, opening), learn(link, other), learn(link)
    queries = [f'SELECT (COUNT(*) AS ?n{n}) {{ ?s ?p "BC-901" }}' for n in range(40)]
    for query in queries:
        told = [ask(link, request(query, key))[0][1].split()[1] for key in (opening, other, None)]
        assert told[0] != b"0"
        assert told[1:] == [b"0", b"0"]
    assert found[-3:] == [True, True, True]


@pytest.mark.parametrize("ending", ["revoked", "replaced"])
def test_a_key_that_ended_is_refused_at_once(service: Service, looked: Looked, ending: str) -> None:
    name, key = service.key()
    link = service.connect()
    learn(link, key)
    ask(link, request(COUNTS[1], key))
    assert looked[-1]
    if ending == "revoked":
        service.keys.revoke(name)
    else:
        service.keys.rotate(name, timedelta(0))
    [(response, _)] = ask(link, request(COUNTS[2], key))
    assert (response.status, looked[-1]) == (401, False)


def test_a_graph_that_may_not_be_read_is_refused_as_ever(service: Service) -> None:
    link = service.connect()
    learn(link)
    query = f"SELECT * FROM <{SECRET_GRAPH}> {{ ?s ?p ?o }}"
    [(response, body)] = ask(link, request(query))
    assert response.status == 403
    assert b"graph-not-permitted" in body


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * { ?s ?p ", 400),
        ("SELECT * { ?s ?p ?o FILTER(STRSTARTS(?o } )", 400),
        ("SELECT (1/ AS ?x) {}", 400),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1", 406),
        ("SELECT * { SERVICE <http://t/> { ?s ?p ?o } }", 400),
    ],
)
def test_what_has_no_answer_is_told_by_the_application(service: Service, query: str, status: int) -> None:
    link = service.connect()
    learn(link)
    for number in range(3):
        [(response, body)] = ask(link, request(f"{query} #{number}"))
        assert response.status == status, body
        assert headers(response)["content-type"] == "application/problem+json"
    assert ask(link, request("SELECT * {} LIMIT 2"))[0][0].status == 200, "the connection goes on"


def test_what_comes_behind_a_look_up_is_answered_after_it(service: Service, looked: Looked) -> None:
    link = service.connect()
    learn(link)
    count = len(looked)
    link.sendall(request("SELECT (1 AS ?n) {}"))
    link.sendall(request("SELECT (2 AS ?n) {}") + request("SELECT (3 AS ?n) {}")[:9])
    link.sendall(request("SELECT (3 AS ?n) {}")[9:])
    told = b""
    while told.count(b"HTTP/1.1 200 OK") < 3 or not told.endswith(b"n\r\n3\r\n"):
        told += link.recv(65536)
    assert told.index(b"n\r\n1\r\n") < told.index(b"n\r\n2\r\n") < told.index(b"n\r\n3\r\n")
    assert looked[count]


def test_an_allowance_is_spent_once_for_each(own: Settings, looked: Looked) -> None:
    with serving(own.model_copy(update={"caller_rate": 10})) as service:
        link = service.connect()
        sent = [request(f"SELECT ({n} AS ?n) {{}}") for n in range(5)]
        wrong = [request(f"SELECT ({n}/ AS ?n) {{}}") for n in range(5)]
        answers = [ask(link, one)[0][0] for one in (*sent, *wrong, *sent)]
        # On a slow machine there may be more of it again meanwhile.
        assert [one.status for one in answers[:10]] == [200] * 5 + [400] * 5
        assert 429 in [one.status for one in answers[10:]]


def test_another_generation_is_asked_at_once(service: Service, looked: Looked) -> None:
    link = service.connect()
    learn(link)
    [(before, _)] = ask(link, request("SELECT (2 AS ?n) {}"))
    old = Generations(Path(service.data)).rollback()
    [(after, _)] = ask(link, request("SELECT (3 AS ?n) {}"))
    assert looked[-1]
    assert headers(after)["lienthong-generation"] == old.id != headers(before)["lienthong-generation"]


def test_a_caller_who_leaves_ends_the_query(service: Service, looked: Looked) -> None:
    """It would take days; the next ones find a worker free."""
    link = service.connect()
    learn(link)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?q ?o . ?r ?t ?u }"
    for number in range(4):
        leaving = service.connect()
        leaving.sendall(request(f"{endless} #{number}"))
        leaving.close()
    assert looked[-1]
    link.sendall(request(COUNTS[5]))
    assert received(link)[1].split() == [b"n5", NOTHING.split()[1]]
