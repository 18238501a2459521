"""What one request may cost before and while it is answered."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import HTTPException
from starlette.requests import Request

from graph.text import Text

Result = TypeVar("Result")


async def read_body(request: Request, limit: int) -> bytes:
    """The body. Raises HTTPException 413 as soon as more than `limit` bytes are announced or sent."""
    announced = request.headers.get("content-length", "")
    body = bytearray()
    if not (announced.isdecimal() and int(announced) > limit):
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                break
        else:
            return bytes(body)
    raise HTTPException(
        413,
        detail=Text(f"Phần thân lớn hơn {limit} byte.", f"The body is larger than {limit} bytes."),
    )


async def while_connected(request: Request, work: Coroutine[Any, Any, Result]) -> Result | None:
    """The result of `work`; None when the caller goes away first, in which case `work` is cancelled.

    To be called when the body has been read.
    """
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        watching.cancel()
        working.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
