"""`/api/v1/exports/{collection}`: all that the caller may see of a collection, as one table."""

from collections.abc import Iterable
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from api import conditional, negotiation, sections
from api.facade import asking, conditions, deprecation, openapi, tables
from api.facade.collection import Caller
from api.facade.filters import wrong
from api.facade.moment import CACHING
from api.facade.moment import asked as asked_moment
from api.facade.parameters import Listing, Offer
from api.facade.sight import Sight
from api.facade.tables import OFFERED, Tables
from api.facade.writing import ROOT
from api.knowledge import Knowledge, KnowledgeDep
from graph import formats
from graph.access import dataset_of
from graph.errors import ParameterError, UnknownNameError, unknown_name
from graph.formats import Format
from graph.resources import Property, ResourceType
from graph.stores.generations import Generation
from graph.text import Text

router = APIRouter(prefix=f"{ROOT}/exports")
PARAMETERS = ("fields", "dataset", "generation", "format")
CHOOSING = ("q", "asOf", "succession")
"""Those of pages that choose resources, as filters do."""


async def written(request: Request) -> Tables:
    """The tables of the application."""
    return cast(Tables, request.app.state.tables)


TablesDep = Annotated[Tables, Depends(written)]


@router.head("/{collection}", include_in_schema=False)
@router.get(
    "/{collection}",
    tags=[sections.EXPORTS],
    summary="Cả tập tài nguyên / A whole collection",
    operation_id="export_collection",
    response_class=StreamingResponse,
    responses={
        200: {"content": {one.media_type: {} for one in OFFERED}, "description": "Một bảng / A table"},
        **openapi.NOT_MODIFIED,
        **openapi.PROBLEMS,
        **openapi.NOT_FOUND,
    },
    openapi_extra=openapi.of_export(OFFERED),
)
async def export(
    collection: str,
    request: Request,
    known: KnowledgeDep,
    tables_written: TablesDep,
) -> Response:
    """Mỗi tài nguyên một dòng, mọi trường mà bạn được xem; mã là ký hiệu, liên kết là IRI. / One row for each
    resource, with all fields that you may see; codes are their notation, links their IRI."""
    if (resource := known.types.collections.get(collection)) is None:
        raise unknown_name(Text("tập tài nguyên", "collection"), collection, [*known.types.collections])
    chosen = _format(request)
    caller = await Caller.of(request, chosen)
    principal = caller.principal
    sight = caller.sight
    asked, listing = _asked(request, resource, known, sight)
    moment = asked_moment(request, listing.day, asked.get("generation"))
    wanted = moment.generation(caller.past, caller.current)
    seen = tables.seen(resource, sight)
    properties = _chosen(asked.get("fields"), seen)
    graphs = _within(asked.get("dataset"), principal.graphs & wanted.manifest.graphs.keys())
    tag = conditional.etag(
        wanted.id, principal, known.digest, chosen.media_type, str(request.url.query), collection
    )
    headers = {"Vary": "Accept", "Cache-Control": CACHING}
    if conditional.is_known(request, tag):
        return conditional.not_modified(tag, **headers)
    headers |= {
        "ETag": tag,
        "Lienthong-Generation": wanted.id,
        "Content-Disposition": f'attachment; filename="{collection}-{wanted.id}.{chosen.extension}"',
    }
    headers |= deprecation.headers(resource, caller.query)
    if request.method == "HEAD":
        return StreamingResponse(iter(()), media_type=chosen.media_type, headers=headers)
    subjects = await _matching(caller, wanted, listing, resource, known)
    table = tables.request(
        resource,
        properties,
        known.vocabulary,
        columns=wanted.columns,
        graphs=graphs,
        written=chosen,
        subjects=subjects,
    )
    return StreamingResponse(await tables_written.write(table), media_type=chosen.media_type, headers=headers)


def _asked(
    request: Request, resource: ResourceType, known: Knowledge, sight: Sight
) -> tuple[dict[str, str], Listing]:
    """The parameters of exports, and the filters, which are those of the collection's pages."""
    given = request.query_params.multi_items()
    own = {name: value for name, value in given if name in PARAMETERS}
    others = [(name, value) for name, value in given if name not in PARAMETERS]
    offer = Offer(resource, known.types, known.vocabulary, known.iris)
    for name, _ in others:
        if not _is_filter(name, offer, sight):
            raise _unknown(name, offer, sight)
    return own, offer.listing(others, sight)


def _is_filter(name: str, offer: Offer, sight: Sight) -> bool:
    if name in CHOOSING:
        return name in offer.of_list
    return conditions.named(name, offer.resource, offer.types, sight) is not None


def _unknown(name: str, offer: Offer, sight: Sight) -> ParameterError:
    names = [*PARAMETERS, *(one for one in CHOOSING if one in offer.of_list)]
    fields = conditions.near(name, offer.resource, offer.types, sight) or [
        one.key for one in sight.seen(offer.resource.properties)
    ]
    listed = ", ".join((*names, *fields))
    return ParameterError(
        Text(f"Không có tham số «{name}».", f"There is no parameter “{name}”."),
        hint=Text(f"Các tham số: {listed}", f"Parameters: {listed}"),
    )


async def _matching(
    caller: Caller, wanted: Generation, listing: Listing, resource: ResourceType, known: Knowledge
) -> tuple[str, ...] | None:
    """The IRIs of what the filters find in one generation; None where nothing is filtered."""
    if not (listing.filters or listing.valid_on or listing.succession):
        return None
    question, graphs = asking.matching(known, resource, listing), caller.principal.graphs
    async with caller.answering(wanted) as asked:
        found, answered_by = await asked.ask(question, graphs)
    if answered_by != wanted.id:
        async with caller.past.instances(wanted) as earlier:
            found, _ = await earlier.ask(question, graphs)
    return tuple(found["iris"])


def _format(request: Request) -> Format:
    shortcut = request.query_params.get("format")
    if shortcut is not None:
        return formats.by_extension(shortcut, OFFERED)
    return formats.negotiate(negotiation.accept(request), OFFERED)


def _chosen(fields: str | None, seen: tuple[Property, ...]) -> tuple[Property, ...]:
    names = [name.strip() for name in (fields or "").split(",") if name.strip()]
    known = {one.key: one for one in seen}
    for name in names:
        if name not in known:
            raise wrong("fields", name, ", ".join(known))
    return tuple(known[name] for name in dict.fromkeys(names)) if names else seen


def _within(dataset: str | None, graphs: Iterable[str]) -> frozenset[str]:
    """The graphs of one data set, in the same words for one that there is not and one not to be seen."""
    if dataset is None:
        return frozenset(graphs)
    found = frozenset(graph for graph in graphs if dataset_of(graph) == dataset)
    if not found:
        offer = ", ".join(sorted({dataset_of(one) for one in graphs})) or "–"
        raise UnknownNameError(
            Text(f"Không có bộ dữ liệu nào tên «{dataset}».", f"There is no data set named “{dataset}”."),
            hint=Text(f"Có: {offer}", f"Known: {offer}"),
        )
    return found
