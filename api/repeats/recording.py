"""Responses are taken down as they leave the application, where they may be given again."""

from typing import cast

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import compression
from api.allowances import caller_of
from api.principals.authenticator import Authenticator
from api.repeats.heads import Digests, Head, Heads
from api.repeats.repeats import STATUS, Kept, Repeatable, Repeats, lasting
from graph.access import Identity

DIGESTS = "repeats.digests"
"""In the state of a request: by what its bytes are found, where they are the whole of it."""
REPEATABLE, ANSWERED = "repeatable", "answered"
"""In the state of a request: what its response says of itself."""
_NOT_KEPT = ("content-length", "expect", "transfer-encoding", "upgrade", "x-request-id")
"""Headers of requests that ask for something to be done anew, or are not the whole request."""
_STAYS = "keep-alive"


class Recording:
    """The outermost of all, so that it sees what is sent."""

    def __init__(self, app: ASGIApp, repeats: Repeats, heads: Heads, authenticator: Authenticator) -> None:
        self._app = app
        self._repeats = repeats
        self._heads = heads
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A server need not give a state (ASGI, HTTP connection scope).
        if scope["type"] != "http" or DIGESTS not in scope.get("state", {}):
            await self._app(scope, receive, send)
            return
        start: Message = {}

        async def send_noted(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif start and _is_told_of(scope) and not message.get("more_body", False):
                self._take_down(scope, start, message.get("body", b""))
            elif message.get("more_body", False):
                start = {}  # in pieces: too large to be kept
            await send(message)

        await self._app(scope, receive, send_noted)

    def _take_down(self, scope: Scope, start: Message, body: bytes) -> None:
        # The server may have found that more came with the request: then there are no digests any more.
        digests = cast(Digests | None, scope["state"].get(DIGESTS))
        headers = Headers(scope=scope)
        if digests is None or start["status"] != 200 or scope["http_version"] != "1.1":
            return
        if any(name in headers for name in _NOT_KEPT) or headers.get("connection", _STAYS).lower() != _STAYS:
            return
        identity = cast(Identity, scope["state"]["identity"])
        standing = self._authenticator.standing(headers, identity)
        if standing is None:
            return
        caller = caller_of(identity, scope["client"][0] if scope["client"] else "")
        if REPEATABLE in scope["state"]:
            source = cast(Repeatable, scope["state"][REPEATABLE])
            made = STATUS + lasting(start["headers"])
            kept = Kept(made, bytes(body), scope["path"], source, standing, caller)
            self._repeats.keep(digests.request, kept)
        is_learned = ANSWERED in scope["state"] and "if-none-match" not in headers
        if is_learned and digests.head is not None and digests.varied is not None:
            own = digests.varied.kind.own
            head = Head(identity, standing, caller, _accept(headers), _packs(headers), {})
            self._heads.learn(digests.head, head, scope["state"][ANSWERED], _lines(start, own))


def _is_told_of(scope: Scope) -> bool:
    return REPEATABLE in scope["state"] or ANSWERED in scope["state"]


def _accept(headers: Headers) -> str | None:
    return ",".join(headers.getlist("accept")) or None


def _packs(headers: Headers) -> bool:
    return compression.are_packed_for(headers.get("accept-encoding", ""))


def _lines(start: Message, own: frozenset[bytes]) -> bytes:
    """Those of a response that are not its answer's own, of which another may be packed."""
    headers = MutableHeaders(raw=list(start["headers"]))
    headers.add_vary_header("Accept-Encoding")
    return lasting(headers.raw, without=own)


def attach(app: FastAPI, repeats: Repeats, heads: Heads, authenticator: Authenticator) -> None:
    """To be called last of all that looks at requests."""
    app.state.repeats = repeats
    app.state.heads = heads
    app.add_middleware(Recording, repeats=repeats, heads=heads, authenticator=authenticator)
