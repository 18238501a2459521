"""The same request again is answered from memory, but not when anything that decided it is another."""

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn

from api.app import create_app
from api.repeats.protocol import RepeatingProtocol
from api.repeats.repeats import Repeats
from graph.access import parse_grant
from graph.registry import Keys, Registry
from graph.settings import Settings
from graph.stores.generations import Generations
from tests.access.conftest import SECRET_GRAPH
from tests.quality.conftest import REGIMES

GRANT = parse_grant(f"{REGIMES}:restricted")
COUNT = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{SECRET_GRAPH}> {{ ?s ?p ?o }} }}"
NOTHING = b"n\r\n0\r\n"


@dataclass
class Service:
    """A real server; `repeated` has each look into the memory: whether there was a response."""

    port: int
    repeated: list[bool]
    keys: Keys
    data: Path
    open: list[socket.socket] = field(default_factory=list)

    def connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.open.append(made)
        return made

    def key(self, **lifetime: float) -> tuple[str, str]:
        """The id and the text of a new one."""
        made, shown = self.keys.create("thử", "thử", [GRANT], timedelta(**(lifetime or {"days": 1})))
        return made.id, shown.text


def request(key: str | None = None, *, more: str = "", version: str = "1.1", query: str = COUNT) -> bytes:
    shown = f"X-API-Key: {key}\r\n" if key else ""
    address = f"/sparql?format=csv&query={quote(query)}"
    return f"GET {address} HTTP/{version}\r\nHost: t\r\n{shown}{more}\r\n".encode()


def received(link: socket.socket) -> tuple[HTTPResponse, bytes]:
    response = HTTPResponse(link, method="GET")
    response.begin()
    return response, response.read()


def ask(link: socket.socket, sent: bytes, times: int = 1) -> list[tuple[HTTPResponse, bytes]]:
    answers = []
    for _ in range(times):
        link.sendall(sent)
        answers.append(received(link))
    return answers


@contextmanager
def serving(chosen: Settings) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        yield from watched(chosen, patch)


def watched(chosen: Settings, patch: pytest.MonkeyPatch) -> Iterator[Service]:
    repeated: list[bool] = []
    looked_up = Repeats.response

    def noted(self: Repeats, *given: object) -> bytes | None:
        response = looked_up(self, *given)  # type: ignore[arg-type]  # as it was called
        repeated.append(response is not None)
        return response

    patch.setattr(Repeats, "response", noted)
    server = uvicorn.Server(
        uvicorn.Config(create_app(chosen), port=0, http=RepeatingProtocol, log_level="warning")
    )
    thread = threading.Thread(target=asyncio.run, args=(server.serve(),), daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    registry = Registry(chosen.data_dir)
    [listening] = server.servers[0].sockets
    service = Service(listening.getsockname()[1], repeated, Keys(registry), chosen.data_dir)
    try:
        yield service
    finally:
        for one in service.open:
            one.close()
        server.should_exit = True
        thread.join(timeout=20)
        registry.close()


@pytest.fixture(scope="module")
def own(guarded: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder that these tests may change."""
    folder = tmp_path_factory.mktemp("repeats") / "data"
    shutil.copytree(guarded.data_dir, folder, symlinks=True)
    # Ten a second: what one request spends is not there again when a slow machine comes to the next.
    return guarded.model_copy(update={"data_dir": folder, "caller_rate": 600})


@pytest.fixture(scope="module")
def service(own: Settings) -> Iterator[Service]:
    with serving(own) as made:
        yield made


def test_it_is_the_same_response_with_what_is_new(service: Service) -> None:
    _, key = service.key()
    link = service.connect()
    answers = ask(link, request(key), 6)
    assert service.repeated[-2:] == [True, True]
    assert len({body for _, body in answers}) == 1
    assert answers[0][1] != NOTHING
    told = [dict(response.getheaders()) for response, _ in answers]
    assert len({one["x-request-id"] for one in told}) == 6
    left = [int(one["ratelimit"].split("r=")[1].split(";")[0]) for one in told]
    assert left[0] > left[-1]
    new = {"age", "date", "x-request-id", "ratelimit"}
    same = [{name: value for name, value in one.items() if name not in new} for one in told]
    assert same[-1] == same[-2] == same[-3]
    assert set(told[-1]) == set(told[-3])
    assert told[-1]["cache-status"] == "Lienthong; hit"


def test_who_shows_another_key_or_none_is_answered_for_himself(service: Service) -> None:
    link = service.connect()
    assert ask(link, request(), 4)[-1][1] == NOTHING
    assert ask(link, request(service.key()[1]), 4)[-1][1] != NOTHING
    assert ask(link, request())[0][1] == NOTHING
    assert service.repeated[-1]


@pytest.mark.parametrize("ending", ["revoked", "replaced", "expired"])
def test_a_key_that_ended_is_refused_at_once(service: Service, ending: str) -> None:
    name, key = service.key(**({"seconds": 6} if ending == "expired" else {}))
    ends = time.monotonic() + 6
    link = service.connect()
    ask(link, request(key), 6)
    assert service.repeated[-1]
    if ending == "revoked":
        service.keys.revoke(name)
    elif ending == "replaced":
        service.keys.rotate(name, timedelta(0))
    else:
        time.sleep(max(0.0, ends - time.monotonic()))
    [(response, _)] = ask(service.connect(), request(key))
    assert response.status == 401


def test_requests_in_pieces_and_several_at_once_are_read_as_usual(service: Service) -> None:
    _, key = service.key()
    link, sent = service.connect(), request(key)
    expected = ask(link, sent, 5)[-1][1]
    looks = len(service.repeated)
    link.sendall(sent + sent)
    both = b""
    while both.count(b"HTTP/1.1 200 OK") < 2 or not both.endswith(expected):
        both += link.recv(65536)
    assert both.count(b"\r\n\r\n" + expected) == 2
    assert not any(service.repeated[looks:])
    for cut in (3, len(sent) - 4, len(sent) - 1):
        link.sendall(sent[:cut])
        time.sleep(0.05)
        link.sendall(sent[cut:])
        # A server that is busy may find both pieces at once.
        assert received(link)[1] == expected
    assert ask(link, sent)[0][1] == expected
    assert service.repeated[-1]


@pytest.mark.parametrize(
    "asked",
    [{"more": "X-Request-Id: mine\r\n"}, {"more": "Connection: close\r\n"}, {"version": "1.0"}],
    ids=str,
)
def test_what_asks_for_something_of_its_own_is_answered_each_time(
    service: Service, asked: dict[str, str]
) -> None:
    looks = len(service.repeated)
    for _ in range(4):
        link = service.connect()
        [(response, body)] = ask(link, request(**asked))  # type: ignore[arg-type]  # as named
        assert (response.status, body) == (200, NOTHING)
        if "Request" in asked.get("more", ""):
            assert response.headers["x-request-id"] == "mine"
        else:
            assert link.recv(1) == b"", "the connection is closed"
    assert not any(service.repeated[looks:])


def test_an_allowance_is_spent(own: Settings) -> None:
    with serving(own.model_copy(update={"caller_rate": 8})) as service:
        answers = ask(service.connect(), request(), 10)
        assert [response.status for response, _ in answers] == [200] * 8 + [429] * 2
        assert any(service.repeated)


def test_another_generation_is_seen_at_once(service: Service) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    link = service.connect()
    before = ask(link, request(query=query), 5)
    assert service.repeated[-1]
    old = Generations(service.data).rollback()
    [(response, body)] = ask(link, request(query=query))
    assert response.headers["lienthong-generation"] == old.id
    assert response.headers["lienthong-generation"] != before[-1][0].headers["lienthong-generation"]
    assert ask(link, request(query=query), 3)[-1][1] == body
