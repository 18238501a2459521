"""Every request gets an identity, or 401; what one is answered no cache gives to another (RFC 9111 §4.1)."""

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from api.principals import credential, openapi
from api.principals.authenticator import Authenticator
from graph.access import ANONYMOUS
from graph.errors import LienthongError


class Authentication:
    """Puts `identity` into the state of the request."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator) -> None:
        self._app = app
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            identity = await self._authenticator.identity(request.headers)
        except LienthongError as wrong:
            await errors.domain_problem(request, wrong)(scope, receive, _varying(send, is_private=True))
            return
        request.state.identity = identity
        await self._app(scope, receive, _varying(send, is_private=identity is not ANONYMOUS))


def attach(app: FastAPI, authenticator: Authenticator) -> None:
    """Every request of `app` is asked who makes it; `/openapi.json` says how that is answered."""
    app.add_middleware(Authentication, authenticator=authenticator)
    openapi.describe(app)


def _varying(send: Send, *, is_private: bool) -> Send:
    async def send_varying(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in credential.HEADERS:
                headers.add_vary_header(name)
            if is_private:
                headers["Cache-Control"] = _private(headers.get("cache-control", "no-cache"))
        await send(message)

    return send_varying


def _private(directives: str) -> str:
    """`no-store` says more; `public` is the contrary."""
    given = [one.strip() for one in directives.split(",") if one.strip().lower() != "public"]
    if {"private", "no-store"} & {one.lower() for one in given}:
        return ", ".join(given)
    return ", ".join(["private", *given])
