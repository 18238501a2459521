"""Requests to an application, without a server between."""

from collections.abc import Awaitable, Callable
from typing import Any

Application = Callable[..., Awaitable[None]]
Answer = tuple[int, dict[str, str], bytes]


async def get(app: Application, address: str, tag: str = "") -> Answer:
    """Status, headers and body of a GET; `tag`: what the caller has already."""
    path, _, query = address.partition("?")
    given = [(b"host", b"bench"), *([(b"if-none-match", tag.encode())] if tag else [])]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": given,
        "client": ("127.0.0.1", 1),
        "server": ("bench", 80),
    }
    started: dict[str, Any] = {}
    body = bytearray()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        started.update(message if message["type"] == "http.response.start" else {})
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in started["headers"]}
    return started["status"], headers, bytes(body)
