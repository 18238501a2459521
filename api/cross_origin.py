"""Pages of other sites may read here (CORS), without cookies: with a key that they show, or what is open."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from api.principals import credential

READABLE_HEADERS = [
    "Age",
    "Cache-Status",
    "Deprecation",
    "ETag",
    "Lienthong-Complete",
    "Lienthong-Engine",
    "Lienthong-Generation",
    "Link",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Server-Timing",
    "Sunset",
    "WWW-Authenticate",
    "X-Request-Id",
]


def allow(app: FastAPI) -> None:
    """POST is there for long SPARQL queries, DELETE to stop one; what they, PUT and PATCH write needs a key
    that a page must have been given."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=[*credential.HEADERS, "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id"],
        expose_headers=READABLE_HEADERS,
    )
