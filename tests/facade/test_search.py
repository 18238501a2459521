"""`/api/v1/search` and `/search`."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from graph.settings import Settings
from graph.stores.generations import Generations
from tests.facade.conftest import OPEN, SHARED

SEARCH = "/api/v1/search"


def search(client: TestClient, q: str, **other: Any) -> dict[str, Any]:
    answer = client.get(SEARCH, params={"q": q, **other})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_hit_says_what_it_is_and_where_it_is_described(client: TestClient) -> None:
    hit = search(client, "thanh pho ha noi")["items"][0]
    assert hit["label"]["vi"] == "Thành phố Hà Nội"
    assert hit["href"] == "/api/v1/units/2025-01-01/01"
    assert client.get(hit["href"]).json()["id"] == hit["id"]
    assert "https://lienthong.gov.vn/ont/place#Province" in [one["id"] for one in hit["type"]]
    assert hit["dataset"] == ["small"]


@pytest.mark.parametrize("q", ["xa so 7", "Xã số 7", "XÃ  SỐ 7", "so 7", "7 xã"])
def test_marks_case_and_order_do_not_matter(client: TestClient, q: str) -> None:
    assert search(client, q)["items"][0]["label"]["vi"] == "Xã số 7"


def test_by_code(client: TestClient) -> None:
    [hit] = search(client, "20007")["items"]
    assert (hit["label"]["vi"], hit["matched"]) == ("Xã số 7", "20007")


def test_pages_hold_every_hit_once(client: TestClient) -> None:
    whole = search(client, "xa so", limit=100)["items"]
    assert len(whole) == 60
    at, seen = f"{SEARCH}?q=xa+so&limit=7", []
    while at:
        answer = client.get(at)
        seen += answer.json()["items"]
        at = answer.json()["links"].get("next")
        assert ("next" in answer.links) is (at is not None)
    assert seen == whole


def test_hits_are_counted_where_that_is_asked(client: TestClient) -> None:
    found = search(client, "xa so", count="true", limit=1)
    assert found["total"] == 60
    assert found["counts"]["type"]["https://lienthong.gov.vn/ont/place#Commune"] == 60
    assert found["counts"]["dataset"] == {"small": 60}
    assert "total" not in search(client, "xa so")


def test_by_type_and_data_set(client: TestClient) -> None:
    assert search(client, "xa so", type="units", count="true")["total"] == 60
    assert search(client, "xa so", type="ont/place#AdministrativeUnit", count="true")["total"] == 60
    assert search(client, "xa so", type="ont/place#Province", count="true")["total"] == 0
    assert search(client, "xa so", dataset="other", count="true")["total"] == 0


@pytest.mark.parametrize(
    ("given", "column", "hint"),
    [
        ({"q": "x"}, "q", "ha noi"),
        ({}, "q", "ha noi"),
        ({"q": "xa", "type": "hamlets"}, None, "units"),
        ({"q": "xa", "limit": "101"}, None, "100"),
        ({"q": "xa", "cursor": "WzFd"}, None, "links.next"),
        ({"q": "xa", "count": "yes"}, None, "true"),
        ({"q": "x" * 201}, None, "200"),
        ({"q": "xa", "colour": "red"}, "colour", "dataset"),
    ],
)
def test_what_cannot_be_asked(
    client: TestClient, given: dict[str, str], column: str | None, hint: str
) -> None:
    answer = client.get(SEARCH, params=given)
    assert answer.status_code == 400
    assert hint in answer.json()["hint"]
    assert answer.json().get("place", {}).get("column") == column


def test_what_the_caller_has_is_not_sent_again(client: TestClient) -> None:
    tag = client.get(f"{SEARCH}?q=xa").headers["etag"]
    assert client.get(f"{SEARCH}?q=xa", headers={"If-None-Match": tag}).status_code == 304
    assert client.head(f"{SEARCH}?q=xa").headers["etag"] == tag
    assert client.get(f"{SEARCH}?q=so", headers={"If-None-Match": tag}).status_code == 200


def test_only_what_may_be_seen(client: TestClient, may_see: dict[str, frozenset[str]]) -> None:
    may_see["graphs"] = frozenset({OPEN})
    assert search(client, "chi de chia se", count="true") | {"links": 0, "generation": 0} == {
        "items": [],
        "total": 0,
        "counts": {"type": {}, "dataset": {}},
        "links": 0,
        "generation": 0,
    }
    may_see["graphs"] = frozenset({OPEN, SHARED})
    assert search(client, "chi de chia se")["items"][0]["label"]["vi"] == "Cơ quan chỉ để chia sẻ"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/search?lang=en", "With or without Vietnamese marks"),
        ("/search?q=x&lang=en", "at least two letters"),
        ("/search?q=qwerty&lang=en", "“qwerty” was not found in what you may see."),
        ("/search?q=qwerty", "Không tìm thấy «qwerty»"),
        ("/search?q=xa+so&lang=en", "60 results for “xa so”"),
        ("/search?q=xa+so&lang=en", '<a href="/id/unit/2025-07-01/20000?lang=en" lang="vi">Xã số 0</a>'),
        ("/search?q=xa+so&type=units&lang=en", "Remove filters"),
        ("/search?q=xa+so&type=hamlets&lang=en", "cannot be used"),
        ("/search?q=%3Cscript%3Ealert", "&lt;script&gt;alert"),
        ("/", 'href="/search"'),
    ],
)
def test_the_page(client: TestClient, address: str, shown: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert shown in answer.text


def test_the_page_can_be_used_without_seeing_it(client: TestClient) -> None:
    page = client.get("/search?q=xa+so&lang=en").text
    assert '<label for="q">' in page
    assert 'role="status"' in page
    assert 'aria-describedby="q-hint"' in page
    assert '<a rel="next"' in page
    assert '<nav aria-label="By type">' in page


def test_a_generation_of_an_earlier_release(small: Settings, tmp_path: Path) -> None:
    data = tmp_path / "data"
    versions = {"small": small.data_dir.parent / "version"}
    generation = Generations(data).publish(versions)
    generation.search.unlink()
    with TestClient(create_app(small.model_copy(update={"data_dir": data}))) as client:
        answer = client.get(f"{SEARCH}?q=xa+so")
        assert answer.status_code == 503
        assert "lienthong ingest" in answer.json()["hint"]
        assert "lienthong ingest" in client.get("/search?q=xa+so").text
        Generations(data).publish(versions)
        assert search(client, "xa so")["items"], "the next generation is searched at once"


def test_before_anything_is_published(small: Settings, tmp_path: Path) -> None:
    with TestClient(create_app(small.model_copy(update={"data_dir": tmp_path}))) as client:
        assert client.get(f"{SEARCH}?q=xa+so").status_code == 503
        assert client.get("/search?q=xa+so").status_code == 200
