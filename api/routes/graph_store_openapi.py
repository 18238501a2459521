"""How the Graph Store Protocol appears in `/openapi.json`: its formats and parameters."""

from typing import Any

from api.routes.sparql_openapi import PROBLEM
from graph.formats import GRAPHS

_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_FORMAT: dict[str, Any] = {
    "name": "format",
    "in": "query",
    "description": "In the place of an Accept header.",
    "schema": {"type": "string", "enum": [written.extension for written in GRAPHS]},
}
_RESPONSES: dict[str, Any] = {
    "200": {
        "description": "The whole graph.",
        "headers": {"Lienthong-Generation": _TEXT, "ETag": _TEXT},
        "content": {written.media_type: _TEXT for written in GRAPHS},
    },
    "304": {"description": "The graph has not changed since the ETag the caller has."},
    "404": {"description": "There is no such graph for this caller.", **PROBLEM},
    "406": {"description": "None of the formats asked for can be written.", **PROBLEM},
    "422": {"description": "The graph is larger than the service sends.", **PROBLEM},
}

INDIRECT: dict[str, Any] = {
    "operationId": "readGraph",
    "summary": "Đọc cả một đồ thị / Read a whole graph",
    "parameters": [
        {"name": "graph", "in": "query", "description": "IRI of a graph.", **_TEXT},
        {
            "name": "default",
            "in": "query",
            "description": "Instead of `graph`, without a value: everything that the caller may read.",
            "allowEmptyValue": True,
            **_TEXT,
        },
        _FORMAT,
    ],
    "responses": {**_RESPONSES, "400": {"description": "Not exactly one graph is named.", **PROBLEM}},
}
DIRECT: dict[str, Any] = {
    "operationId": "readGraphAtItsIri",
    "summary": "Đọc một đồ thị tại IRI của nó / Read a graph at its own IRI",
    "parameters": [_FORMAT],
    "responses": {
        **_RESPONSES,
        "303": {"description": "A browser is sent to the page of the data set."},
    },
}
