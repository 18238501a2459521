"""Whatever is read has an entity tag: an answer whose route gives it none gets that of its own bytes.

A route that knows the tag before it asks anything says it itself (`api.conditional`), and is spared the work.
What is `no-store` gets none: nobody has it any more (RFC 9110 §8.8.3, §13.1.2, §15.4.5).
"""

import hashlib

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import conditional

DECIDING = ("content-type", "content-language")
"""Headers that make another representation of the same bytes."""
OF_CONTENT = ("content-type", "content-language", "content-length", "content-disposition")
"""Headers that tell nothing where there is no content."""


class Validators:
    """To be the innermost of all: bytes are looked at before they are packed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def send_tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_to_be_tagged(message):
                start = message
                return
            if start is None:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                is_known = _tag(Request(scope), start, body)
                await send(start)
                await send({"type": "http.response.body", "body": b"" if is_known else bytes(body)})

        await self._app(scope, receive, send_tagged)


def attach(app: FastAPI) -> None:
    """To be called before anything else is put around `app`."""
    app.add_middleware(Validators)


def _is_to_be_tagged(start: Message) -> bool:
    headers = MutableHeaders(scope=start)
    return (
        start["status"] == 200
        and "etag" not in headers
        and "no-store" not in headers.get("cache-control", "").lower()
    )


def _tag(request: Request, start: Message, body: bytearray) -> bool:
    """Add the tag, and that it is to be asked for again; whether the caller has it, who gets a 304 then."""
    headers = MutableHeaders(scope=start)
    told = hashlib.sha256(body)
    for name in DECIDING:
        told.update(b"\0" + headers.get(name, "").encode())
    headers["etag"] = tag = f'"{told.hexdigest()[:32]}"'
    headers.setdefault("cache-control", "no-cache")
    if not conditional.is_known(request, tag):
        return False
    start["status"] = 304
    for name in OF_CONTENT:
        if name in headers:
            del headers[name]
    return True
