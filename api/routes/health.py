"""`/health`: the process is alive. `/ready`: there is data, and a worker answers."""

import time

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from api import sections
from api.datasets import seen
from api.dependencies import EngineDep, GenerationDep, PrincipalDep

router = APIRouter(tags=[sections.OPERATIONS])

READY_SECONDS = 1.0


class Alive(BaseModel):
    status: str = "ok"


class Ready(BaseModel):
    """`created`: ISO 8601, UTC. `milliseconds`: for the smallest query, waiting for a worker included."""

    status: str = "ready"
    generation: str
    created: str
    datasets: int
    graphs: int
    quads: int
    milliseconds: float


@router.head("/health", include_in_schema=False)
@router.get("/health", summary="Đang chạy / Alive")
async def health(response: Response) -> Alive:
    """Says nothing of the data: see `/ready`."""
    response.headers["Cache-Control"] = "no-store"
    return Alive()


@router.head("/ready", include_in_schema=False)
@router.get("/ready", summary="Sẵn sàng / Ready")
async def ready(
    response: Response, engine: EngineDep, generation: GenerationDep, principal: PrincipalDep
) -> Ready:
    """Counts what the caller may read. 503 before the first generation, and where no worker is free."""
    started = time.perf_counter()
    await engine.check(READY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    manifest = generation.manifest
    readable = [entry for graph, entry in manifest.graphs.items() if graph in principal.graphs]
    return Ready(
        generation=generation.id,
        created=manifest.created,
        datasets=sum(seen(name, manifest, principal) is not None for name in manifest.datasets),
        graphs=len(readable),
        quads=sum(entry.quads for entry in readable),
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
    )
