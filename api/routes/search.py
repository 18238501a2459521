"""`/api/v1/search`: entities by name or code, as far as the caller may see."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api import conditional, sections
from api.dependencies import GenerationDep, PrincipalDep
from api.facade.models import Localised, PageLinks
from api.facade.openapi import NOT_MODIFIED, PROBLEMS
from api.facade.writing import Writer
from api.knowledge import Knowledge, KnowledgeDep
from api.search import asking
from api.search.asking import DEFAULT_LIMIT, LONGEST, MOST, Asked
from api.search.finding import Found, find
from graph.access import dataset_of
from graph.search import Hit

router = APIRouter(tags=[sections.SEARCH])

ADDRESS = "/api/v1/search"
_REPEATED = {"style": "form", "explode": True}
DESCRIBED = [
    {
        "name": "q",
        "in": "query",
        "required": True,
        "description": "Từ của tên hoặc mã, hay phần đầu của từ; dấu và hoa thường không quan trọng. "
        "/ Words of a name or code, or their beginnings; marks and case do not matter.",
        "schema": {"type": "string", "maxLength": LONGEST, "examples": ["ha noi"]},
    },
    {
        "name": "type",
        "in": "query",
        "description": "Tập tài nguyên (units) hoặc lớp (ont/place#Commune); lặp lại: một trong số đó. "
        "/ A collection or a class; repeated: any of these.",
        "schema": {"type": "array", "items": {"type": "string"}},
        **_REPEATED,
    },
    {
        "name": "dataset",
        "in": "query",
        "description": "Tên bộ dữ liệu; lặp lại: một trong số đó. / Names of data sets; any of these.",
        "schema": {"type": "array", "items": {"type": "string"}},
        **_REPEATED,
    },
    {
        "name": "limit",
        "in": "query",
        "description": "Số kết quả trên một trang. / Hits on a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "Vị trí bắt đầu trang, lấy từ links.next. / Where the page begins, from links.next.",
        "schema": {"type": "string"},
    },
    {
        "name": "count",
        "in": "query",
        "description": "Đếm cả số kết quả, theo loại và bộ dữ liệu. / Also count hits, by type and data set.",
        "schema": {"type": "boolean", "default": False},
    },
]


class Kind(BaseModel):
    """Một lớp / A class."""

    id: str = Field(description="IRI")
    label: Localised


class SearchHit(BaseModel):
    """`score`: càng cao càng khớp, chỉ so được trong một lần tìm / comparable within one search only."""

    id: str = Field(description="IRI")
    href: str | None
    label: Localised | None
    type: list[Kind]
    dataset: list[str]
    matched: str = Field(description="Tên hoặc mã đã khớp / The name or code that matched")
    score: int


class SearchCounts(BaseModel):
    """Số kết quả theo lớp (IRI) và theo bộ dữ liệu / Hits by class and by data set."""

    type: dict[str, int]
    dataset: dict[str, int]


class SearchPage(BaseModel):
    """`total`, `counts`: với count=true / with count=true."""

    items: list[SearchHit]
    total: int | None = None
    counts: SearchCounts | None = None
    generation: str
    links: PageLinks


@router.get(
    ADDRESS,
    summary="Tìm theo tên hoặc mã / Search by name or code",
    response_model=SearchPage,
    responses={**NOT_MODIFIED, **PROBLEMS},
    openapi_extra={"parameters": DESCRIBED},
)
async def search(
    request: Request, known: KnowledgeDep, generation: GenerationDep, principal: PrincipalDep
) -> Response:
    """Chỉ trong những gì người hỏi được đọc. / Only in what the caller may read."""
    asked = asking.read(request.query_params.multi_items(), known, principal)
    asking.require_long_enough(asked.query)
    tag = conditional.etag(generation.id, principal, known.digest, str(request.url.query))
    if conditional.is_known(request, tag):
        return conditional.not_modified(tag)
    found = await find(generation, asked)
    page = _page(request, known, asked, found, generation.id)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Lienthong-Generation": generation.id}
    if page.links.next:
        headers["Link"] = f'<{page.links.next}>; rel="next"'
    return JSONResponse(page.model_dump(exclude_none=True), headers=headers)


@router.head(ADDRESS, include_in_schema=False)
async def search_head(
    request: Request, known: KnowledgeDep, generation: GenerationDep, principal: PrincipalDep
) -> Response:
    return await search(request, known, generation, principal)


def _page(request: Request, known: Knowledge, asked: Asked, found: Found, generation: str) -> SearchPage:
    given = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    links = PageLinks(self=f"{ADDRESS}?{urlencode(request.query_params.multi_items())}", next=None)
    if found.more:
        cursor = asking.write_cursor(found.hits[-1].rank, found.hits[-1].iri)
        links.next = f"{ADDRESS}?{urlencode([*given, ('cursor', cursor)])}"
    page = SearchPage(items=[_hit(one, known) for one in found.hits], generation=generation, links=links)
    if found.counts is not None:
        page.total = found.counts.total
        page.counts = SearchCounts(type=found.counts.kinds, dataset=found.counts.datasets)
    return page


def _hit(hit: Hit, known: Knowledge) -> SearchHit:
    resource = next((one for kind in hit.kinds if (one := known.types.of_class(kind))), None)
    names = {language or "@none": name for language, name in hit.names.items()}
    return SearchHit(
        id=hit.iri,
        href=Writer(known.types, known.vocabulary, known.iris).href(hit.iri, resource),
        label=Localised.model_validate(names) if names else None,
        type=[_kind(one, known) for one in hit.kinds],
        dataset=sorted({dataset_of(graph) for graph in hit.graphs}),
        matched=hit.matched,
        score=hit.rank,
    )


def _kind(iri: str, known: Knowledge) -> Kind:
    name = known.vocabulary.name(iri)
    return Kind(id=iri, label=Localised(vi=name.vi, en=name.en))
