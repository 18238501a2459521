"""Resources under a known head are answered as the application answers them, and for whoever asks alone."""

import shutil
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from graph.settings import Settings
from graph.stores.generations import Generations
from tests.access.conftest import Looked
from tests.access.test_heads import NEW, headers
from tests.access.test_repeats import Service, ask, serving

SECRET = "/api/v1/report-regimes/BC-{}"
MINISTRIES = tuple(f"/api/v1/agencies/2025-03-01/{name}" for name in ("mof", "moj"))


def request(path: str, key: str | None = None, *, more: str = "", accept: str = "*/*") -> bytes:
    shown = f"X-API-Key: {key}\r\n" if key else ""
    return f"GET {path} HTTP/1.1\r\nHost: t\r\nAccept: {accept}\r\n{shown}{more}\r\n".encode()


def learn(link: socket.socket, path: str, key: str | None = None, **more: str) -> None:
    """A key is remembered when it was used, and is noted as used then."""
    ask(link, request(path, key, **more), 4)


@pytest.fixture(scope="module")
def service(guarded: Settings, looked: Looked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A data folder that these tests may change; no answer is kept."""
    folder = tmp_path_factory.mktemp("heads") / "data"
    shutil.copytree(guarded.data_dir, folder, symlinks=True)
    with serving(guarded.model_copy(update={"data_dir": folder, "cache_mb": 0, "caller_rate": 1000})) as made:
        yield made


@pytest.mark.parametrize("more", ["", "Accept-Encoding: gzip\r\n", "Origin: http://elsewhere\r\n"])
@pytest.mark.parametrize("asked", ["", "?fields=name,code", "?lang=en&format=jsonld", "?format=csv"])
@pytest.mark.parametrize("accept", ["*/*", "text/turtle;q=0.9, application/ld+json"])
def test_the_response_is_what_the_application_says(
    service: Service, looked: Looked, asked: str, accept: str, more: str
) -> None:
    """Small and large enough to be packed."""
    link = service.connect()
    _, key = service.key()
    learn(link, SECRET.format(901) + asked, key, more=more, accept=accept)
    path = SECRET.format(902) + asked
    [(first, body)] = ask(link, request(path, key, more=more, accept=accept))
    assert looked[-1]
    # Who numbers his requests is answered by the application.
    [(full, same)] = ask(link, request(path, key, more=f"{more}X-Request-Id: 1\r\n", accept=accept))
    assert not looked[-1]
    assert body == same
    told, expected = headers(first), headers(full)
    vary = {one.strip() for one in told.pop("vary").split(",")}
    assert vary == {one.strip() for one in expected.pop("vary").split(",")} | {"Accept-Encoding"}
    new = NEW - {"etag"}
    assert {n: v for n, v in told.items() if n not in new} == {
        n: v for n, v in expected.items() if n not in new
    }
    assert set(told) == set(expected)


def test_who_shows_another_key_or_none_is_answered_for_himself(service: Service, looked: Looked) -> None:
    _, key = service.key()
    link = service.connect()
    learn(link, MINISTRIES[0])
    learn(link, SECRET.format(901), key)
    [(mine, body)] = ask(link, request(SECRET.format(903), key))
    assert looked[-1]
    assert (mine.status, "Mật danh 3" in body.decode()) == (200, True)
    for number in range(3, 8):
        [(response, told)] = ask(link, request(SECRET.format(900 + number)))
        assert response.status == 404, "nobody sees what the key opens"
        assert "Mật" not in told.decode()


def test_what_there_is_not_is_told_by_the_application(service: Service) -> None:
    """In the same words as what may not be seen."""
    link = service.connect()
    learn(link, MINISTRIES[0])
    [(response, body)] = ask(link, request("/api/v1/agencies/2025-03-01/none"))
    assert response.status == 404
    assert headers(response)["content-type"] == "application/problem+json"
    assert b"none" in body
    [(response, _)] = ask(link, request(f"{MINISTRIES[1]}?fields=nothing"))
    assert response.status == 400
    assert ask(link, request(MINISTRIES[1]))[0][0].status == 200, "the connection goes on"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/agencies/2025-03-01/moj?asOf=2999-01-01",
        "/api/v1/agencies/2025-03-01/m%6Fj",
        "/api/v1/agencies?limit=1",
        "/api/v1/timemaps/agencies/2025-03-01/moj",
    ],
)
def test_whatever_else_is_asked_is_read_by_the_application(
    service: Service, looked: Looked, path: str
) -> None:
    link = service.connect()
    for _ in range(3):
        [(response, _)] = ask(link, request(path))
        assert response.status == 200
    assert not any(looked[-3:])


def test_a_moment_in_a_header_is_no_head(service: Service, looked: Looked) -> None:
    link = service.connect()
    more = "Accept-Datetime: Fri, 31 Dec 2999 23:59:59 GMT\r\n"
    for path in (*MINISTRIES, *MINISTRIES):
        [(response, _)] = ask(link, request(path, more=more))
        assert "memento-datetime" in headers(response)
    assert not any(looked[-4:])


@pytest.mark.parametrize("ending", ["revoked", "replaced"])
def test_a_key_that_ended_is_refused_at_once(service: Service, looked: Looked, ending: str) -> None:
    name, key = service.key()
    link = service.connect()
    learn(link, SECRET.format(901), key)
    ask(link, request(SECRET.format(902), key))
    assert looked[-1]
    if ending == "revoked":
        service.keys.revoke(name)
    else:
        service.keys.rotate(name, timedelta(0))
    [(response, _)] = ask(link, request(SECRET.format(903), key))
    assert (response.status, looked[-1]) == (401, False)


def test_another_generation_is_asked_at_once(service: Service, looked: Looked) -> None:
    link = service.connect()
    learn(link, MINISTRIES[0])
    [(before, _)] = ask(link, request(MINISTRIES[1]))
    old = Generations(Path(service.data)).rollback()
    [(after, _)] = ask(link, request(MINISTRIES[1]))
    assert looked[-2:] == [True, True]
    told = headers(before), headers(after)
    assert told[1]["lienthong-generation"] == old.id != told[0]["lienthong-generation"]
    assert told[0]["etag"] != told[1]["etag"]


def test_those_asked_for_at_once_are_each_told_their_own(service: Service) -> None:
    """While one is read others come: they are read together."""
    _, key = service.key()
    first = service.connect()
    learn(first, SECRET.format(901), key)
    links = [service.connect() for _ in range(20)]
    for _ in range(3):
        for number, link in enumerate(links, 1):
            link.sendall(request(SECRET.format(900 + number), key))
        for number, link in enumerate(links, 1):
            [(response, body)] = ask(link, b"", 1)
            assert response.status == 200
            assert f'"code":"BC-{900 + number}"' in body.decode()
