"""Pages of other sites may read here (CORS), without cookies: what anybody may read, any page may."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

READABLE_HEADERS = [
    "ETag",
    "Lienthong-Complete",
    "Lienthong-Engine",
    "Lienthong-Generation",
    "Link",
    "Retry-After",
    "Server-Timing",
    "X-Request-Id",
]


def allow(app: FastAPI) -> None:
    """POST is there for long SPARQL queries; nothing is written through it."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        expose_headers=READABLE_HEADERS,
    )
