"""What one caller may ask of the service: whose a request counts as, and how many there may be in a minute.

RateLimit headers by draft-ietf-httpapi-ratelimit-headers-10; 429 by RFC 6585 §4.
"""

import math
import time
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from graph.access import Identity
from graph.errors import AllowanceSpentError
from graph.sparql.admission import CALLER
from graph.sparql.rate import WINDOW, Rates, Spent
from graph.text import Text

FREE = ("/health", "/ready")
"""Asked by what watches the service, which must learn whether it runs."""
POLICY = "requests"


def caller_of(identity: Identity, host: str) -> str:
    """Who is known by name; anonymous callers by address, which for IPv6 is that of their network (/64)."""
    if identity.kind != "anonymous":
        return identity.name
    try:
        address = ip_address(host)
    except ValueError:
        return f"{identity.name} {host}"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{identity.name} {ip_network((address, 64), strict=False)}"
    return f"{identity.name} {address}"


class Allowances:
    """Behind authentication: who it is must be known."""

    def __init__(self, app: ASGIApp, rates: Rates | None, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        caller = caller_of(request.state.identity, request.client.host if request.client else "")
        CALLER.set(caller)
        if self._rates is None or scope["path"] in FREE:
            await self._app(scope, receive, send)
            return
        spent = self._rates.spend(caller, time.monotonic())
        counted = _counted(send, self._limit, spent)
        if spent.allowed:
            await self._app(scope, receive, counted)
        else:
            await errors.domain_problem(request, _too_many(self._limit, spent))(scope, receive, counted)


def attach(app: FastAPI, rates: Rates | None, limit: int) -> None:
    """To be called before authentication is, which is asked first then. `rates` None: there is no limit."""
    app.add_middleware(Allowances, rates=rates, limit=limit)


def headers(limit: int, spent: Spent) -> list[tuple[bytes, bytes]]:
    """What a caller is told after a request."""
    left = f'"{POLICY}";r={spent.remaining};t={math.ceil(spent.reset)}'
    policy = f'"{POLICY}";q={limit};w={WINDOW:.0f}'
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]


def _counted(send: Send, limit: int, spent: Spent) -> Send:
    async def send_counted(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *headers(limit, spent)]
        await send(message)

    return send_counted


def _too_many(limit: int, spent: Spent) -> AllowanceSpentError:
    seconds = math.ceil(spent.reset)
    return AllowanceSpentError(
        Text(f"Mỗi người gọi có {limit} yêu cầu một phút.", f"Each caller has {limit} requests a minute."),
        hint=Text(f"Hãy thử lại sau {seconds} giây.", f"Try again in {seconds} seconds."),
        retry_after=seconds,
    )
