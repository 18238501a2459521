"""`/api/v1/queries`: the saved queries, and the answer of each."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import conditional, negotiation, sections
from api.dependencies import EngineDep, PrincipalDep
from api.facade import exact
from api.facade.models import Localised
from api.facade.openapi import NOT_MODIFIED
from api.knowledge import KnowledgeDep
from api.limits import while_connected
from api.saved import asking, openapi, rows
from api.saved.asking import JSON, OFFERED, Asked, Position
from api.saved.catalogue import ROOT, Catalogue, CatalogueDep, Offer
from api.saved.rows import Rows
from graph import formats
from graph.access import OPEN
from graph.errors import unknown_name
from graph.formats import RESULTS, Format
from graph.sparql import running
from graph.text import Text

router = APIRouter(tags=[sections.QUERIES])

NOTE = {
    "vi": "Trả lời trên những đồ thị bạn được đọc; xem /access/explain",
    "en": "Answered over the graphs that you may read; see /access/explain",
}
"""Said of every question that takes more than open data, to whoever asks it."""


class ParameterEntry(BaseModel):
    """`schema`: JSON Schema of the values; `default` is in it."""

    name: str
    label: Localised
    values: dict[str, Any]


class ColumnEntry(BaseModel):
    """Một cột của câu trả lời / A column of the answer."""

    name: str
    kind: str
    optional: bool


class SavedQueryEntry(BaseModel):
    """`access`: loại chia sẻ mà câu trả lời đầy đủ cần đến / the class that the whole answer takes."""

    name: str
    href: str
    title: Localised
    version: int
    owner: Localised
    access: str | None
    dataset: str | None = Field(description="IRI")
    parameters: list[ParameterEntry]
    columns: list[ColumnEntry]


class SavedQueries(BaseModel):
    """Các câu hỏi đã lưu / The saved queries."""

    items: list[SavedQueryEntry]


def attach(app: FastAPI) -> None:
    """Give `app` its saved queries: the routes, and an entry of each in the OpenAPI document."""
    made = Catalogue(app.state.settings, app.state.knowledge)
    app.state.saved_queries = made
    openapi.describe(app, lambda: made.offers)
    app.include_router(router)


@router.head(ROOT, include_in_schema=False)
@router.get(ROOT, summary="Các câu hỏi đã lưu / The saved queries", responses=NOT_MODIFIED)
async def listing(known: KnowledgeDep, catalogue: CatalogueDep) -> SavedQueries:
    """Ai cũng xem được: câu hỏi không phải là dữ liệu. / For everybody: questions are no data."""
    return SavedQueries(items=[_entry(one, known.iris.dataset) for one in catalogue.offers.values()])


@router.api_route(f"{ROOT}/{{name:path}}", methods=["GET", "HEAD"], include_in_schema=False)
async def answer(
    name: str,
    request: Request,
    catalogue: CatalogueDep,
    known: KnowledgeDep,
    engine: EngineDep,
    principal: PrincipalDep,
) -> Response:
    """The answer over what the caller may read, with the caller's values in the place of the defaults."""
    offer = catalogue.offers.get(name)
    if offer is None:
        raise unknown_name(Text("câu hỏi", "query"), name, [*catalogue.offers])
    chosen = _format(request)
    asked = asking.read(offer.query, request.query_params.multi_items(), chosen, known.iris)
    prepared = engine.prepare(
        offer.query.asking(asked.values),
        principal_graphs=principal.graphs,
        accept=RESULTS[0].media_type,
    )

    def tag(generation: str) -> str | None:
        """None for an answer that changes by itself."""
        parts = (known.digest, prepared.text, chosen.media_type, str(request.url.query))
        return conditional.etag(generation, principal, *parts) if prepared.etag else None

    expected = tag(prepared.generation.id)
    if expected and conditional.is_known(request, expected):
        return conditional.not_modified(expected, Vary="Accept")
    caller = running.Asked(principal.name, request.state.request_id)
    answered = await while_connected(request, engine.run(prepared, caller))
    if answered is None:
        return Response(status_code=499)
    if asked.after is not None and asked.after.generation != answered.generation:
        raise asking.moved_on(answered.generation)
    headers = {
        "Vary": "Accept",
        "Lienthong-Generation": answered.generation,
        "Lienthong-Engine": answered.engine,
    }
    validator = tag(answered.generation)
    headers |= (
        {"ETag": validator, "Cache-Control": "no-cache"} if validator else {"Cache-Control": "no-store"}
    )
    found = rows.read(answered.body, prepared.text)
    return _page(request, offer, asked, found, answered.generation, chosen, headers)


def _page(
    request: Request,
    offer: Offer,
    asked: Asked,
    found: Rows,
    generation: str,
    chosen: Format,
    headers: dict[str, str],
) -> Response:
    first = asked.after.rows if asked.after else 0
    last = len(found.rows) if asked.limit is None else first + asked.limit
    part = found.rows[first:last]
    links: dict[str, exact.Json] = {"self": _address(request, request.query_params.multi_items())}
    if last < len(found.rows):
        given = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
        following = _address(request, [*given, ("cursor", Position(generation, last).written())])
        links["next"] = following
        headers["Link"] = f'<{following}>; rel="next"'
    if chosen != JSON:
        return Response(rows.as_csv(found, part), media_type=chosen.media_type, headers=headers)
    query = offer.query
    values = {one.name: asked.values.get(one.name, one.example) for one in query.parameters}
    body = {
        "query": query.name,
        "version": query.version,
        "parameters": values,
        "items": rows.as_json(found, part),
        "total": len(found.rows),
        "generation": generation,
        "access": query.access,
        "note": None if query.access == OPEN else NOTE,
        "links": links,
    }
    return Response(exact.dumps(body), media_type=chosen.media_type, headers=headers)


def _format(request: Request) -> Format:
    shortcut = request.query_params.get("format")
    if shortcut is not None:
        return formats.by_extension(shortcut, OFFERED)
    return formats.negotiate(negotiation.accept(request), OFFERED)


def _entry(offer: Offer, dataset: Any) -> SavedQueryEntry:
    query = offer.query
    return SavedQueryEntry(
        name=query.name,
        href=offer.address,
        title=_localised(query.question),
        version=query.version,
        owner=_localised(offer.owner),
        access=query.access,
        dataset=dataset(query.dataset) if query.dataset else None,
        parameters=[
            ParameterEntry(name=one.name, label=_localised(one.label), values=openapi.schema(one))
            for one in query.parameters
        ],
        columns=[ColumnEntry(name=one.name, kind=one.kind, optional=one.optional) for one in query.answer],
    )


def _localised(text: Text) -> Localised:
    return Localised(vi=text.vi, en=text.en)


def _address(request: Request, parameters: list[tuple[str, str]]) -> str:
    return request.url.path + (f"?{urlencode(parameters)}" if parameters else "")
