"""What one caller may ask of the service: over HTTP, by keys and by addresses."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient

from api.allowances import caller_of
from api.app import create_app
from graph.access import ANONYMOUS, Identity
from graph.settings import Settings
from tests.access.conftest import NewKey

LIMIT = 4
VIETNAMESE, ENGLISH = {"Accept-Language": "vi"}, {"Accept-Language": "en"}


@pytest.fixture
def client(guarded: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(guarded.model_copy(update={"caller_rate": LIMIT}))) as session:
        yield session


def spent(client: TestClient, headers: dict[str, str] | None = None) -> list[httpx.Response]:
    return [client.get("/static/style.css", headers=headers) for _ in range(LIMIT)]


def test_the_rate_is_told_and_kept(client: TestClient) -> None:
    answers = spent(client)
    assert [one.status_code for one in answers] == [200] * LIMIT
    assert [one.headers["ratelimit"].split(";")[1] for one in answers] == ["r=3", "r=2", "r=1", "r=0"]
    assert answers[0].headers["ratelimit-policy"] == f'"requests";q={LIMIT};w=60'
    for language, words in ((VIETNAMESE, "yêu cầu một phút"), (ENGLISH, "requests a minute")):
        refused = client.get("/sparql", params={"query": "ASK {}"}, headers=language)
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert 1 <= int(refused.headers["retry-after"]) <= 60 / LIMIT
        assert refused.json()["type"].endswith("problem/allowance-spent")
        assert words in refused.json()["detail"]
        assert refused.headers["retry-after"] in refused.json()["hint"]
    assert client.get("/health").status_code == 200


def test_a_key_has_an_allowance_of_its_own(client: TestClient, new_key: NewKey) -> None:
    spent(client)
    first, second = new_key(), new_key()
    assert spent(client, first)[-1].status_code == 200
    assert client.get("/static/style.css", headers=first).status_code == 429
    assert client.get("/static/style.css", headers=second).status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("testclient", "", False),
    ],
)
def test_addresses_tell_callers_apart(one: str, other: str, is_same: bool) -> None:
    assert (caller_of(ANONYMOUS, one) == caller_of(ANONYMOUS, other)) is is_same


def test_a_key_is_the_same_caller_wherever_it_is() -> None:
    known = Identity("key", "key:1")
    assert caller_of(known, "10.0.0.1") == caller_of(known, "10.0.0.2") == "key:1"
