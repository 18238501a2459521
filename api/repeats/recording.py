"""Responses are taken down as they leave the application, where they may be given again."""

from typing import cast

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.allowances import caller_of
from api.principals.authenticator import Authenticator
from api.repeats.repeats import Kept, Repeatable, Repeats, lasting
from graph.access import Identity

DIGEST = "repeats.digest"
"""In the state of a request: by what its bytes are found, where they are the whole of it."""
REPEATABLE = "repeatable"
"""In the state of a request: what its response says of itself."""
_NOT_KEPT = ("connection", "content-length", "expect", "transfer-encoding", "upgrade", "x-request-id")
"""Headers of requests that ask for something to be done anew, or are not the whole request."""


class Recording:
    """The outermost of all, so that it sees what is sent."""

    def __init__(self, app: ASGIApp, repeats: Repeats, authenticator: Authenticator) -> None:
        self._app = app
        self._repeats = repeats
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A server need not give a state (ASGI, HTTP connection scope).
        if scope["type"] != "http" or DIGEST not in scope.get("state", {}):
            await self._app(scope, receive, send)
            return
        start: Message = {}

        async def send_noted(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif start and REPEATABLE in scope["state"] and not message.get("more_body", False):
                self._keep(scope, start, message.get("body", b""))
            elif message.get("more_body", False):
                start = {}  # in pieces: too large to be kept
            await send(message)

        await self._app(scope, receive, send_noted)

    def _keep(self, scope: Scope, start: Message, body: bytes) -> None:
        # The server may have found that more came with the request: then there is no digest any more.
        digest = cast(bytes | None, scope["state"].get(DIGEST))
        headers = Headers(scope=scope)
        if digest is None or start["status"] != 200 or scope["http_version"] != "1.1":
            return
        if any(name in headers for name in _NOT_KEPT):
            return
        identity = cast(Identity, scope["state"]["identity"])
        standing = self._authenticator.standing(headers, identity)
        if standing is None:
            return
        kept = Kept(
            head=b"HTTP/1.1 200 OK\r\n" + lasting(start["headers"]),
            body=bytes(body),
            path=scope["path"],
            source=cast(Repeatable, scope["state"][REPEATABLE]),
            standing=standing,
            caller=caller_of(identity, scope["client"][0] if scope["client"] else ""),
        )
        self._repeats.keep(digest, kept)


def attach(app: FastAPI, repeats: Repeats, authenticator: Authenticator) -> None:
    """To be called last of all that looks at requests."""
    app.state.repeats = repeats
    app.add_middleware(Recording, repeats=repeats, authenticator=authenticator)
