"""`/queries`: what runs now, for the operator; and an end to it, for whoever asked it.

A query goes by the id of its request (`X-Request-Id`): a caller who sends one with the query knows it before
there is an answer.
"""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from api import operator, sections
from api.dependencies import EngineDep, PrincipalDep, SettingsDep
from api.facade.openapi import NOT_FOUND
from api.routes.sparql_openapi import NOT_PERMITTED
from graph.errors import UnknownNameError
from graph.text import Text

router = APIRouter(tags=[sections.SPARQL])


class RunningQuery(BaseModel):
    """`since`: when it came in, waiting included."""

    id: str
    caller: str
    since: datetime
    query: str


@router.head("/queries", include_in_schema=False)
@router.get("/queries", summary="Truy vấn đang chạy / Running queries", responses=NOT_PERMITTED)
async def running(
    request: Request, response: Response, engine: EngineDep, settings: SettingsDep
) -> list[RunningQuery]:
    """Chỉ cho người vận hành. / For the operator only."""
    operator.require(request, settings)
    response.headers["Cache-Control"] = "no-store"
    return [
        RunningQuery(id=one.asked.id, caller=one.asked.caller, since=one.since, query=one.text)
        for one in engine.register.running()
    ]


@router.delete(
    "/queries/{query_id}",
    status_code=204,
    summary="Dừng một truy vấn / Stop a query",
    responses=NOT_FOUND,
)
async def stop(
    query_id: str, request: Request, engine: EngineDep, settings: SettingsDep, principal: PrincipalDep
) -> Response:
    """404 khi không có truy vấn nào của người gọi. / 404 where the caller has no such query running."""
    caller = None if operator.is_operator(request, settings) else principal.name
    if not engine.register.stop(query_id, caller):
        raise UnknownNameError(
            Text(f"Không có truy vấn «{query_id}» đang chạy.", f"No query “{query_id}” is running."),
            hint=Text(
                "Mã là X-Request-Id đã gửi cùng truy vấn.", "The id is the X-Request-Id sent with the query."
            ),
        )
    return Response(status_code=204)
