"""Answers that need not be sent twice (RFC 9110 §8.8.3, §13.1.2).

Everything read from a generation stays the same until the next one, so an entity tag is made from what
decides the answer: generation, what the caller may see, knowledge, format, language. It is known before any
query runs.
"""

import hashlib
import re

from starlette.requests import Request
from starlette.responses import Response

from graph.access import Principal


def etag(generation: str, principal: Principal, *parts: str) -> str:
    """A strong entity tag, with its quotes."""
    told = "\n".join((generation, *sorted(principal.graphs), "", *parts))
    return f'"{generation}-{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the caller already has it (If-None-Match compares weakly)."""
    given = ",".join(request.headers.getlist("if-none-match"))
    return given.strip() == "*" or tag in re.findall(r'"[^"]*"', given)


def not_modified(tag: str, **headers: str) -> Response:
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache", **headers})
