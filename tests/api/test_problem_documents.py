"""Every error is one problem document (RFC 9457), and tells the caller nothing of the machine."""

import asyncio
import inspect
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api import errors
from api.request_log import RequestId
from graph import errors as domain
from graph.errors import LienthongError, OntologyError, Place, QueryError
from graph.settings import Settings
from graph.text import Text

EVERY = [kind for _, kind in inspect.getmembers(domain, inspect.isclass) if issubclass(kind, LienthongError)]


def answer_to(error: Exception) -> httpx.Response:
    app = FastAPI()
    app.state.settings = Settings()
    app.add_middleware(RequestId)
    errors.register(app)

    @app.get("/")
    async def fail() -> None:
        raise error

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            return await client.get("/", headers={"Accept-Language": "en"})

    return asyncio.run(ask())


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_that_says_who_acts_next(kind: type[LienthongError]) -> None:
    status = errors.kind_of(kind).status
    if kind is domain.AllowanceSpentError:
        assert status == 429, "the caller, in a while"
    elif issubclass(kind, domain.RequestError | domain.AccessError):
        assert 400 <= status < 500
    elif issubclass(kind, domain.TryAgainError):
        assert status in (503, 504)
    else:
        assert status == 500


def test_message_hint_and_place_are_told_but_no_file() -> None:
    place = Place(file="/srv/data/secret.ttl", line=3, column="7", value="x")
    document = answer_to(QueryError(Text("sai", "wrong"), hint=Text("sửa", "mend"), place=place)).json()
    assert (document["detail"], document["hint"]) == ("wrong", "mend")
    assert document["place"] == {"line": 3, "column": "7", "value": "x"}
    assert "/srv" not in str(document)


def test_faults_of_the_service_are_logged_not_told(caplog: pytest.LogCaptureFixture) -> None:
    response = answer_to(OntologyError(Text("hỏng /srv/data", "broken /srv/data"), place=Place(file="/srv")))
    assert response.status_code == 500
    assert "/srv" not in response.text
    assert response.json()["requestId"] in caplog.text
    assert "/srv/data" in caplog.text


def test_unexpected_exceptions(caplog: pytest.LogCaptureFixture) -> None:
    response = answer_to(ZeroDivisionError(str(Path("/srv/data"))))
    document = response.json()
    assert (response.status_code, document["status"]) == (500, 500)
    assert response.headers["content-type"] == "application/problem+json"
    assert document["requestId"] == response.headers["x-request-id"]
    assert document["requestId"] in caplog.text
    assert "/srv" not in response.text
    assert "ZeroDivisionError" not in response.text
