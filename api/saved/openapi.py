"""Each saved query as an operation of its own in `/openapi.json`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI

from api import sections
from api.facade.openapi import NOT_MODIFIED, PROBLEMS
from api.saved.asking import CSV, DEFAULT_LIMIT, JSON, MOST
from api.saved.catalogue import Offer
from graph.queries import Column, Parameter
from graph.queries.parameter import KINDS, LEXICAL, LONGEST

Schema = dict[str, Any]

_TYPES: Mapping[str, Schema] = {
    "iri": {"type": "string", "format": "iri"},
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "month": {"type": "string", "pattern": f"^{LEXICAL['month']}$"},
    "year": {"type": "string", "pattern": f"^{LEXICAL['year']}$"},
    "moment": {"type": "string", "format": "date-time"},
}
_OF_EVERY: tuple[Schema, ...] = (
    {
        "name": "limit",
        "in": "query",
        "description": f"Số dòng trên một trang; CSV không có limit thì trả mọi dòng. "
        f"/ Rows on a page; CSV without a limit has every row ({MOST} at most).",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "Vị trí bắt đầu trang, lấy từ links.next. / Where the page begins, from links.next.",
        "schema": {"type": "string"},
    },
    {
        "name": "format",
        "in": "query",
        "description": "Thay cho Accept. / Instead of Accept.",
        "schema": {"type": "string", "enum": [JSON.extension, CSV.extension]},
    },
)
# These must be references: `Problem` is a component of the facade's, which every collection uses.
_ERRORS = {str(status): {k: v for k, v in told.items() if k != "model"} for status, told in PROBLEMS.items()}


def describe(app: FastAPI, offers: Callable[[], Mapping[str, Offer]]) -> None:
    """Add the operations to what FastAPI writes of the routes: one route serves them all."""
    of_routes = app.openapi

    def openapi() -> dict[str, Any]:
        document = of_routes()
        for one in offers().values():
            document["paths"].setdefault(one.address, {"get": operation(one)})
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the document


def operation(offer: Offer) -> Schema:
    """The GET operation of a saved query (OpenAPI 3.1 §4.8.10)."""
    query = offer.query
    return {
        "tags": [sections.QUERIES],
        "summary": str(query.question),
        "description": f"v{query.version} · {offer.owner}",
        "operationId": f"ask_{re.sub('[^a-z0-9]+', '_', query.name)}",
        "parameters": [*map(_parameter, query.parameters), *_OF_EVERY],
        "responses": {
            "200": {
                "description": str(query.question),
                "content": {
                    JSON.media_type: {"schema": _page(query.answer)},
                    CSV.media_type: {"schema": {"type": "string"}},
                },
            },
            "304": NOT_MODIFIED[304],
            **_ERRORS,
            "504": {**PROBLEMS[503], "description": "Truy vấn quá giờ / The query took too long"},
        },
    }


def schema(one: Parameter) -> Schema:
    """JSON Schema of a parameter's values."""
    found = dict(_TYPES[one.kind])
    if one.choices:
        found = {"type": "string", "enum": [choice.name for choice in one.choices]}
    elif one.kind in ("iri", "text"):
        found |= {"minLength": 1, "maxLength": LONGEST}
    if one.pattern:
        found["pattern"] = f"^(?:{one.pattern})$"
    example = _typed(one)
    return {**found, "default": example, "examples": [example]}


def _parameter(one: Parameter) -> Schema:
    return {
        "name": one.name,
        "in": "query",
        "required": False,
        "description": f"{one.label} ({KINDS[one.kind]})",
        "schema": schema(one),
    }


def _typed(one: Parameter) -> str | int | float | bool:
    match one.kind:
        case "integer":
            return int(one.example)
        case "decimal":
            return float(one.example)
        case "boolean":
            return one.example == "true"
        case _:
            return one.example


def _page(columns: tuple[Column, ...]) -> Schema:
    row = {
        "type": "object",
        "properties": {one.name: _cell(one) for one in columns},
        "required": [one.name for one in columns],
    }
    texts = {"type": "object", "properties": {"vi": {"type": "string"}, "en": {"type": "string"}}}
    return {
        "type": "object",
        "required": ["query", "version", "parameters", "items", "generation", "links"],
        "properties": {
            "query": {"type": "string"},
            "version": {"type": "integer"},
            "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
            "items": {"type": "array", "items": row},
            "total": {"type": "integer"},
            "generation": {"type": "string"},
            "access": {"type": ["string", "null"]},
            "note": {"anyOf": [texts, {"type": "null"}]},
            "links": {"$ref": "#/components/schemas/PageLinks"},
        },
    }


def _cell(column: Column) -> Schema:
    found = dict(_TYPES[column.kind])
    return {**found, "type": [found["type"], "null"]} if column.optional else found
