"""How `/sparql` appears in `/openapi.json`: it reads its requests itself, so FastAPI cannot know."""

from typing import Any

from graph.formats import GRAPHS, RESULTS, Format


def written_as(format: Format) -> dict[str, Any]:
    """The schema of a document: what is JSON is no string."""
    return {"schema": {} if "json" in format.media_type else {"type": "string"}}


_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
PROBLEM: dict[str, Any] = {
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status"],
                "properties": {
                    "type": {"type": "string", "format": "uri-reference"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "hint": {"type": "string"},
                    "place": {"type": "object"},
                    "language": {"type": "string", "enum": ["vi", "en"]},
                    "requestId": {"type": "string"},
                },
            }
        }
    }
}
WRITTEN: dict[str, Any] = {
    "type": "object",
    "required": ["changed", "generation", "run", "added", "removed"],
    "properties": {
        "changed": {"type": "boolean"},
        "generation": {"type": ["string", "null"], "description": "The one that is current now."},
        "run": {"type": ["string", "null"], "description": "The run that made it; null: nothing changed."},
        "added": {"type": "integer", "description": "Quads."},
        "removed": {"type": "integer", "description": "Quads."},
        "changes": {
            "type": "object",
            "description": "Of a dry run: what would come and go, as N-Quads.",
            "properties": {"added": {"type": "string"}, "removed": {"type": "string"}},
        },
    },
}
"""What is said of an update that is done."""


def _graph_parameter(name: str, clause: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": f"IRI of a graph; in the place of {clause}. May be repeated.",
        "schema": {"type": "array", "items": {"type": "string", "format": "uri"}},
        "style": "form",
        "explode": True,
    }


_OPTIONS: list[dict[str, Any]] = [
    _graph_parameter("default-graph-uri", "FROM"),
    _graph_parameter("named-graph-uri", "FROM NAMED"),
    {
        "name": "timeout",
        "in": "query",
        "description": "Seconds; may only lower the service's own limit.",
        "schema": {"type": "number", "exclusiveMinimum": 0},
    },
    {
        "name": "explain",
        "in": "query",
        "description": "Say how the query would be answered (graphs, engine, deadline), as JSON, and do not.",
        "schema": {"type": "boolean", "default": False},
    },
    {
        "name": "format",
        "in": "query",
        "description": "In the place of an Accept header.",
        "schema": {
            "type": "string",
            "enum": [written.extension for written in (*RESULTS, *GRAPHS)],
        },
    },
]
DRY_RUN: dict[str, Any] = {
    "name": "dry-run",
    "in": "query",
    "description": "Tell what an update would change, before it is held against the shapes; publish nothing.",
    "schema": {"type": "boolean"},
}
_OF_UPDATES: list[dict[str, Any]] = [
    _graph_parameter("using-graph-uri", "USING"),
    _graph_parameter("using-named-graph-uri", "USING NAMED"),
    DRY_RUN,
]
_RESPONSES: dict[str, Any] = {
    "200": {
        "description": "Solutions (SELECT, ASK) or a graph (CONSTRUCT, DESCRIBE), always complete.",
        "headers": {
            "Lienthong-Generation": {**_TEXT, "description": "The state of the data that answered."},
            "Lienthong-Engine": _TEXT,
            "Lienthong-Complete": _TEXT,
            "Server-Timing": _TEXT,
            "ETag": _TEXT,
        },
        "content": {written.media_type: written_as(written) for written in (*RESULTS, *GRAPHS)},
    },
    "400": {"description": "The query or a parameter is wrong.", **PROBLEM},
    "403": {"description": "A graph is named that the caller may not read.", **PROBLEM},
    "406": {"description": "None of the formats asked for can be written.", **PROBLEM},
    "422": {"description": "The answer is larger than the service sends.", **PROBLEM},
    "503": {"description": "Busy, without data, or the query needed too much memory.", **PROBLEM},
    "504": {"description": "The query did not finish in its time.", **PROBLEM},
}
NOT_PERMITTED: dict[int | str, dict[str, Any]] = {
    403: {"description": "Chưa được phép. / Not permitted.", **PROBLEM}
}

GET: dict[str, Any] = {
    "operationId": "querySparql",
    "summary": "Truy vấn SPARQL / SPARQL query",
    "parameters": [
        {
            "name": "query",
            "in": "query",
            "description": "SPARQL 1.1 query text. Without it the service describes itself.",
            "schema": {"type": "string"},
            "example": "SELECT * WHERE { ?s ?p ?o } LIMIT 10",
        },
        *_OPTIONS,
    ],
    "responses": {
        **_RESPONSES,
        "303": {"description": "A browser without a query is sent to the page with the editor."},
        "304": {"description": "The answer has not changed since the ETag the caller has."},
    },
}
POST: dict[str, Any] = {
    "operationId": "postSparql",
    "summary": "Truy vấn hoặc cập nhật SPARQL / SPARQL query or update",
    "description": "Updates are taken from those who were granted to write (`DATASET:CLASS:write`).",
    "parameters": [*_OPTIONS, *_OF_UPDATES],
    "requestBody": {
        "required": True,
        "content": {
            "application/sparql-query": _TEXT,
            "application/sparql-update": _TEXT,
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "oneOf": [{"required": ["query"]}, {"required": ["update"]}],
                    "properties": {
                        "query": {"type": "string"},
                        "update": {"type": "string"},
                        **{option["name"]: option["schema"] for option in _OF_UPDATES},
                        **{option["name"]: option["schema"] for option in _OPTIONS},
                    },
                }
            },
        },
    },
    "responses": {
        **_RESPONSES,
        "200": {
            **_RESPONSES["200"],
            "description": "Solutions, a graph, or what an update has done.",
            "content": {**_RESPONSES["200"]["content"], "application/json": {"schema": WRITTEN}},
        },
        "403": {"description": "A graph may not be read, or not be written, by the caller.", **PROBLEM},
        "409": {"description": "The data set is made from files and takes no updates.", **PROBLEM},
        "413": {"description": "The body is too large.", **PROBLEM},
        "415": {"description": "The body is neither a form nor a SPARQL query or update.", **PROBLEM},
    },
}
