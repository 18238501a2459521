"""Answers are packed for those who can unpack them (RFC 9110 §8.4.1.3, §12.5.3)."""

import gzip

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 1024
"""Bytes; what is smaller fits into one packet in any case."""
LEVEL = 4
"""Of 9: quads of administrative units become 13 times smaller, in three quarters of the time of level 6."""


def are_packed_for(accepted: str) -> bool:
    """Whether answers of some size are, by the Accept-Encoding of a request: as `GZipMiddleware` tells."""
    return "gzip" in accepted


def packed(body: bytes) -> bytes:
    """As `GZipMiddleware` packs it."""
    return gzip.compress(body, LEVEL, mtime=0)


def weak(tag: str) -> str:
    """The tag of what is packed (see `WeakTags`)."""
    return f"W/{tag}" if tag.startswith('"') else tag


class WeakTags:
    """Packed and as it is, an answer is no longer the same byte for byte, as a strong tag says (§8.8.1).

    Who has it packed gets the weak tag again where nothing is sent (§15.4.5).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_weakly(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                tag = headers.get("etag", "")
                known = Headers(scope=scope).get("if-none-match", "")
                has_it_packed = message["status"] == 304 and f"W/{tag}" in known
                if message["status"] == 304 or scope["method"] == "HEAD":
                    _vary(headers)
                if tag and ("content-encoding" in headers or has_it_packed):
                    headers["etag"] = weak(tag)
            await send(message)

        await self._app(scope, receive, send_weakly)


def _vary(headers: MutableHeaders) -> None:
    """As is said where something is sent (§9.3.2, §15.4.5)."""
    if "accept-encoding" not in headers.get("vary", "").lower():
        headers.add_vary_header("Accept-Encoding")


def offer(app: FastAPI) -> None:
    """Pack every answer of some size; to be called before what reads or adds headers is added."""
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST, compresslevel=LEVEL)
    app.add_middleware(WeakTags)
