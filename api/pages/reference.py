"""`/reference`: the OpenAPI document for people, a section on each page, without scripts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.knowledge import Knowledge
from api.pages import rendering
from api.pages.cached import answered
from api.pages.views import not_found
from api.principals.openapi import METHODS
from graph.access import Principal
from graph.stores.generations import Generation
from graph.text import Language

Schema = Mapping[str, Any]
ADDRESS = "/reference"
MOST_VALUES = 12
"""Values of an enumeration that are written out; of a longer one the first of them."""


@dataclass(frozen=True, slots=True)
class Field:
    """A key or parameter: its type in a few words, and how else it can be asked (`[gte]`)."""

    name: str
    kind: str
    text: str
    is_required: bool
    operators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    code: str
    text: str
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    path: str
    title: str
    text: str
    bodies: tuple[str, ...]
    parameters: tuple[Field, ...]
    statuses: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A schema that the answers of a section are made of."""

    name: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What the document calls a tag."""

    name: str
    address: str
    text: str
    operations: tuple[Operation, ...]
    schemas: tuple[Described, ...]


def page(
    request: Request,
    known: Knowledge,
    current: Generation | None,
    principal: Principal,
    language: Language,
    chosen: str | None,
) -> Response:
    """All sections, or the one that is chosen by its address."""
    found = [*sections(request.app.openapi(), language)]
    section = next((one for one in found if one.address == f"{ADDRESS}/{chosen}"), None)
    if chosen is not None and section is None:
        return not_found(request, known, language, f"{ADDRESS}/{chosen}")

    def made(headers: dict[str, str]) -> Response:
        return rendering.page(
            "reference.html", request, known, language, headers=headers, sections=found, section=section
        )

    return answered(request, known, current, principal, language, made)


def sections(document: Schema, language: Language) -> Iterator[Section]:
    """In the order of the document's paths."""
    texts = {one["name"]: spoken(one["description"], language) for one in document.get("tags", ())}
    schemas = document["components"]["schemas"]
    by_tag: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in document["paths"].items():
        for method in (one for one in METHODS if one in methods):
            by_tag.setdefault(methods[method].get("tags", ["-"])[0], []).append(
                (method, path, methods[method])
            )
    for tag, operations in by_tag.items():
        yield Section(
            tag,
            f"{ADDRESS}/{tag.lower().replace(' ', '-')}",
            texts.get(tag, ""),
            tuple(_operation(*one, language) for one in operations),
            tuple(
                _described(name, schemas[name], language)
                for name in _used((one for _, _, one in operations), schemas)
            ),
        )


def spoken(text: str, language: Language) -> str:
    """The reader's half of “tiếng Việt / English”; all of a text that has not two halves."""
    parts = text.split(" / ")
    return text if len(parts) != 2 else parts[language == "en"]


def kind(schema: Schema) -> str:
    """The type in a few words."""
    if "$ref" in schema:
        return _name(schema)
    if "anyOf" in schema:
        return " | ".join(kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        values = [str(value) for value in schema["enum"]]
        more = f" … ({len(values)})" if len(values) > MOST_VALUES else ""
        return " | ".join(values[:MOST_VALUES]) + more
    if schema.get("type") == "array":
        return f"[{kind(schema.get('items', {}))}]"
    if "const" in schema:
        return str(schema["const"])
    given = schema.get("type", "any")
    return " ".join([*([given] if isinstance(given, str) else given), *_narrower(schema)])


def _narrower(schema: Schema) -> Iterator[str]:
    yield from (str(schema[key]) for key in ("format", "pattern") if key in schema)


def _operation(method: str, path: str, one: Schema, language: Language) -> Operation:
    text = spoken(one.get("description", ""), language)
    return Operation(
        one["operationId"],
        method.upper(),
        path,
        spoken(one.get("summary", path), language),
        text,
        tuple(one.get("requestBody", {}).get("content", ())),
        tuple(_parameters(one.get("parameters", ()), language)),
        tuple(
            Status(code, spoken(answer["description"], language), tuple(answer.get("content", ())))
            for code, answer in sorted(one["responses"].items())
        ),
    )


def _parameters(offered: Iterable[Schema], language: Language) -> Iterator[Field]:
    """A filter once, with the operators that its key has."""
    operators: dict[str, list[str]] = {}
    alone: list[Schema] = []
    for one in offered:
        key, mark, _ = one["name"].partition("[")
        if mark and any(other["name"] == key for other in alone):
            operators.setdefault(key, []).append(one["name"].removeprefix(key))
        else:
            alone.append(one)
    for one in alone:
        text = spoken(one.get("description", ""), language)
        found = tuple(operators.get(one["name"], ()))
        yield Field(one["name"], kind(one["schema"]), text, bool(one.get("required")), found)


def _described(name: str, schema: Schema, language: Language) -> Described:
    required = schema.get("required", ())
    fields = (
        Field(key, kind(one), spoken(one.get("description", ""), language), key in required)
        for key, one in schema.get("properties", {}).items()
    )
    return Described(name, spoken(schema.get("description", ""), language), tuple(fields))


def _used(operations: Iterable[Schema], schemas: Schema) -> list[str]:
    """What is sent and answered, and what that is made of: two steps, beyond which other sections begin."""
    found = dict.fromkeys(name for one in operations for name in _references(one))
    for _ in range(2):
        found |= dict.fromkeys(name for known in [*found] for name in _references(schemas[known]))
    return [*found]


def _references(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield _name(node)
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rsplit("/", 1)[-1]
