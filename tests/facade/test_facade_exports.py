"""Whole collections as tables: what pages say row by row, and only to those who may see it."""

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

EXPORTS = "/api/v1/exports"
OPEN = "https://lienthong.gov.vn/graph/small/open"
RESTRICTED = "https://lienthong.gov.vn/graph/small/restricted"
SHARED = "https://lienthong.gov.vn/graph/small/shared"
Graphs = dict[str, frozenset[str]]


def pages(client: TestClient, collection: str) -> list[list[str]]:
    found: list[list[str]] = []
    address = f"/api/v1/{collection}?format=csv&limit=50"
    while address:
        answer = client.get(address)
        found += [*csv.reader(io.StringIO(answer.text, newline=""))][0 if not found else 1 :]
        address = answer.links["next"]["url"] if "next" in answer.links else ""
    return found


@pytest.mark.parametrize("collection", ["units", "enterprises"])
def test_a_table_has_the_rows_of_all_pages(client: TestClient, may_see: Graphs, collection: str) -> None:
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    exported = client.get(f"{EXPORTS}/{collection}?format=csv")
    assert exported.status_code == 200
    header, *rows = csv.reader(io.StringIO(exported.text, newline=""))
    expected_header, *expected = pages(client, collection)
    assert header == expected_header
    assert sorted(rows) == sorted(expected)


def test_every_format_has_the_same_resources(client: TestClient) -> None:
    lines = client.get(f"{EXPORTS}/units", headers={"Accept": "application/x-ndjson"})
    assert lines.headers["content-disposition"] == 'attachment; filename="units-g000001.ndjson"'
    rows = [json.loads(line) for line in lines.text.splitlines()]
    parquet = client.get(f"{EXPORTS}/units?format=parquet&fields=code,areaKm2")
    assert parquet.headers["content-type"] == "application/vnd.apache.parquet"
    read = pq.read_table(io.BytesIO(parquet.content)).to_pylist()
    assert {row["id"] for row in rows} == {row["id"] for row in read}
    assert len(read) == 66
    assert set(read[0]) == {"id", "code", "areaKm2"}


def test_who_may_not_see_a_field_has_no_column_of_it(client: TestClient, may_see: Graphs) -> None:
    may_see["graphs"] = frozenset([OPEN])
    text = client.get(f"{EXPORTS}/enterprises").text
    assert "representative" not in text
    assert client.get(f"{EXPORTS}/persons").text == ""
    assert client.get(f"{EXPORTS}/enterprises?fields=representative").status_code == 400
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    assert '"representative":["https' in client.get(f"{EXPORTS}/enterprises").text
    assert "001188000007" in client.get(f"{EXPORTS}/persons").text
    may_see["graphs"] = frozenset()
    assert client.get(f"{EXPORTS}/units").text == ""


def test_a_table_of_one_data_set(client: TestClient, may_see: Graphs) -> None:
    may_see["graphs"] = frozenset([OPEN])
    assert client.get(f"{EXPORTS}/units?dataset=small&format=csv").text.count("\r\n") == 67
    for hidden in ("nothing", "other"):
        answer = client.get(f"{EXPORTS}/units?dataset={hidden}")
        assert answer.status_code == 404
        assert "small" in answer.json()["hint"]


def test_what_has_not_changed_is_not_written_again(client: TestClient, may_see: Graphs) -> None:
    may_see["graphs"] = frozenset([OPEN])
    address = f"{EXPORTS}/units?format=ndjson"
    tag = client.head(address).headers["etag"]
    assert client.head(address).content == b""
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{EXPORTS}/agencies?format=ndjson", headers={"If-None-Match": tag}).status_code == 200
    may_see["graphs"] = frozenset([OPEN, SHARED])
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


FILTERED = (
    "level=commune&limit=200",
    "q=ha&asOf=2025-07-02&limit=200",
    "areaKm2[gte]=2.7&within.code=01&limit=200",
    "code=00004&succession=true&limit=200",
    "code=nothing&limit=200",
)


@pytest.mark.parametrize("query", FILTERED)
def test_a_table_takes_the_filters_of_pages(client: TestClient, may_see: Graphs, query: str) -> None:
    may_see["graphs"] = frozenset([OPEN])
    address = f"{EXPORTS}/units?format=ndjson&fields=code&{query.removesuffix('&limit=200')}"
    rows = [json.loads(line)["id"] for line in client.get(address).text.splitlines()]
    items = client.get(f"/api/v1/units?{query}").json()["items"]
    assert sorted(rows) == sorted(item["id"] for item in items)
    assert len(rows) < 66


def test_a_table_is_not_filtered_by_what_the_caller_may_not_see(client: TestClient, may_see: Graphs) -> None:
    hidden = f"{EXPORTS}/enterprises?representative[exists]=true&format=ndjson&fields=code"
    may_see["graphs"] = frozenset([OPEN])
    answer, unknown = client.get(hidden), client.get(hidden.replace("representative", "no-such"))
    assert answer.status_code == unknown.status_code == 400
    assert answer.json()["hint"] == unknown.json()["hint"]
    assert "representative" not in answer.json()["hint"]
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    assert client.get(hidden).text.count("\n") == 1


@pytest.mark.parametrize(
    ("asked", "status", "offer"),
    [
        ("units?colour=red", 400, "fields, dataset"),
        ("units?code[lt]=3", 400, "code[in]"),
        ("units?limit=3", 400, "fields, dataset"),
        ("units?fields=colour", 400, "shortName"),
        ("units?format=xlsx", 406, "parquet"),
        ("units?generation=g999999", 404, "g000001"),
        ("colours", 404, "units"),
    ],
)
def test_what_cannot_be_written_is_refused(client: TestClient, asked: str, status: int, offer: str) -> None:
    answer = client.get(f"{EXPORTS}/{asked}", headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert offer in answer.json()["hint"]
