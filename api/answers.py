"""What an engine answered, as a response over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api import conditional
from api.limits import while_connected
from graph.access import Principal
from graph.sparql.engine import Answer, Engine, Prepared
from graph.sparql.running import Asked

PIECE = 64 * 1024
"""Bytes."""


async def respond(
    request: Request,
    engine: Engine,
    prepared: Prepared,
    principal: Principal,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer with `headers` and what it says of itself; 304 where the caller has it already."""
    told = {"Vary": "Accept", **(headers or {})}
    if request.method != "POST" and prepared.etag and conditional.is_known(request, prepared.etag[2:]):
        return conditional.not_modified(prepared.etag, **told)
    asked = Asked(principal.name, request.state.request_id)
    answer = await while_connected(request, engine.run(prepared, asked))
    return _response(answer, told) if answer else Response(status_code=499)


def _response(answer: Answer, headers: Mapping[str, str]) -> Response:
    told = {
        **headers,
        "Lienthong-Generation": answer.generation,
        "Lienthong-Engine": answer.engine,
        "Lienthong-Complete": "true",
        "Server-Timing": f"queue;dur={answer.waited * 1000:.1f}, query;dur={answer.seconds * 1000:.1f}",
        "Cache-Control": "no-cache" if answer.etag else "no-store",
        "Cache-Status": _cache_status(answer),
    }
    if answer.etag:
        told["ETag"] = answer.etag
    if answer.age is not None:
        told["Age"] = str(int(answer.age))
    if len(answer.body) <= PIECE:
        return Response(answer.body, media_type=answer.media_type, headers=told)
    told["Content-Length"] = str(len(answer.body))
    return StreamingResponse(_pieces(answer.body), media_type=answer.media_type, headers=told)


def _cache_status(answer: Answer) -> str:
    """RFC 9211 §2."""
    if answer.age is not None:
        return "Lienthong; hit"
    if answer.etag is None:
        return "Lienthong; fwd=bypass"
    return "Lienthong; fwd=miss; stored" if answer.is_kept else "Lienthong; fwd=miss"


async def _pieces(body: bytes) -> AsyncIterator[memoryview]:
    """Others have their turn in between: packing a piece takes half a millisecond, 64 MiB half a second."""
    view = memoryview(body)
    for start in range(0, len(body), PIECE):
        yield view[start : start + PIECE]
        await asyncio.sleep(0)
