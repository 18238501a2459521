"""What the fields of a collection can be asked, and what is refused."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

ENTERPRISES = "/api/v1/enterprises"
UNITS = "/api/v1/units"
OLDER, NEWER = "0100109106", "0100109107"

ENTERPRISES_FOUND: dict[str, list[str]] = {
    "foundedOn[gte]=2010-05-04": [OLDER, NEWER],
    "foundedOn[gt]=2010-05-04": [NEWER],
    "foundedOn[lte]=2010-05-04": [OLDER],
    "foundedOn[lt]=2010-05-04": [],
    "foundedOn[gte]=2010-01-01&foundedOn[lt]=2011-01-01": [OLDER],
    "charterCapital=1500000000": [OLDER],
    "charterCapital[gte]=1500000000": [OLDER],
    "charterCapital[gt]=1500000000": [],
    "commune.areaKm2[gte]=2.970": [OLDER],
    "charterCapital[exists]=true": [OLDER],
    "charterCapital[exists]=false": [NEWER],
    "name~=ba dinh": [OLDER],
    "name[contains]=BA ĐÌNH": [OLDER],
    "name~=bà": [],
    "name~=ngoc&name~=ba dinh": [OLDER, NEWER],
    "name=Công ty Ba Đình": [OLDER],
    "name=cong ty ba dinh": [],
    "code[contains]=9107": [NEWER],
    "status[in]=active,suspended": [OLDER],
    "status[in]=active, dissolved": [OLDER, NEWER],
    "code[in]=0100109107": [NEWER],
    "commune.code=00008": [NEWER],
    "commune.name~=ngoc ha": [NEWER],
    "commune.within=2025-07-01/01": [OLDER, NEWER],
    "commune.within.code=01&status=dissolved": [NEWER],
    "commune.areaKm2[gt]=2.7": [OLDER],
    "commune.centroid[exists]=false": [NEWER],
}


def codes(client: TestClient, query: str) -> list[str]:
    answer = client.get(f"{ENTERPRISES}?{query}&count=true&sort=code")
    assert answer.status_code == 200, answer.text
    found = [one["code"] for one in answer.json()["items"]]
    assert answer.json()["total"] == len(found)
    return found


@pytest.mark.parametrize("query", ENTERPRISES_FOUND)
def test_filters_ask_fields_by_their_type(client: TestClient, query: str) -> None:
    assert codes(client, query) == ENTERPRISES_FOUND[query]


REFUSED: dict[str, tuple[str, str]] = {
    "foundedOn[gte]=lately": ("foundedOn[gte]", "YYYY-MM-DD"),
    "foundedOn[gte]=2010-01-01&foundedOn[gte]=2011-01-01": ("foundedOn[gte]", "one value"),
    "foundedOn[like]=2010": ("foundedOn[like]", "foundedOn[gte]"),
    "name[gte]=a": ("name[gte]", "name[contains]"),
    "name~=": ("name~", "ha noi"),
    "status[in]=": ("status[in]", "a,b,c"),
    "status[in]=open": ("status[in]", "active"),
    "charterCapital=1.5": ("charterCapital", "a whole number"),
    "charterCapital[exists]=yes": ("charterCapital[exists]", "true, false"),
    "commune.colour=red": ("commune.colour", "commune"),
    "code.commune=1": ("code.commune", "commune"),
    "commune.within.within.within.code=1": ("commune.within.within.within.code", "commune"),
    "commune.=1": ("commune.", "commune"),
    "sort=colour": ("sort", "name, code"),
    "sort=industries": ("sort", "foundedOn"),
    "sort=name,code,status,foundedOn": ("sort", "1 … 3"),
    "facets=name": ("facets", "status"),
    "facets=code,status,commune,foundedOn,mainIndustry,charterCapital": ("facets", "1 … 5"),
    "lang=fr": ("lang", "vi, en"),
    "generation=g999999": ("g999999", "g000001"),
    "asOf=1999-01-01": ("1999-01-01", "g000001"),
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_asked_is_refused_by_name_with_what_can(client: TestClient, query: str) -> None:
    for language in ("en", "vi"):
        answer = client.get(f"{ENTERPRISES}?{query}", headers={"Accept-Language": language})
        name, offer = REFUSED[query]
        assert answer.status_code in (400, 404)
        assert answer.headers["content-type"] == "application/problem+json"
        assert name in answer.json()["detail"]
        assert offer in answer.json()["hint"] or language == "vi"


ORDERS = {
    "sort=foundedOn": [OLDER, NEWER],
    "sort=-foundedOn": [NEWER, OLDER],
    "sort=name": [OLDER, NEWER],
    "sort=-name&lang=vi": [NEWER, OLDER],
    "sort=charterCapital": [OLDER, NEWER],
    "sort=-charterCapital": [OLDER, NEWER],
    "sort=status,-code": [OLDER, NEWER],
}


@pytest.mark.parametrize("query", ORDERS)
def test_the_order_is_as_asked_and_what_has_no_value_is_last(client: TestClient, query: str) -> None:
    items = client.get(f"{ENTERPRISES}?{query}").json()["items"]
    assert [one["code"] for one in items] == ORDERS[query]


@pytest.mark.parametrize(
    "sort", ["", "areaKm2", "-areaKm2", "level,-code", "name", "-validUntil,name", "unitType"]
)
@pytest.mark.parametrize("size", [1, 7])
def test_pages_in_any_order_hold_everything_once(client: TestClient, sort: str, size: int) -> None:
    query = f"sort={sort}&" if sort else ""
    whole = [one["href"] for one in client.get(f"{UNITS}?{query}limit=200").json()["items"]]
    assert len(set(whole)) == len(whole) == 66
    seen: list[str] = []
    address: str | None = f"{UNITS}?{query}limit={size}&fields=code&code[contains]=0"
    expected = [one for one in whole if "0" in one.rsplit("/", 1)[1]]
    while address and len(seen) < 14:
        page = client.get(address).json()
        seen += [one["href"] for one in page["items"]]
        address = page["links"].get("next")
    assert seen == expected[: len(seen)]


def test_a_cursor_of_another_order_is_refused(client: TestClient) -> None:
    following = client.get(f"{UNITS}?limit=3&sort=code").json()["links"]["next"]
    cursor = following.split("cursor=")[1]
    for other in ("sort=-code", "sort=name", "limit=3"):
        assert client.get(f"{UNITS}?{other}&cursor={cursor}").status_code == 400


def facets(client: TestClient, query: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{UNITS}?{query}&limit=1").json()["facets"]
    return found


def test_facets_count_among_all_that_match(client: TestClient) -> None:
    found = facets(client, "facets=level,within&asOf=2025-07-02")
    assert [(one["value"]["code"], one["count"]) for one in found["level"]["values"]] == [
        ("commune", 62),
        ("province", 1),
    ]
    assert found["level"]["complete"] is True
    (within,) = found["within"]["values"]
    assert (within["value"]["href"], within["count"]) == ("/api/v1/units/2025-07-01/01", 62)
    assert facets(client, "facets=areaKm2&q=ngoc")["areaKm2"]["values"] == [{"value": 2.68, "count": 1}]


def test_facets_of_many_values_say_that_there_are_more(client: TestClient) -> None:
    assert facets(client, "facets=code")["code"]["complete"] is True  # 65 values


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("code=00004&asOf=2025-07-02", ["2025-07-01/00004", "2025-07-01/00008"]),
        ("code=00008&asOf=2025-06-30", ["2025-01-01/00004"]),
        ("code=01&asOf=2025-07-02", ["2025-07-01/01"]),
        ("code=20000&asOf=2025-06-30", []),
    ],
)
def test_old_and_new_codes_find_what_was_valid_then(
    client: TestClient, query: str, expected: list[str]
) -> None:
    items = client.get(f"{UNITS}?succession=true&{query}").json()["items"]
    assert [one["href"].removeprefix(f"{UNITS}/") for one in items] == expected


def test_one_language_is_enough_where_it_is_asked_for(client: TestClient) -> None:
    unit = client.get(f"{UNITS}/2025-07-01/00004?lang=en").json()
    assert unit["name"] == {"en": "Ba Đình ward"}
    assert unit["shortName"] == {"vi": "Ba Đình"}  # there is no other
    assert unit["level"]["label"] == {"en": "commune level"}
    assert unit["within"]["label"] == {"en": "Hà Nội city"}
