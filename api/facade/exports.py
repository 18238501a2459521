"""`/api/v1/exports/{collection}`: all that the caller may see of a collection, as one table."""

from collections.abc import Iterable
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from api import conditional, negotiation
from api.dependencies import EngineDep, GenerationDep, PrincipalDep
from api.facade import openapi, tables
from api.facade.collection import PastDep
from api.facade.filters import wrong
from api.facade.moment import CACHING, Asked
from api.facade.sight import Sight
from api.facade.tables import OFFERED, Tables
from api.facade.writing import ROOT
from api.knowledge import KnowledgeDep
from graph import formats
from graph.access import dataset_of
from graph.errors import ParameterError, UnknownNameError, unknown_name
from graph.formats import Format
from graph.resources import Property
from graph.text import Text

router = APIRouter(prefix=f"{ROOT}/exports")
TAG = {
    "name": "exports",
    "description": "Xuất cả tập tài nguyên thành một bảng / Whole collections as tables",
}
PARAMETERS = ("fields", "dataset", "generation", "format")


async def written(request: Request) -> Tables:
    """The tables of the application."""
    return cast(Tables, request.app.state.tables)


TablesDep = Annotated[Tables, Depends(written)]


@router.head("/{collection}", include_in_schema=False)
@router.get(
    "/{collection}",
    tags=["exports"],
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
    engine: EngineDep,
    generation: GenerationDep,
    principal: PrincipalDep,
    past: PastDep,
    tables_written: TablesDep,
) -> Response:
    """Mỗi tài nguyên một dòng, mọi trường mà bạn được xem; mã là ký hiệu, liên kết là IRI. / One row for each
    resource, with all fields that you may see; codes are their notation, links their IRI."""
    if (resource := known.types.collections.get(collection)) is None:
        raise unknown_name(Text("tập tài nguyên", "collection"), collection, [*known.types.collections])
    asked = _asked(request)
    chosen = _format(request)
    wanted = Asked(name=asked.get("generation")).generation(past, generation)
    seen = tables.seen(resource, Sight.of(principal, generation.manifest.graphs))
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
    if request.method == "HEAD":
        return Response(media_type=chosen.media_type, headers=headers)
    table = tables.request(
        resource, properties, known.vocabulary, columns=wanted.columns, graphs=graphs, written=chosen
    )
    return StreamingResponse(await tables_written.write(table), media_type=chosen.media_type, headers=headers)


def _asked(request: Request) -> dict[str, str]:
    for name in request.query_params:
        if name not in PARAMETERS:
            offer = ", ".join(PARAMETERS)
            raise ParameterError(
                Text(f"Không có tham số «{name}».", f"There is no parameter “{name}”."),
                hint=Text(f"Các tham số: {offer}", f"Parameters: {offer}"),
            )
    return dict(request.query_params)


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
