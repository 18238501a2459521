"""`/jobs`: queries that take longer than a request may; for callers with a key or token.

The answer is kept for its caller and fetched from `/jobs/{id}/result` (RFC 9110 §15.3.3).
"""

from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, JSONResponse, Response

from api import conditional, negotiation, sections
from api.dependencies import IdentityDep, LanguageDep, PrincipalDep, SettingsDep
from api.facade.openapi import NOT_FOUND, NOT_MODIFIED, PROBLEMS
from api.jobs.queries import QueryJobs
from api.jobs.records import QueryJob
from api.jobs.register import State
from api.routes import sparql, sparql_openapi
from graph.access import Identity
from graph.errors import AccessError, ParameterError
from graph.text import Language, Text

router = APIRouter(tags=[sections.JOBS])

ADDRESS = "/jobs"


def jobs(request: Request) -> QueryJobs:
    """The one register of jobs of the application."""
    return cast(QueryJobs, request.app.state.query_jobs)


JobsDep = Annotated[QueryJobs, Depends(jobs)]


class JobLinks(BaseModel):
    """`result`: khi đã xong / once it is done."""

    self: str
    result: str | None = None


class JobError(BaseModel):
    """Vì sao không có kết quả / Why there is no result."""

    message: str
    hint: str | None = None


class QueryJobState(BaseModel):
    """`seconds`: số giây được phép / seconds it may take; `took`: số giây đã dùng / seconds it took."""

    id: str
    state: State
    query: str
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    expires: datetime
    seconds: float
    took: float | None = None
    bytes: int | None = None
    generation: str | None = None
    error: JobError | None = None
    links: JobLinks


class QueryJobList(BaseModel):
    """Các tác vụ của người hỏi, cũ nhất trước / The caller's jobs, the oldest first."""

    items: list[QueryJobState] = Field(default_factory=list)


@router.post(
    ADDRESS,
    status_code=202,
    summary="Gửi một truy vấn dài / Send a query that takes long",
    response_model=QueryJobState,
    openapi_extra={"requestBody": sparql_openapi.POST["requestBody"]},
    responses={**PROBLEMS, **sparql_openapi.NOT_PERMITTED},
)
async def submit(
    request: Request,
    register: JobsDep,
    identity: IdentityDep,
    principal: PrincipalDep,
    settings: SettingsDep,
    language: LanguageDep,
) -> Response:
    """Cần khóa hoặc mã truy cập. / A key or token is needed; formats as at /sparql."""
    _require_known(identity)
    asked = await sparql.read_submitted(request, settings)
    if asked.query is None:
        raise ParameterError(
            Text("Thiếu tham số query.", "The parameter query is missing."),
            hint=Text("query=SELECT …", "query=SELECT …"),
        )
    job = await register.submit(
        asked.query,
        principal,
        accept=negotiation.accept(request, asked.format),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        timeout=asked.timeout,
    )
    return _told(job, language, 202)


@router.head(ADDRESS, include_in_schema=False)
@router.get(ADDRESS, summary="Các tác vụ của tôi / My jobs")
async def listing(
    response: Response,
    register: JobsDep,
    identity: IdentityDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> QueryJobList:
    """Người chưa xác định không có tác vụ nào. / Somebody unknown has none."""
    response.headers["Cache-Control"] = "no-store"
    own = register.of(principal.name) if identity.kind != "anonymous" else []
    return QueryJobList(items=[_state(job, language) for job in own])


@router.head(f"{ADDRESS}/{{job_id}}", include_in_schema=False)
@router.get(
    f"{ADDRESS}/{{job_id}}",
    summary="Một tác vụ đến đâu rồi / How far a job is",
    response_model=QueryJobState,
    responses=NOT_FOUND,
)
async def state(job_id: str, register: JobsDep, principal: PrincipalDep, language: LanguageDep) -> Response:
    """queued, running, done, failed, cancelled."""
    return _told(register.get(job_id, principal.name), language, 200)


@router.delete(
    f"{ADDRESS}/{{job_id}}", status_code=204, responses=NOT_FOUND, summary="Huỷ hoặc xoá / Cancel or remove"
)
async def cancel(job_id: str, register: JobsDep, principal: PrincipalDep) -> Response:
    """Đang chạy thì dừng; đã xong thì xoá. / One under way is cancelled, one that has ended is removed."""
    await register.cancel(register.get(job_id, principal.name))
    return Response(status_code=204)


@router.head(f"{ADDRESS}/{{job_id}}/result", include_in_schema=False)
@router.get(
    f"{ADDRESS}/{{job_id}}/result",
    summary="Kết quả / The result",
    response_class=Response,
    responses={**NOT_MODIFIED, **NOT_FOUND, 202: {"description": "Chưa xong / Not done yet"}},
)
async def result(
    job_id: str, request: Request, register: JobsDep, principal: PrincipalDep, language: LanguageDep
) -> Response:
    """Theo định dạng đã chọn khi gửi. / In the format that was chosen when it was sent."""
    job = register.readable(job_id, principal)
    if job.error is not None:
        raise job.error
    done = job.outcome
    if done is None:
        return _told(job, language, 202)
    headers = {
        "Lienthong-Generation": done.generation,
        "Lienthong-Engine": done.engine,
        "Lienthong-Complete": "true",
        "Cache-Control": "private, no-cache",
    }
    tag = f'"job-{job.id}"'
    if conditional.is_known(request, tag):
        return conditional.not_modified(tag)
    return FileResponse(job.result, media_type=done.media_type, headers={**headers, "ETag": tag})


def _require_known(identity: Identity) -> None:
    if identity.kind == "anonymous":
        raise AccessError(
            Text("Tác vụ chỉ dành cho người có khóa.", "Jobs are for callers with a key."),
            hint=Text("Gửi kèm khóa API hoặc mã truy cập.", "Send an API key or a token with the request."),
        )


def _told(job: QueryJob, language: Language, status: int) -> JSONResponse:
    told = _state(job, language)
    headers = {"Cache-Control": "no-store"}
    if status == 202:
        headers |= {"Location": told.links.self, "Retry-After": "1"}
    return JSONResponse(told.model_dump(mode="json", exclude_none=True), status_code=status, headers=headers)


def _state(job: QueryJob, language: Language) -> QueryJobState:
    address, done, failed = f"{ADDRESS}/{job.id}", job.outcome, job.error
    hint = failed.hint.of(language) if failed and failed.hint else None
    return QueryJobState(
        id=job.id,
        state=job.state,
        query=job.query,
        created=job.created,
        started=job.started,
        ended=job.ended,
        expires=job.expires,
        seconds=job.seconds,
        took=done.seconds if done else None,
        bytes=done.bytes if done else None,
        generation=done.generation if done else None,
        error=JobError(message=failed.message.of(language), hint=hint) if failed else None,
        links=JobLinks(self=address, result=f"{address}/result" if done else None),
    )
