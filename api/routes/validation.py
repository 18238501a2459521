"""`POST /validate` and `POST /datasets/{name}/validate`: checks for those who are about to send data.

Nothing is published and nothing is kept. A small check is waited for; the report of any other is fetched from
`/validate/jobs/{id}` (RFC 9110 §15.3.3).
"""

import asyncio
from dataclasses import asdict

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from api import sections
from api.dependencies import EngineDep, LanguageDep, PrincipalDep, SettingsDep
from api.documents import find
from api.knowledge import Knowledge, KnowledgeDep
from api.limits import while_connected
from api.pages import validation as page
from api.pages.published import manifest
from api.routes import validation_openapi as described
from api.validation import bodies, command, failures, formats
from api.validation.bodies import Sent
from api.validation.command import Check
from api.validation.dependencies import JobsDep
from api.validation.jobs import Job, Jobs
from graph.access import Principal
from graph.errors import unknown_name
from graph.formats import PAGE
from graph.settings import Settings
from graph.stores.manifest import Manifest
from graph.text import Language, Text

router = APIRouter(tags=[sections.VALIDATION])

MOST = Query(
    1000,
    alias="maxResults",
    ge=0,
    le=10_000,
    description="Số kết quả nhiều nhất được liệt kê; vẫn đếm đủ. / Most results listed; counts stay exact.",
)
SHAPES = Query(
    [],
    description="Chỉ các mô-đun này (tên tệp trong /shape/…); mặc định: tất cả. "
    "/ These modules only (as in /shape/…); default: all.",
)
FILE = Query(
    "",
    description="Tên tệp, khi thân không phải biểu mẫu. / The file's name, where the body is no form.",
)
JOBS = "/validate/jobs"


@router.post("/validate", openapi_extra=described.RDF, responses=described.RESPONSES, response_class=Response)
async def check(
    request: Request,
    jobs: JobsDep,
    known: KnowledgeDep,
    settings: SettingsDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
    shapes: list[str] = SHAPES,
    max_results: int = MOST,
) -> Response:
    """Đối chiếu RDF với các hình dạng. / Hold RDF against the shapes, with what the caller may see."""
    formats.chosen(request)
    modules = _modules(shapes, settings)
    kind = bodies.media_type(request)
    name = "" if kind == bodies.FORM else f"sent.{bodies.suffix_of(kind)}"
    job = jobs.open(principal.name)
    sent = await _received(request, jobs, job, name, settings)
    asked = _check(sent, principal, manifest(engine), known, modules=modules, most=max_results)
    return await _answer(request, jobs, job, asked, sent, settings, known, language)


@router.post(
    "/datasets/{name}/validate",
    openapi_extra=described.SOURCES,
    responses=described.RESPONSES,
    response_class=Response,
)
async def check_sources(
    name: str,
    request: Request,
    jobs: JobsDep,
    known: KnowledgeDep,
    settings: SettingsDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
    file: str = FILE,
    max_results: int = MOST,
) -> Response:
    """Ánh xạ và đối chiếu tệp nguồn của một bộ dữ liệu. / Map and validate source files of a data set."""
    formats.chosen(request)
    if find(f"dataset/{name}", known, settings) is None:
        names = [path.parent.name for path in settings.datasets_dir.glob("*/dataset.ttl")]
        raise unknown_name(Text("bộ dữ liệu", "data set"), name, names)
    job = jobs.open(principal.name)
    sent = await _received(request, jobs, job, bodies.plain(file), settings)
    asked = _check(sent, principal, manifest(engine), known, dataset=name, most=max_results)
    return await _answer(request, jobs, job, asked, sent, settings, known, language)


@router.head(f"{JOBS}/{{job_id}}", include_in_schema=False)
@router.get(f"{JOBS}/{{job_id}}", responses=described.RESPONSES)
async def job_state(job_id: str, jobs: JobsDep, principal: PrincipalDep) -> Response:
    """Một lần kiểm tra đến đâu rồi. / How far a check is; when it is done, where its report is."""
    return _told(jobs.get(job_id, principal.name), 200)


@router.delete(f"{JOBS}/{{job_id}}", status_code=204, responses=described.GONE)
async def forget(job_id: str, jobs: JobsDep, principal: PrincipalDep) -> Response:
    """Dừng và xoá một lần kiểm tra. / End a check; nothing of it is left."""
    await jobs.remove(jobs.get(job_id, principal.name))
    return Response(status_code=204)


@router.head(f"{JOBS}/{{job_id}}/report", include_in_schema=False)
@router.get(f"{JOBS}/{{job_id}}/report", responses=described.RESPONSES, response_class=Response)
async def job_report(
    job_id: str,
    request: Request,
    jobs: JobsDep,
    known: KnowledgeDep,
    settings: SettingsDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> Response:
    """Báo cáo của một lần kiểm tra; chưa xong thì 202. / The report of a check; 202 while there is none."""
    job = jobs.get(job_id, principal.name)
    if job.error is None and job.report is None:
        return _told(job, 202)
    return _report(request, job, settings, known, language)


async def _received(request: Request, jobs: Jobs, job: Job, name: str, settings: Settings) -> Sent:
    received = False
    try:
        async with asyncio.timeout(settings.validate_timeout):
            sent = await bodies.receive(request, job.folder, name, max_mb=settings.validate_max_mb)
        received = True
        return sent
    except TimeoutError:
        raise failures.too_slow(settings.validate_timeout) from None
    finally:
        if not received:
            await jobs.remove(job)


def _check(
    sent: Sent,
    principal: Principal,
    published: Manifest | None,
    known: Knowledge,
    *,
    dataset: str | None = None,
    modules: tuple[str, ...] = (),
    most: int,
) -> Check:
    return Check(
        files=sent.files,
        graphs=command.graphs_of(principal, published),
        sees_persons=command.sees_persons(principal, published, known.iris),
        dataset=dataset,
        modules=modules,
        most=most,
    )


async def _answer(
    request: Request,
    jobs: Jobs,
    job: Job,
    check: Check,
    sent: Sent,
    settings: Settings,
    known: Knowledge,
    language: Language,
) -> Response:
    """The report where it is there soon, else where it will be."""
    jobs.start(job, check)
    is_large = sent.size > settings.validate_small_kb * 1024
    if is_large or "respond-async" in request.headers.get("prefer", "").lower():  # RFC 7240 §4.1
        return _told(job, 202)

    async def waited() -> bool:
        await jobs.wait(job, settings.validate_wait)
        return True

    if await while_connected(request, waited()) is None:
        await jobs.remove(job)
        return Response(status_code=499)
    if job.error is None and job.report is None:
        return _told(job, 202)
    await jobs.remove(job)
    return _report(request, job, settings, known, language)


def _report(request: Request, job: Job, settings: Settings, known: Knowledge, language: Language) -> Response:
    if job.error is not None:
        raise job.error
    assert job.report is not None, "a job without an error has a report"
    form = formats.chosen(request)
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}
    if form == PAGE:
        return page.checked(request, known, language, job.report, headers)
    return formats.answer(job.report, form, settings.base_iri, headers)


def _told(job: Job, status: int) -> JSONResponse:
    address = f"{JOBS}/{job.id}"
    failed = job.error
    known = {
        "id": job.id,
        "state": job.state,
        "step": job.step,
        "created": job.created.isoformat(),
        "expires": job.expires.isoformat(),
        "conforms": job.report.conforms if job.report else None,
        "error": {"message": asdict(failed.message), "hint": asdict(failed.hint) if failed.hint else None}
        if failed
        else None,
        "links": {"self": address, "report": f"{address}/report"},
    }
    headers = {"Cache-Control": "no-store"}
    if status == 202:
        headers |= {"Location": address, "Retry-After": "1"}
    return JSONResponse(
        {key: value for key, value in known.items() if value is not None}, status_code=status, headers=headers
    )


def _modules(asked: list[str], settings: Settings) -> tuple[str, ...]:
    known = sorted(path.stem for path in settings.shapes_dir.glob("*.ttl"))
    for name in asked:
        if name not in known:
            raise unknown_name(Text("mô-đun hình dạng", "module of shapes"), name, known)
    return tuple(dict.fromkeys(asked))
