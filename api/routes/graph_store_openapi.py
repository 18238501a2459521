"""How the Graph Store Protocol appears in `/openapi.json`: its formats and parameters."""

from typing import Any

from api.routes.sparql_openapi import DRY_RUN, PROBLEM, WRITTEN, written_as
from api.routes.validation_openapi import FORM
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
        "content": {written.media_type: written_as(written) for written in GRAPHS},
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

_WRITTEN: dict[str, Any] = {
    "200": {
        "description": "Done; `changed` says whether anything was published.",
        "headers": {"Lienthong-Generation": _TEXT},
        "content": {"application/json": {"schema": WRITTEN}},
    },
    "400": {"description": "The document cannot be read; `place` has the line.", **PROBLEM},
    "403": {"description": "The caller may not write this graph, whether it exists or not.", **PROBLEM},
    "409": {"description": "The data set is made from files and takes no updates.", **PROBLEM},
    "412": {"description": "The graph is not as If-Match or If-None-Match wants it.", **PROBLEM},
    "422": {"description": "Refused: it would break the shapes, or state a fact twice.", **PROBLEM},
    "503": {"description": "Busy: another publication is under way.", **PROBLEM},
    "504": {"description": "Not done in its time; nothing has changed.", **PROBLEM},
}
_BODY: dict[str, Any] = {
    "required": True,
    "content": {written.media_type: written_as(written) for written in GRAPHS},
}
_TOLD: dict[str, dict[str, Any]] = {
    "put": {
        "summary": "Thay một đồ thị / Replace a graph",
        "requestBody": _BODY,
        "responses": {**_WRITTEN, "201": {**_WRITTEN["200"], "description": "There was no such graph."}},
    },
    "post": {
        "summary": "Thêm vào một đồ thị / Add to a graph",
        "requestBody": {
            "required": True,
            "content": {**_BODY["content"], "multipart/form-data": FORM},
        },
        "responses": {**_WRITTEN, "201": {**_WRITTEN["200"], "description": "There was no such graph."}},
    },
    "delete": {
        "summary": "Xóa một đồ thị / Delete a graph",
        "responses": {**_WRITTEN, "404": {"description": "There is no such graph.", **PROBLEM}},
    },
}
for _verb in ("put", "post"):
    _TOLD[_verb]["responses"] |= {
        "413": {"description": "The body is too large.", **PROBLEM},
        "415": {"description": "The body's format is not read.", **PROBLEM},
    }
WRITING: dict[str, dict[str, Any]] = {
    verb: {"operationId": f"{verb}Graph", "parameters": [*INDIRECT["parameters"][:2], DRY_RUN], **told}
    for verb, told in _TOLD.items()
}
WRITING_DIRECT: dict[str, dict[str, Any]] = {
    verb: {"operationId": f"{verb}GraphAtItsIri", "parameters": [DRY_RUN], **told}
    for verb, told in _TOLD.items()
}
