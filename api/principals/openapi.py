"""How callers show who they are, in `/openapi.json`: any may, none has to. And what any may be told."""

from typing import Any

from fastapi import FastAPI

SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Khóa API lt_… hoặc mã truy cập (JWT). / An API key, lt_…, or a token (JWT).",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "Khóa API lt_… / An API key, lt_…",
    },
}
REFUSED: dict[str, Any] = {
    "description": "Khóa hoặc mã truy cập không đúng. / The key or token is wrong.",
    "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
LIMITED: dict[str, Any] = {
    "description": "Quá nhiều yêu cầu trong một phút. / Too many requests in a minute.",
    "headers": {"Retry-After": {"schema": {"type": "integer"}}},
    "content": REFUSED["content"],
}
METHODS = ("get", "put", "post", "delete", "patch")


def describe(app: FastAPI) -> None:
    """Add it to what FastAPI writes of the routes."""
    of_routes = app.openapi

    def openapi() -> dict[str, Any]:
        document = of_routes()
        document.setdefault("components", {})["securitySchemes"] = SCHEMES
        # The empty one says that nothing need be shown (OpenAPI 3.1 §4.8.30).
        document["security"] = [{}, *({name: []} for name in SCHEMES)]
        for path in document["paths"].values():
            for method in METHODS:
                if method in path:
                    path[method]["responses"].setdefault("401", REFUSED)
                    path[method]["responses"].setdefault("429", LIMITED)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the document
