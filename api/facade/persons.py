"""The two look-ups about persons that are no collections: `verify` and `known-facts`."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from api import conditional, datasets
from api.audit import AuditDep
from api.dependencies import EngineDep, GenerationDep, IdentityDep, PrincipalDep, SettingsDep
from api.facade import known_facts, openapi, verification
from api.facade.known_facts import Paper
from api.facade.models import Localised
from api.facade.sight import Sight
from api.facade.writing import ROOT, texts
from api.knowledge import Knowledge, KnowledgeDep
from api.limits import read_body
from api.reader import Reader, consistent
from graph.access import Principal
from graph.errors import ParameterError, UnknownNameError, UnsupportedMediaError
from graph.settings import Settings
from graph.stores.generations import Generation
from graph.text import Text

COLLECTION = "persons"
LARGEST = 10_000
"""Bytes of a claim."""

router = APIRouter(prefix=f"{ROOT}/{COLLECTION}", tags=[COLLECTION])


class Verdict(BaseModel):
    """Từng trường đã gửi có khớp hay không / Whether each field that was sent matches."""

    number: bool
    name: bool | None = None
    birthDate: bool | None = None  # noqa: N815 - the JSON key is camelCase


class Source(BaseModel):
    """Bộ dữ liệu đã có thông tin ấy / The data set that holds it."""

    id: str
    href: str
    title: Localised
    publisher: Localised
    date: str = Field(description="Ngày của phiên bản đang công bố / When the version published now was made")


class KnownPaper(BaseModel):
    """Một giấy tờ / A paper."""

    id: str
    href: str
    label: Localised
    mandatory: bool
    sources: list[Source] = Field(description="Trống: phải nộp / Empty: it must be handed in")


class KnownFacts(BaseModel):
    """Giấy tờ của một thủ tục / The papers of a procedure."""

    procedure: str
    known: list[KnownPaper] = Field(description="Không phải nộp / Need not be handed in")
    toHandIn: list[KnownPaper] = Field(description="Phải nộp / Must be handed in")  # noqa: N815 - camelCase
    generation: str


_VERIFY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": verification.SCHEMA}},
    }
}


@router.post(
    "/verify",
    summary="Thông tin về một người có khớp không / Does what is said of a person match",
    operation_id="verify_person",
    response_model=Verdict,
    response_model_exclude_none=True,
    responses={**openapi.PROBLEMS, **openapi.of_body()},
    openapi_extra=_VERIFY,
)
async def verify(
    request: Request,
    known: KnowledgeDep,
    engine: EngineDep,
    generation: GenerationDep,
    identity: IdentityDep,
    principal: PrincipalDep,
    audit: AuditDep,
) -> Response:
    """Chỉ trả lời khớp hay không, cho người được đọc dữ liệu dân cư. / Says only whether it matches, to those
    who may read the population data."""
    resource = known.types.collections[COLLECTION]
    verification.permit(resource, Sight.of(principal, generation.manifest.graphs))
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaError(
            Text("Phần thân phải là JSON.", "The body must be JSON."),
            hint=Text("Content-Type: application/json", "Content-Type: application/json"),
        )
    claim = verification.read(await read_body(request, LARGEST))

    async def ask(reader: Reader) -> tuple[str | None, dict[str, bool]]:
        return await verification.verify(reader, resource, claim)

    (person, verdict), answered_by = await consistent(engine, principal, ask)
    told = {"fields": [*verdict], "purpose": claim.purpose}
    await audit.note(identity, request.state.request_id, "verify", person, told)
    return JSONResponse(verdict, headers={"Cache-Control": "no-store", "Lienthong-Generation": answered_by})


@router.head("/{key}/known-facts", include_in_schema=False)
@router.get(
    "/{key}/known-facts",
    summary="Giấy tờ không phải nộp / Papers that need not be handed in",
    operation_id="known_facts",
    response_model=KnownFacts,
    responses={**openapi.NOT_MODIFIED, **openapi.PROBLEMS, **openapi.NOT_FOUND},
    openapi_extra=openapi.query_parameter(
        "for", "Thủ tục: mã hoặc IRI / The procedure: its code or IRI", required=True, example="1.000894"
    ),
)
async def facts(
    key: str,
    request: Request,
    known: KnowledgeDep,
    settings: SettingsDep,
    engine: EngineDep,
    generation: GenerationDep,
    identity: IdentityDep,
    principal: PrincipalDep,
    audit: AuditDep,
) -> Response:
    """Những giấy tờ của thủ tục mà Nhà nước đã có thông tin về người này, kèm nguồn và ngày. / The papers of
    a procedure of which the state holds, on this person, what they say; each with its source and date."""
    procedure = _procedure(request, known)
    person = known.iris.entity(known.types.collections[COLLECTION].identifier, key)
    told = {"Vary": "Accept", "Cache-Control": "private, no-cache"}
    tag = conditional.etag(generation.id, principal, known.digest, str(request.url))

    async def note() -> None:
        purpose = {"purpose": procedure}
        await audit.note(identity, request.state.request_id, "known-facts", person, purpose)

    if conditional.is_known(request, tag):
        await note()
        return conditional.not_modified(tag, **told)

    async def ask(reader: Reader) -> tuple[bool, list[Paper]]:
        if not await known_facts.is_person(reader, person, known.types):
            return False, []
        return True, await known_facts.papers(reader, procedure, person, known.iris)

    (is_there, papers), answered_by = await consistent(engine, principal, ask)
    if not is_there:
        raise _nothing(
            Text(f"Không có người nào có khóa «{key}».", f"There is no person with the key “{key}”.")
        )
    if not papers:
        raise _nothing(Text(f"Không có thủ tục <{procedure}>.", f"There is no procedure <{procedure}>."))
    await note()
    written = [_paper(one, known, settings, generation, principal) for one in papers]
    body = KnownFacts(
        procedure=procedure,
        known=[one for one in written if one.sources],
        toHandIn=[one for one in written if not one.sources],
        generation=answered_by,
    )
    told |= {"ETag": tag, "Lienthong-Generation": answered_by}
    return JSONResponse(body.model_dump(mode="json", exclude_none=True), headers=told)


def _procedure(request: Request, known: Knowledge) -> str:
    for name in request.query_params:
        if name not in ("for", "lang", "format"):
            raise ParameterError(
                Text(f"Không có tham số «{name}».", f"There is no parameter “{name}”."),
                hint=Text("Các tham số: for", "Parameters: for"),
            )
    value = request.query_params.get("for", "").strip()
    if not value:
        raise ParameterError(
            Text("Thiếu tham số «for».", "The parameter “for” is missing."),
            hint=Text("for: mã thủ tục, ví dụ 1.000894", "for: the code of a procedure, such as 1.000894"),
        )
    if value.startswith(("http://", "https://")):
        return value
    return known.iris.entity(
        known.types.collections["procedures"].identifier, value.removeprefix("id/procedure/")
    )


def _paper(
    paper: Paper, known: Knowledge, settings: Settings, generation: Generation, principal: Principal
) -> KnownPaper:
    kind = known.types.collections["evidence-types"].identifier
    evidence = (known.iris.path(paper.evidence) or "").removeprefix(f"id/{kind}/")
    return KnownPaper(
        id=paper.evidence,
        href=f"{ROOT}/evidence-types/{evidence}",
        label=Localised.model_validate(texts(paper.labels, unique=True) or {}),
        mandatory=paper.is_mandatory,
        sources=[_source(name, known, settings, generation, principal) for name in paper.held_by],
    )


def _source(
    name: str, known: Knowledge, settings: Settings, generation: Generation, principal: Principal
) -> Source:
    described = datasets.dataset(name, settings, generation.manifest, principal)
    publisher = described.publisher or Text("–", "–")
    made = known_facts.issued(name, generation.manifest.datasets)
    return Source(
        id=known.iris.dataset(name),
        href=f"/dataset/{name}",
        title=Localised(vi=described.title.vi, en=described.title.en),
        publisher=Localised(vi=publisher.vi, en=publisher.en),
        date=made.isoformat() if made else "",
    )


def _nothing(message: Text) -> UnknownNameError:
    return UnknownNameError(
        message,
        hint=Text(
            f"Khóa: /api/v1/{COLLECTION}; mã thủ tục: /api/v1/procedures",
            f"Keys: /api/v1/{COLLECTION}; codes of procedures: /api/v1/procedures",
        ),
    )
