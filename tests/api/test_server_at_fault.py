"""What callers are told of a server that does not answer as it should: what is wrong, and nothing it said."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from graph.columns import Builder, TextQuad
from graph.errors import SettingError
from graph.settings import Settings
from graph.stores.generations import Generations
from graph.stores.http.loaded import ABSENT, Held, Loaded
from graph.stores.http.server import Server

OPEN, HIDDEN = "http://t/graph/a/open", "http://t/graph/a/restricted"
SECRETS = ("s3cret", "robot", "127.0.0.1", "version=1", "mật")
RESULTS = "application/sparql-results+json"
ROWS = {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "http://t/x"}}]}}


@dataclass(slots=True)
class Fake:
    """Answers every query in the same way, and keeps what it was asked."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": RESULTS})
    body: bytes = json.dumps(ROWS).encode()
    promised: int | None = None
    delay: float = 0.0
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)


def handler_of(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fake.asked.append(parse_qs(body))
            if fake.delay:
                self.connection.settimeout(fake.delay)
                if self.connection.recv(1) == b"":
                    fake.left.set()
                return
            self.send_response(fake.status)
            length = len(fake.body) if fake.promised is None else fake.promised
            for name, value in {**fake.headers, "Content-Length": str(length)}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(fake.body)
            self.close_connection = fake.promised is not None

        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_DELETE(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Answers


@pytest.fixture(scope="module")
def fake() -> Iterator[tuple[Fake, int]]:
    fake = Fake()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler_of(fake)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield fake, server.server_port
        server.shutdown()


def published(folder: Path, server: Server) -> Settings:
    made = folder / "version"
    with Builder(made / "columns.duckdb", memory_mb=256, threads=1) as builder:
        builder.stage(TextQuad("http://t/x", "http://t/p", "http://t/o", None, None, g) for g in (OPEN,))
        builder.stage([TextQuad("http://t/y", "http://t/p", "mật", None, None, HIDDEN)])
        builder.finish()
    generation = Generations(folder / "data", memory_mb=256, threads=1).publish({"a": made})
    names = {graph: Held(f"{graph}?version=1", 1) for graph in (OPEN, HIDDEN)}
    Loaded(names).dump(generation.path / server.record)
    return Settings(
        data_dir=folder / "data",
        store=server.queries,
        store_graphs=server.graphs,
        store_credentials=SecretStr(server.credentials),
        workers=1,
        query_timeout=8,
        query_memory_mb=1024,
        cache_mb=0,
        caller_rate=0,
    )


@pytest.fixture(scope="module")
def client(fake: tuple[Fake, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    address = f"http://127.0.0.1:{fake[1]}"
    chosen = published(
        tmp_path_factory.mktemp("fake"), Server(f"{address}/q", f"{address}/g", "robot:s3cret")
    )
    with TestClient(create_app(chosen)) as session:
        yield session


QUERY = "SELECT ?s { ?s ?p ?o }"


def ask(client: TestClient, query: str = QUERY, **parameters: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query, **parameters}, headers={"Accept-Language": "en"})


@pytest.fixture
def server(fake: tuple[Fake, int]) -> Iterator[Fake]:
    """The server as it is when nothing is wrong with it."""
    found = fake[0]
    sound = Fake()
    yield found
    for name in ("status", "headers", "body", "promised", "delay"):
        setattr(found, name, getattr(sound, name))


def test_what_is_right_is_answered(client: TestClient, server: Fake) -> None:
    answer = ask(client, format="json")
    assert answer.json() == ROWS
    assert answer.headers["lienthong-engine"] == "server"
    assert ask(client, format="csv").text.split() == ["s", "http://t/x"]
    assert ask(client, explain="true").json()["engine"] == "server"
    assert client.get("/ready").status_code == 200


@pytest.mark.parametrize(
    ("query", "default", "named"),
    [
        (QUERY, [f"{OPEN}?version=1"], [f"{OPEN}?version=1", ABSENT]),
        (f"SELECT ?s FROM <{OPEN}> {{ ?s ?p ?o }}", [f"{OPEN}?version=1"], [ABSENT]),
        (f"SELECT ?s FROM NAMED <{OPEN}> {{ ?s ?p ?o }}", [ABSENT], [f"{OPEN}?version=1", ABSENT]),
    ],
)
def test_a_dataset_is_always_sent(
    client: TestClient, server: Fake, query: str, default: list[str], named: list[str]
) -> None:
    server.asked.clear()
    assert ask(client, query).status_code == 200
    (sent,) = server.asked
    assert (sent["default-graph-uri"], sent["named-graph-uri"]) == (default, named)
    assert "FROM" not in sent["query"][0]


def test_a_graph_that_may_not_be_read_is_not_even_asked_for(client: TestClient, server: Fake) -> None:
    server.asked.clear()
    answers = [ask(client, f"ASK FROM <{graph}> {{}}") for graph in (HIDDEN, "http://t/graph/none/open")]
    assert [one.status_code for one in answers] == [403, 403]
    assert not server.asked


@pytest.mark.parametrize(
    ("how", "status", "kind"),
    [
        ({"status": 400, "body": "mật ở 127.0.0.1".encode()}, 400, "query"),
        ({"status": 401}, 503, "server-refused"),
        ({"status": 403}, 503, "server-refused"),
        ({"status": 404}, 503, "server-refused"),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1/elsewhere"}}, 503, "server-refused"),
        ({"status": 500, "body": "mật ở 127.0.0.1".encode()}, 503, "server-failed"),
        ({"status": 503}, 503, "server-unreachable"),
        ({"status": 429}, 503, "server-unreachable"),
        ({"promised": 10_000}, 503, "server-failed"),
        ({"body": json.dumps(ROWS).encode()[:-5]}, 503, "server-failed"),
        ({"body": b'{"boolean": true}'}, 503, "server-failed"),
        ({"body": b"<html>mat</html>", "headers": {"Content-Type": "text/html"}}, 503, "server-failed"),
        ({"headers": {"Content-Type": RESULTS, "X-SQL-State": "S1TAT"}}, 503, "server-failed"),
        ({"headers": {"Content-Type": RESULTS, "X-SPARQL-MaxRows": "1"}}, 422, "result-too-large"),
    ],
)
def test_faults_are_told_apart(
    client: TestClient, server: Fake, how: dict[str, object], status: int, kind: str
) -> None:
    for name, value in how.items():
        setattr(server, name, value)
    answer = ask(client)
    problem = answer.json()
    assert (answer.status_code, problem["type"].rsplit("/", 1)[-1]) == (status, kind), problem
    assert problem["title"]
    assert problem["hint"]
    assert not [one for one in SECRETS if one in answer.text]


def test_a_deadline_closes_the_connection(client: TestClient, server: Fake) -> None:
    server.delay = 20.0
    server.left.clear()
    began = time.monotonic()
    answer = ask(client, timeout="0.5")
    assert answer.status_code == 504
    assert time.monotonic() - began < 5
    assert server.left.wait(5)


def test_a_server_that_is_down_is_told(tmp_path: Path) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with TestClient(create_app(published(tmp_path, Server(address, address, "robot:s3cret")))) as client:
            answer = ask(client)
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("/server-unreachable")
    assert int(answer.headers["retry-after"]) > 0
    assert not [one for one in SECRETS if one in answer.text]


def test_a_server_that_answers_from_all_graphs_is_not_used(fake: tuple[Fake, int], tmp_path: Path) -> None:
    """As those do that ignore the dataset of a request."""
    address = f"http://127.0.0.1:{fake[1]}"
    made = tmp_path / "version"
    with Builder(made / "columns.duckdb", memory_mb=256, threads=1) as builder:
        builder.stage([TextQuad("http://t/x", "http://t/p", "http://t/o", None, None, OPEN)])
        builder.finish()
    generations = Generations(tmp_path / "data", memory_mb=256, threads=1, server=Server(address, address))
    with pytest.raises(SettingError, match="LIENTHONG_STORE"):
        generations.publish({"a": made})
    assert generations.current() is None
