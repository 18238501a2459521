"""Saved queries as APIs: typed values in, flat rows out, and an OpenAPI entry each."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import dependencies
from api.app import create_app
from api.pages.examples import examples
from graph.access import Principal
from graph.settings import Settings
from tests.facade.conftest import OPEN, SHARED

ROOT = "/api/v1/queries"
PREFIXES = """PREFIX agency: <https://lienthong.gov.vn/ont/agency#>
PREFIX core: <https://lienthong.gov.vn/ont/core#>
PREFIX place: <https://lienthong.gov.vn/ont/place#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
FILES = {
    "communes": """# vi: Xã nào có cấp này?
# en: Which communes are of this level?
# parameter: level | cấp | level
# answer: unit iri, code text, until date?
# access: open
# version: 3
SELECT ?unit ?code ?until {
  VALUES ?level { <https://lienthong.gov.vn/code/unit-level/commune> }
  ?unit place:level ?level ; core:code ?code . OPTIONAL { ?unit core:validUntil ?until }
} ORDER BY ?code""",
    "by-code": """# vi: Mã này là đơn vị nào?
# en: Which unit has this code?
# parameter: code | mã | code
# access: open
SELECT ?name { VALUES ?code { "20003" } ?unit core:code ?code ; rdfs:label ?name }""",
    "agencies": """# vi: Có những cơ quan nào?
# en: Which agencies are there?
# access: shared
SELECT ?name { ?agency a agency:StateAgency ; rdfs:label ?name }""",
    "values": """# vi: Các kiểu giá trị
# en: Kinds of values
# parameter: day | ngày | day
# parameter: share | tỷ lệ | share
# parameter: many | bao nhiêu | how many
SELECT ?day ?share ?many ("x"@vi AS ?text) (true AS ?yes) (1.0e3 AS ?double) ?nothing {
  VALUES ?day { "2025-07-01"^^xsd:date } VALUES ?share { 0.10 } VALUES ?many { 12 }
  OPTIONAL { ?nothing <a:none> ?day }
}""",
    "now": """# vi: Bây giờ là lúc nào?
# en: What time is it?
SELECT (NOW() AS ?now) {}""",
}
HOSTILE = (
    '" } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #',
    '20003"} UNION { ?unit rdfs:label ?name } #',
    "x\n} ?s ?p ?name {",
    "{}<>\\\\u0022",
    "'''\"\"\"",
)


@pytest.fixture(scope="module")
def app(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("queries")
    for name, text in FILES.items():
        head = [line for line in text.splitlines() if line.startswith("#")]
        body = [line for line in text.splitlines() if not line.startswith("#")]
        (folder / f"{name}.rq").write_text("\n".join([*head, PREFIXES, *body]), encoding="utf-8")
    return create_app(small.model_copy(update={"queries_dir": folder, "query_timeout": 5.0}))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as session:
        yield session


@pytest.fixture
def sees_everything(app: FastAPI) -> Iterator[None]:
    app.dependency_overrides[dependencies.principal] = lambda: Principal("all", frozenset({OPEN, SHARED}))
    yield
    del app.dependency_overrides[dependencies.principal]


def ask(client: TestClient, name: str, **given: Any) -> httpx.Response:
    headers = given.pop("headers", {})
    answer: httpx.Response = client.get(f"{ROOT}/{name}", params=given, headers=headers)
    return answer


def test_the_list_says_what_each_takes_and_tells(client: TestClient) -> None:
    found = {one["name"]: one for one in client.get(ROOT).json()["items"]}
    assert set(FILES) < set(found)
    communes = found["communes"]
    assert communes["title"] == {"vi": "Xã nào có cấp này?", "en": "Which communes are of this level?"}
    assert (communes["version"], communes["access"]) == (3, "open")
    [level] = communes["parameters"]
    assert level["values"]["enum"] == ["commune", "district", "province"]
    assert level["values"]["default"] == "commune"
    assert communes["columns"][2] == {"name": "until", "kind": "date", "optional": True}
    of_data_set = found["moj-asset-auctions/organisers"]
    assert of_data_set["dataset"].endswith("/dataset/moj-asset-auctions")
    assert of_data_set["owner"]["vi"]


def test_native_types_and_null_for_what_is_unbound(client: TestClient) -> None:
    [row] = ask(client, "values").json()["items"]
    assert row == {
        "day": "2025-07-01",
        "share": 0.10,
        "many": 12,
        "text": "x",
        "yes": True,
        "double": 1000.0,
        "nothing": None,
    }


def test_other_values_keep_their_types(client: TestClient) -> None:
    [row] = ask(client, "values", day="2024-02-29", share="2.50", many="-3").json()["items"]
    assert (row["day"], row["share"], row["many"]) == ("2024-02-29", 2.5, -3)


@pytest.mark.parametrize("value", ["commune", "https://lienthong.gov.vn/code/unit-level/commune"])
def test_a_code_is_given_by_notation_or_iri(client: TestClient, value: str) -> None:
    answer = ask(client, "communes", level=value).json()
    assert answer["total"] >= 60
    assert answer["parameters"] == {"level": value}


def test_pages_follow_one_another_and_hold_every_row_once(client: TestClient) -> None:
    whole = ask(client, "communes").json()["items"]
    at, seen = f"{ROOT}/communes?limit=25", []
    while at:
        page = client.get(at)
        seen += page.json()["items"]
        at = page.json()["links"].get("next")
        assert ("next" in page.links) is (at is not None)
    assert seen == whole


def test_rows_that_the_query_does_not_order_come_in_one_order(client: TestClient) -> None:
    first = ask(client, "agencies").json()["items"]
    assert first == sorted(first, key=lambda row: row["name"])


def test_csv_by_accept_or_format(client: TestClient) -> None:
    answer = ask(client, "communes", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text == ask(client, "communes", format="csv").text
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == ask(client, "communes").json()["total"]
    assert ask(client, "communes", format="csv", limit=2).text.count("\r\n") == 3


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_values(client: TestClient, value: str) -> None:
    answer = ask(client, "by-code", code=value)
    assert answer.status_code == 200
    assert answer.json()["items"] == []
    assert answer.json()["parameters"] == {"code": value}


@pytest.mark.parametrize(
    ("name", "given", "column", "allowed"),
    [
        ("values", {"day": "1/7/2025"}, "day", "2025-07-01"),
        ("values", {"day": "2025-02-30"}, "day", "2025-07-01"),
        ("values", {"many": "1.5"}, "many", "12"),
        ("values", {"share": "0,1"}, "share", "0.10"),
        ("communes", {"level": "hamlet"}, "level", "commune, district, province"),
        ("communes", {"level": "https://x/> } SERVICE <http://127.0.0.1:9/> {"}, "level", "commune"),
        ("by-code", {"code": ""}, "code", "20003"),
        ("by-code", {"code": "x" * 501}, "code", "500"),
        ("by-code", {"cod": "1"}, "cod", "code=20003"),
        ("by-code", {"limit": "0"}, "limit", "10000"),
        ("by-code", {"code": ["1", "2"]}, "code", "Send it once"),
        ("by-code", {"cursor": "///"}, "cursor", "links.next"),
    ],
)
def test_an_error_names_the_parameter_and_what_would_work(
    client: TestClient, name: str, given: dict[str, Any], column: str, allowed: str
) -> None:
    answer = ask(client, name, headers={"Accept-Language": "en"}, **given)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["place"]["column"] == column
    assert allowed in answer.json()["hint"]


def test_a_query_that_is_not_there_and_a_format_that_is_not_written(client: TestClient) -> None:
    assert ask(client, "communnes").status_code == 404
    assert "communes" in ask(client, "communnes").json()["hint"]
    assert ask(client, "communes", headers={"Accept": "text/turtle"}).status_code == 406


def test_what_the_caller_has_is_not_sent_again(client: TestClient) -> None:
    tag = ask(client, "by-code").headers["etag"]
    again = ask(client, "by-code", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    for other in ({"code": "20004"}, {"format": "csv"}, {"limit": "1"}):
        assert ask(client, "by-code", headers={"If-None-Match": tag}, **other).status_code == 200


def test_what_changes_by_itself_has_no_tag(client: TestClient) -> None:
    answer = ask(client, "now")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_a_page_of_another_generation_is_refused(client: TestClient) -> None:
    answer = ask(client, "communes", cursor="ZzAwMDAwMDoy")
    assert answer.status_code == 400
    assert answer.json()["place"]["column"] == "cursor"


def test_it_is_answered_over_what_the_caller_may_see(client: TestClient, sees_everything: None) -> None:
    seen = ask(client, "agencies").json()
    assert "Cơ quan chỉ để chia sẻ" in str(seen["items"])
    assert "/access/explain" in seen["note"]["en"]


def test_others_are_told_the_same_but_for_the_rows(client: TestClient) -> None:
    seen = ask(client, "agencies").json()
    assert "Cơ quan chỉ để chia sẻ" not in str(seen)
    assert (seen["access"], "/access/explain" in seen["note"]["vi"]) == ("shared", True)
    assert ask(client, "by-code").json()["note"] is None


def test_each_has_an_openapi_entry(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    for one in client.get(ROOT).json()["items"]:
        operation = document["paths"][one["href"]]["get"]
        assert {each["name"] for each in operation["parameters"]} >= {
            each["name"] for each in one["parameters"]
        }
        assert {"200", "304", "400", "401", "406"} <= set(operation["responses"])
        items = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["items"]
        assert list(items["items"]["properties"]) == [each["name"] for each in one["columns"]]
    [day, *_] = document["paths"][f"{ROOT}/values"]["get"]["parameters"]
    assert day["schema"] == {
        "type": "string",
        "format": "date",
        "default": "2025-07-01",
        "examples": ["2025-07-01"],
    }


def test_the_first_page_leads_to_each(client: TestClient) -> None:
    page = client.get("/?lang=en").text
    for name in FILES:
        assert f'href="{ROOT}/{name}"' in page


def test_every_question_of_ours_says_its_answer_and_its_class(small: Settings) -> None:
    every = examples(small)
    assert len(every) > 100
    assert [one.name for one in every if one.access is None] == []
    assert len([one.name for one in every if not one.answer]) <= 1


def test_head_answers_like_get(client: TestClient) -> None:
    assert client.head(f"{ROOT}/by-code").headers["etag"] == ask(client, "by-code").headers["etag"]


def test_files_are_not_needed_where_nothing_is_saved(small: Settings, tmp_path: Path) -> None:
    with TestClient(
        create_app(small.model_copy(update={"queries_dir": tmp_path, "datasets_dir": tmp_path}))
    ) as client:
        assert client.get(ROOT).json() == {"items": []}
