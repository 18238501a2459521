"""What became of an update, as a response."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.updates.updates import Updates, Wanted, Written
from graph.access import Identity
from graph.sparql.engine import Engine
from graph.sparql.running import Asked


async def perform(
    request: Request, engine: Engine, updates: Updates, identity: Identity, wanted: Wanted, shown: str
) -> Response:
    """Does what is wanted; meanwhile it is among the queries that run, as `shown`, and can be stopped."""
    asked = Asked(identity.name, request.state.request_id)
    done = await engine.register.follow(asked, shown, updates.write(identity, wanted))
    return _response(done)


def _response(done: Written) -> Response:
    told: dict[str, Any] = {
        "changed": done.run is not None,
        "generation": done.generation,
        "run": done.run,
        "added": done.added,
        "removed": done.removed,
    }
    if done.changes is not None:
        added, removed = done.changes
        told |= {"changes": {"added": added, "removed": removed}}
    headers = {"Lienthong-Generation": done.generation} if done.generation else {}
    return JSONResponse(
        told, status_code=201 if done.is_new else 200, headers={**headers, "Cache-Control": "no-store"}
    )
