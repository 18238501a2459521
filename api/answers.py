"""What an engine answered, as a response over HTTP."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from api import conditional
from api.limits import while_connected
from graph.sparql.engine import Answer, Engine, Prepared


async def respond(
    request: Request, engine: Engine, prepared: Prepared, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer with `headers` and what it says of itself; 304 where the caller has it already."""
    told = {"Vary": "Accept", **(headers or {})}
    if request.method != "POST" and prepared.etag and conditional.is_known(request, prepared.etag[2:]):
        return conditional.not_modified(prepared.etag, **told)
    answer = await while_connected(request, engine.run(prepared))
    return _response(answer, told) if answer else Response(status_code=499)


def _response(answer: Answer, headers: Mapping[str, str]) -> Response:
    told = {
        **headers,
        "Lienthong-Generation": answer.generation,
        "Lienthong-Engine": answer.engine,
        "Lienthong-Complete": "true",
        "Server-Timing": f"queue;dur={answer.waited * 1000:.1f}, query;dur={answer.seconds * 1000:.1f}",
        "Cache-Control": "no-cache" if answer.etag else "no-store",
    }
    if answer.etag:
        told["ETag"] = answer.etag
    return Response(answer.body, media_type=answer.media_type, headers=told)
