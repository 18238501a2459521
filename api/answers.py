"""What an engine answered, as a response over HTTP."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api import conditional
from api.limits import while_connected
from api.repeats.repeats import Repeatable
from graph.access import Principal
from graph.sparql.answer import Answer, Prepared
from graph.sparql.engine import Engine
from graph.sparql.running import Asked

OUTCOME = "outcome"
"""In the state of a request: what came of its query, where that was run before the request was read."""
OWN = frozenset(
    (
        b"age",
        b"cache-status",
        b"content-encoding",
        b"content-length",
        b"etag",
        b"lienthong-complete",
        b"lienthong-engine",
        b"lienthong-generation",
        b"server-timing",
    )
)
PIECE = 64 * 1024
"""Bytes."""
PATIENCE = 60.0
"""Seconds in which the next piece has to be taken: 1 KiB a second."""


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
    answer = await _answer(request, engine, prepared, principal)
    if answer is None:
        return Response(status_code=499)
    if answer.etag and headers is None:
        request.state.answered = answer.media_type
    if answer.age is not None and request.method == "GET":
        # What was kept stays right as long as its generation is the current one.
        since = time.monotonic() - answer.age
        request.state.repeatable = Repeatable(prepared.generation, since)
    return _response(answer, told)


async def _answer(
    request: Request, engine: Engine, prepared: Prepared, principal: Principal
) -> Answer | None:
    """What came of the query before the request was read (see `api.repeats.heads`), else what comes of it
    now; None where the caller goes away first."""
    outcome = request.scope["state"].get(OUTCOME)
    if isinstance(outcome, Answer):
        return outcome
    if outcome is not None:
        raise outcome
    asked = Asked(principal.name, request.state.request_id)
    return await while_connected(request, engine.run(prepared, asked))


def _response(answer: Answer, headers: Mapping[str, str]) -> Response:
    told = {**headers, **own_headers(answer), "Cache-Control": "no-cache" if answer.etag else "no-store"}
    if answer.size <= PIECE:
        return Response(answer.body, media_type=answer.media_type, headers=told)
    told["Content-Length"] = str(answer.size)
    return PatientResponse(_pieces(answer), media_type=answer.media_type, headers=told)


def own_headers(answer: Answer) -> dict[str, str]:
    """Those that no other answer need have, all of them among `OWN`."""
    told = {
        "Lienthong-Generation": answer.generation,
        "Lienthong-Engine": answer.engine,
        "Lienthong-Complete": "true",
        "Server-Timing": f"queue;dur={answer.waited * 1000:.1f}, query;dur={answer.seconds * 1000:.1f}",
        "Cache-Status": _cache_status(answer),
    }
    if answer.etag:
        told["ETag"] = answer.etag
    if answer.age is not None:
        told["Age"] = str(int(answer.age))
    return told


def _cache_status(answer: Answer) -> str:
    """RFC 9211 §2."""
    if answer.age is not None:
        return "Lienthong; hit"
    if answer.etag is None:
        return "Lienthong; fwd=bypass"
    return "Lienthong; fwd=miss; stored" if answer.is_kept else "Lienthong; fwd=miss"


async def _pieces(answer: Answer) -> AsyncIterator[bytes | memoryview]:
    """Others have their turn in between: packing a piece takes half a millisecond, 64 MiB half a second."""
    for piece in answer.pieces(PIECE):
        yield piece
        await asyncio.sleep(0)


class PatientResponse(StreamingResponse):
    """Of a caller who takes what is sent, however slowly; one who takes nothing for too long is cut off."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_soon(message: Message) -> None:
            async with asyncio.timeout(PATIENCE):
                await send(message)

        with contextlib.suppress(TimeoutError, ClientDisconnect):
            await super().__call__(scope, receive, send_soon)
