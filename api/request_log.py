"""A number for every request, and one log line with it."""

import logging
import re
import time
from secrets import token_hex

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("lienthong.request")

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_id() -> str:
    """One that nobody can guess."""
    return token_hex(8)


def note(request_id: str, method: str, path: str, status: int, started: float) -> None:
    """`started`: by `time.perf_counter()`."""
    milliseconds = (time.perf_counter() - started) * 1000
    log.info("%s %s %s %d %.1f ms", request_id, method, path, status, milliseconds)


class RequestId:
    """Takes `X-Request-Id` from the caller when it is decent, else makes one; sends it back and logs it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _ACCEPTABLE.fullmatch(given) else new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
                note(request_id, scope["method"], scope["path"], message["status"], started)
            await send(message)

        await self._app(scope, receive, send_with_id)
