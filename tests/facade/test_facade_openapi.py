"""`/openapi.json` describes what there is, in both languages."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

HTTP_METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def parameters(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in document["paths"]["/api/v1/units"]["get"]["parameters"]}


def test_it_is_openapi_3_1_with_unique_operations(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    operations = [
        operation["operationId"]
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in HTTP_METHODS
    ]
    assert len(operations) == len(set(operations))


def test_every_section_says_in_both_languages_what_is_in_it(document: dict[str, Any]) -> None:
    used = {
        tag
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in HTTP_METHODS
        for tag in operation["tags"]
    }
    told = {one["name"]: one["description"] for one in document["tags"]}
    assert set(told) == used
    for name, text in told.items():
        assert len(text.split(" / ")) == 2, name


def test_every_parameter_is_described_in_both_languages(parameters: dict[str, dict[str, Any]]) -> None:
    assert {
        "code",
        "level",
        "within",
        "register",
        "asOf",
        "q",
        "limit",
        "cursor",
        "include",
        "fields",
    } <= set(parameters)
    for one in parameters.values():
        vietnamese, slash, english = one["description"].partition(" / ")
        assert vietnamese
        assert slash
        assert english


def test_codes_are_enumerations(document: dict[str, Any], parameters: dict[str, dict[str, Any]]) -> None:
    assert parameters["level"]["schema"]["items"]["enum"] == ["province", "district", "commune"]
    level = document["components"]["schemas"]["AdministrativeUnit"]["properties"]["level"]
    name = level["$ref"].rsplit("/", 1)[-1]
    assert document["components"]["schemas"][name]["properties"]["code"]["enum"] == [
        "province",
        "district",
        "commune",
    ]


def test_every_field_has_a_description_and_says_whether_it_may_be_null(document: dict[str, Any]) -> None:
    """`fields` may leave any key out but those of the frame."""
    unit = document["components"]["schemas"]["AdministrativeUnit"]
    assert set(unit["required"]) == {"id", "href", "type"}
    assert unit["properties"]["code"]["type"] == "string"
    assert {"type": "null"} in unit["properties"]["validUntil"]["anyOf"]
    assert not any("default" in field for field in unit["properties"].values())
    for key, field in unit["properties"].items():
        assert field.get("description"), key
    assert unit["properties"]["code"]["examples"] == ["00004"]
    assert {"type": "number"} in unit["properties"]["areaKm2"]["anyOf"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= known
