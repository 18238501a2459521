"""Answers are kept by what decides them, and not without bound."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.facade import kept
from api.facade.kept import Kept, Written
from graph.settings import Settings

OPEN, SHARED = (f"https://lienthong.gov.vn/graph/small/{access}" for access in ("open", "shared"))


def test_an_answer_of_one_caller_is_not_given_to_another(
    client: TestClient, may_see: dict[str, frozenset[str]]
) -> None:
    path = "/api/v1/units/2025-07-01/00008?fields=shortName,code"
    for _ in range(2):
        may_see["graphs"] = frozenset([OPEN, SHARED])
        assert client.get(path).json()["shortName"] == {"vi": "Tên chia sẻ"}
        may_see["graphs"] = frozenset([OPEN])
        assert client.get(path).json()["shortName"] is None
        may_see["graphs"] = frozenset()
        assert client.get(path).status_code == 404


def test_an_answer_is_given_again_with_its_headers(client: TestClient) -> None:
    first, again = (client.get("/api/v1/units?limit=3&sort=-code&count=true") for _ in range(2))
    assert again.content == first.content
    varying = {"x-request-id", "date"}
    assert {k: v for k, v in first.headers.items() if k not in varying} == {
        k: v for k, v in again.headers.items() if k not in varying
    }


def written(size: int) -> Written:
    return Written(b"x" * size, {}, "text/csv")


def test_those_not_asked_for_longest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LARGEST", 20)
    answers = Kept(2 * written(10).size)
    for tag in ("a", "b"):
        answers.keep("/", tag, written(10))
    assert answers.find("/", "a") is not None
    answers.keep("/", "c", written(10))
    assert [tag for tag in "abc" if answers.find("/", tag)] == ["a", "c"]
    answers.keep("/", "d", written(21))
    assert answers.find("/", "d") is None
    assert answers.find("/other", "a") is None


def test_where_there_is_no_memory_for_them_none_is_kept() -> None:
    answers = Kept(0)
    answers.keep("/", "a", written(10))
    assert answers.find("/", "a") is None


def test_tags_of_another_data_folder_are_other_tags(tmp_path: Path) -> None:
    """Each counts its generations anew; those of one folder hold across restarts."""
    digests = [
        create_app(Settings(data_dir=tmp_path / name)).state.knowledge.digest
        for name in ("one", "two", "one")
    ]
    assert digests[0] == digests[2] != digests[1]
