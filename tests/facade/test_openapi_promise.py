"""What the facade promises: `promise.txt` holds it in short.

A change of the file is a change that applications see: a decision, with a line in CHANGELOG.md.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

PROMISE = Path(__file__).with_name("promise.txt")
FACADE = re.compile(r"/api/v1/(?!queries|search)")


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_the_promise_is_as_written_down(document: dict[str, Any], tmp_path: Path) -> None:
    actual = tmp_path / PROMISE.name
    actual.write_text("\n".join(lines(document)) + "\n", encoding="utf-8")
    assert actual.read_text(encoding="utf-8") == PROMISE.read_text(encoding="utf-8"), (
        f"the promise has changed; if that is meant: cp {actual} {PROMISE}"
    )


def lines(document: dict[str, Any]) -> Iterator[str]:
    """A line for each operation, for the filters of each key, and for each field. 429 is everywhere."""
    for path, methods in sorted(document["paths"].items()):
        if not FACADE.match(path):
            continue
        for method, operation in methods.items():
            statuses = " ".join(sorted({*operation["responses"]} - {"429"}))
            yield f"{method.upper()} {path} → {statuses}{deprecated(operation)}"
            yield from (f"    ? {line}" for line in parameters(operation.get("parameters", [])))
    schemas = document["components"]["schemas"]
    for name, schema in ((name, schemas[name]) for name in sorted(_used(document))):
        for field, described in sorted(schema.get("properties", {}).items()):
            required = "!" if field in schema.get("required", ()) else ""
            yield f"{name}.{field}{required}: {kind(described)}{deprecated(described)}"


def deprecated(described: dict[str, Any]) -> str:
    return " deprecated" if described.get("deprecated") else ""


def _used(document: dict[str, Any]) -> set[str]:
    """The names of the schemas that the facade's answers are made of."""
    used: set[str] = set()
    found = _references({path: one for path, one in document["paths"].items() if FACADE.match(path)})
    while found - used:
        name = (found - used).pop()
        used.add(name)
        found |= _references(document["components"]["schemas"][name])
    return used


def _references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {str(node["$ref"]).rsplit("/", 1)[1]} if "$ref" in node else set()
        return own.union(*map(_references, node.values()))
    return set[str]().union(*map(_references, node)) if isinstance(node, list) else set()


def parameters(offered: list[dict[str, Any]]) -> Iterator[str]:
    known = {one["name"]: one["schema"] for one in offered}
    for name, schema in known.items():
        if "[" not in name:
            operators = [other.removeprefix(name) for other in known if other.startswith(f"{name}[")]
            yield " ".join([f"{name}: {kind(schema)}", *operators])
    yield from (name for name in known if "[" in name and name.partition("[")[0] not in known)


def kind(schema: dict[str, Any]) -> str:
    """The type in a few words: long enumerations by their number."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " | ".join(kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        values = schema["enum"]
        return " ".join(map(str, values)) if len(values) <= 8 else f"one of {len(values)}"
    if schema.get("type") == "array":
        return f"[{kind(schema.get('items', {}))}]"
    if "const" in schema:
        return str(schema["const"])
    more = [str(schema[key]) for key in ("format", "pattern") if key in schema]
    return " ".join([str(schema.get("type", "any")), *more])


def test_every_filter_has_a_type_and_every_answer_a_status(document: dict[str, Any]) -> None:
    listed = document["paths"]["/api/v1/enterprises"]["get"]
    offered = {one["name"]: one["schema"] for one in listed["parameters"]}
    assert offered["foundedOn[gte]"]["format"] == "date"
    assert offered["charterCapital[lt]"]["type"] == "integer"
    assert offered["status"]["items"]["enum"][0] == "active"
    assert offered["representative[exists]"]["type"] == "boolean"
    assert "foundedOn[contains]" not in offered
    statuses = "200 304 400 401 404 406 410 422 429 503 504"
    assert sorted(listed["responses"]) == statuses.split()
