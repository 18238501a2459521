"""The OpenAPI document as pages: all of it, in the reader's language, from this host alone."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.pages.reference import ADDRESS, kind, spoken
from graph.text import Language


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def read(client: TestClient, path: str, language: Language = "en") -> str:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200
    return answer.text


def test_every_operation_stands_in_a_section_that_the_first_page_names(
    client: TestClient, document: dict[str, Any]
) -> None:
    sections = set(re.findall(rf'href="({ADDRESS}/[^"?]+)', read(client, ADDRESS)))
    shown = {
        anchor
        for section in sections
        for anchor in re.findall(r'class="term" id="([^"]+)"', read(client, section))
    }
    promised = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
    assert promised <= shown


def test_a_collection_with_filters_fields_and_errors(client: TestClient) -> None:
    page = read(client, f"{ADDRESS}/enterprises")
    assert "[in] [gte] [gt] [lte] [lt] [exists]" in page
    assert "schema-Enterprise" in page
    assert "The generation of the cursor is gone" in page
    assert "application/geo+json" in read(client, f"{ADDRESS}/units")


def test_both_languages(client: TestClient) -> None:
    assert "Foreign" in read(client, f"{ADDRESS}/foreign-investment-projects")
    vietnamese = read(client, f"{ADDRESS}/enterprises", "vi")
    assert "Không có định dạng này" in vietnamese
    assert "No such format" not in vietnamese
    assert "Doanh nghiệp." in vietnamese
    assert "Doanh nghiệp." not in read(client, f"{ADDRESS}/enterprises")


@pytest.mark.parametrize("path", [ADDRESS, f"{ADDRESS}/units"])
def test_nothing_is_loaded_from_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path)
    loaded = re.findall(r'<(?:script|img|link|iframe)\b[^>]*(?:src|href)="([^"]*)"', answer.text)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_pages_are_not_sent_twice_and_unknown_sections_are_404(client: TestClient) -> None:
    tag = client.get(ADDRESS).headers["etag"]
    assert client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{ADDRESS}/colours").status_code == 404


def test_kinds_in_words() -> None:
    assert kind({"type": "array", "items": {"$ref": "#/components/schemas/Code"}}) == "[Code]"
    assert kind({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}) == "string date | null"
    assert kind({"enum": [*range(20)]}).endswith("11 … (20)")
    assert (spoken("một / one", "vi"), spoken("một / one", "en"), spoken("a/b", "en")) == (
        "một",
        "one",
        "a/b",
    )
