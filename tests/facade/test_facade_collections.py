"""Pages and resources over HTTP."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api import knowledge
from api.app import create_app
from api.facade import models
from graph.errors import OntologyError
from graph.instances import Question
from graph.settings import Settings
from graph.sparql.instances import Instances

OLD, NEW = "2025-01-01", "2025-07-01"
UNITS = "/api/v1/units"
ALL_UNITS = 66


def keys(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["href"].removeprefix(f"{UNITS}/") for item in answer.json()["items"]]


FILTERS: dict[str, list[str]] = {
    "code=00004": [f"{OLD}/00004", f"{NEW}/00004"],
    "code=00004&asOf=2025-06-30": [f"{OLD}/00004"],
    "code=00004&asOf=2025-07-02": [f"{NEW}/00004"],
    "code=00004&asOf=2024-12-31": [],
    "level=province": [f"{OLD}/01", f"{NEW}/01"],
    "level=province&level=district&asOf=2025-01-01": [f"{OLD}/001", f"{OLD}/01"],
    "level=https://lienthong.gov.vn/code/unit-level/district": [f"{OLD}/001"],
    "unitType=ward&within=2025-07-01/01": [f"{NEW}/00004", f"{NEW}/00008"],
    "within=id/unit/2025-01-01/001": [f"{OLD}/00004"],
    "within=https://lienthong.gov.vn/id/unit/2025-01-01/001": [f"{OLD}/00004"],
    "register=2025-01-01": [f"{OLD}/00004", f"{OLD}/001", f"{OLD}/01"],
    "register=unit-2025-01-01&level=commune": [f"{OLD}/00004"],
    "succeededBy=2025-07-01/00008": [f"{OLD}/00004"],
    "basis=72-2025-QH15": [f"{NEW}/00004"],
    "validUntil=2025-06-30&level=commune": [f"{OLD}/00004"],
    "areaKm2=2.970": [f"{NEW}/00004"],
    "q=ba+dinh": [f"{OLD}/001", f"{NEW}/00004"],
    "q=BA+ĐÌNH+ward": [f"{NEW}/00004"],
    "q=bà": [],
}


@pytest.mark.parametrize("query", FILTERS)
def test_filters(client: TestClient, query: str) -> None:
    assert keys(client.get(f"{UNITS}?{query}&count=true")) == FILTERS[query]
    assert client.get(f"{UNITS}?{query}&count=true").json()["total"] == len(FILTERS[query])


REFUSED: dict[str, str] = {
    "colour=red": "code, level",
    "level=town": "province, district, commune",
    "asOf=yesterday": "YYYY-MM-DD",
    "asOf=2025-02-30": "YYYY-MM-DD",
    "validFrom=01/07/2025": "YYYY-MM-DD",
    "areaKm2=big": "2.97",
    "limit=0": "1 … 200",
    "limit=201": "1 … 200",
    "limit=ten": "1 … 200",
    "count=maybe": "true, false",
    "include=register": "within, succeededBy",
    "fields=colour": "name, shortName",
    "cursor=nonsense!": "links.next",
    "within=http://a b": "IRI",
    "format=xlsx": "json",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_used_is_refused_with_what_could(client: TestClient, query: str) -> None:
    answer = client.get(f"{UNITS}?{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == (406 if query.startswith("format") else 400)
    assert answer.headers["content-type"] == "application/problem+json"
    assert REFUSED[query] in answer.json()["hint"]


def test_a_resource_is_written_as_its_shape_says(client: TestClient) -> None:
    answer = client.get(f"{UNITS}/{NEW}/00004")
    unit = answer.json()
    assert unit["id"] == f"https://lienthong.gov.vn/id/unit/{NEW}/00004"
    assert unit["type"] == ["AdministrativeUnit", "Commune"]
    assert unit["name"] == {"vi": "Phường Ba Đình", "en": "Ba Đình ward"}
    assert unit["code"] == "00004"
    assert unit["level"]["code"] == "commune"
    assert unit["level"]["label"] == {"vi": "cấp xã", "en": "commune level"}
    assert unit["within"] == {
        "id": f"https://lienthong.gov.vn/id/unit/{NEW}/01",
        "href": f"{UNITS}/{NEW}/01",
        "label": {"vi": "Thành phố Hà Nội", "en": "Hà Nội city"},
    }
    assert unit["register"]["href"] == f"/id/register/unit-{NEW}"
    assert unit["validFrom"] == "2025-07-01"
    assert unit["validUntil"] is None
    assert [basis["code"] for basis in unit["basis"]] == ["202-2025-QH15", "72-2025-QH15"]
    assert unit["succeededBy"] == []
    assert '"areaKm2":2.97,' in answer.text


def test_pages_hold_everything_once_in_the_order_of_iris(client: TestClient) -> None:
    seen: list[str] = []
    address: str | None = f"{UNITS}?limit=7"
    while address:
        page = client.get(address)
        seen += keys(page)
        address = page.json()["links"].get("next")
        assert (f'<{address}>; rel="next"' in page.headers["link"]) == bool(address)
    assert len(seen) == ALL_UNITS
    assert seen == sorted(set(seen))


def test_next_keeps_the_filters(client: TestClient) -> None:
    page = client.get(f"{UNITS}?level=commune&asOf=2025-07-02&q=xã&fields=name&limit=50")
    assert "total" not in page.json()
    rest = client.get(page.json()["links"]["next"])
    assert len(keys(page)) + len(keys(rest)) == 60
    assert set(rest.json()["items"][0]) == {"id", "href", "type", "name"}


def test_include_embeds_what_is_linked_to(client: TestClient) -> None:
    agency = client.get("/api/v1/agencies/2025-07-01/ubnd-01?include=jurisdiction").json()
    assert agency["jurisdiction"]["code"] == "01"
    assert agency["jurisdiction"]["level"]["code"] == "province"
    unit = client.get(f"{UNITS}/{OLD}/00004?include=succeededBy,within&fields=code").json()
    assert [one["code"] for one in unit["succeededBy"]] == ["00004", "00008"]
    assert unit["within"]["within"]["href"] == f"{UNITS}/{OLD}/01"


def test_an_unknown_resource_is_not_found(client: TestClient) -> None:
    for path in (f"{UNITS}/{NEW}/99999", f"{UNITS}/00004", "/api/v1/agencies/nobody", "/api/v1/units/a b>c"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.json()["hint"]


def test_a_resource_of_another_collection_is_not_found(client: TestClient) -> None:
    assert client.get("/id/succession/2025-07-01/00004-00004").status_code == 200
    assert client.get(f"{UNITS}/../succession/2025-07-01/00004-00004").status_code == 404


def test_an_unknown_collection_names_those_there_are(client: TestClient) -> None:
    answer = client.get("/api/v1/unit")
    assert answer.status_code == 404
    assert "units" in answer.json()["hint"]


def test_the_index_lists_the_collections(client: TestClient) -> None:
    listed = {one["name"]: one for one in client.get("/api/v1/").json()["collections"]}
    assert {"agencies", "units"} <= set(listed)
    for one in listed.values():
        assert one["title"]["vi"] != one["title"]["en"]
        assert client.get(one["href"]).status_code == 200
        assert client.get(one["context"]).headers["content-type"] == "application/ld+json"


@pytest.mark.parametrize("path", [UNITS, f"{UNITS}/{NEW}/00004", f"/id/unit/{NEW}/00004", f"{UNITS}?q=ba"])
def test_what_has_not_changed_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = client.get(
        path, headers={"If-None-Match": first.headers["etag"], "Accept": "application/ld+json"}
    )
    assert other.status_code == 200


def test_head_answers_as_get_does(client: TestClient) -> None:
    for path in (UNITS, f"{UNITS}/{NEW}/00004", f"/id/unit/{NEW}/00004", "/ont/place", "/", "/datasets"):
        assert client.head(path).status_code == 200
        assert client.head(path).content == b""


@pytest.mark.parametrize("collection", ["units", "agencies"])
def test_what_is_sent_meets_the_model_that_openapi_shows(
    client: TestClient, small: Settings, collection: str
) -> None:
    known = knowledge.load(small)
    model = models.build(known.types, known.vocabulary)[collection]
    page = models.page_of(model, known.types.collections[collection])
    links = ",".join(
        one for one in ("within", "superior", "jurisdiction", "succeededBy") if one in _keys(model)
    )
    for address in (f"/api/v1/{collection}?limit=200", f"/api/v1/{collection}?limit=200&include={links}"):
        page.model_validate(client.get(address).json())
    assert set(client.get(f"/api/v1/{collection}?limit=1").json()["items"][0]) == _keys(model)


def _keys(model: Any) -> set[str]:
    return set(model.model_json_schema()["$defs"][model.__name__]["properties"])


def test_a_page_costs_one_question(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    ask = Instances.ask

    async def counted(self: Instances, question: Question, graphs: frozenset[str]) -> Any:
        asked.append(question)
        return await ask(self, question, graphs)

    monkeypatch.setattr(Instances, "ask", counted)
    client.get(f"{UNITS}?limit=51")
    client.get(f"{UNITS}?limit=51")
    assert len(asked) == 1  # the same question is answered from memory
    client.get(f"{UNITS}?limit=50&count=true&facets=level,unitType&include=within,succeededBy")
    assert len(asked) == 2
    client.get(f"{UNITS}/{NEW}/00008?fields=code,level")
    assert len(asked) == 3


def test_a_collection_cannot_take_a_name_that_is_in_use(small: Settings, tmp_path: Path) -> None:
    for shapes in small.shapes_dir.glob("*.ttl"):
        text = shapes.read_text(encoding="utf-8")
        renamed = text.replace('facade:collection "agencies"', 'facade:collection "search"')
        (tmp_path / shapes.name).write_text(renamed, encoding="utf-8")
    with pytest.raises(OntologyError, match="search"):
        create_app(small.model_copy(update={"shapes_dir": tmp_path}))
