"""`/api/v1`: the index, the contexts, and for each collection a page and a resource."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.routing import BaseRoute

from api import sections
from api.facade import context as contexts
from api.facade import exports, models, offered_formats, openapi, persons, timemaps
from api.facade.by_name import ByName
from api.facade.collection import CollectionRoutes
from api.facade.corrections import idempotency, schema
from api.facade.corrections.routes import MERGE_PATCH, Corrections
from api.facade.models import CollectionEntry, Index, Localised
from api.facade.offered_formats import JSON, JSON_LD
from api.facade.writing import ROOT
from api.knowledge import Knowledge, KnowledgeDep
from graph.errors import OntologyError, unknown_name
from graph.resources import ResourceType
from graph.text import Text

router = APIRouter(prefix=ROOT)

RESERVED = ("contexts", "exports", "queries", "search", "timemaps")
"""What is below `ROOT` besides collections."""


def attach(app: FastAPI) -> Mapping[str, CollectionRoutes]:
    """Give `app` the routes made from its knowledge; those that read, by collection.

    Raises OntologyError for a name that is in use.
    """
    known: Knowledge = app.state.knowledge
    if taken := set(RESERVED) & set(known.types.collections):
        raise OntologyError(
            Text(f"Tên tập tài nguyên đã dùng: {', '.join(taken)}", f"Names in use: {', '.join(taken)}"),
            hint=Text("Đổi facade:collection trong hình dạng.", "Change facade:collection in the shape."),
        )
    described = models.build(known.types, known.vocabulary)
    made = APIRouter(prefix=ROOT)
    reading = {
        collection: CollectionRoutes(known, resource)
        for collection, resource in known.types.collections.items()
    }
    for collection, routes in reading.items():
        _add(made, collection, known, described[collection], routes)
    # What is asked most often is found first, and by name; only what persons have besides comes before.
    first: list[BaseRoute] = [ByName(reading)]
    if persons.COLLECTION in known.types.collections:
        app.include_router(persons.router)
        first.insert(0, app.router.routes.pop())
    app.router.routes[:0] = first
    app.include_router(exports.router)
    app.include_router(timemaps.router)
    app.include_router(made)
    app.include_router(router)
    return reading


def _add(
    made: APIRouter, collection: str, known: Knowledge, model: type[BaseModel], routes: CollectionRoutes
) -> None:
    resource = routes.resource
    common_responses = {
        **openapi.answers(offered_formats.offered(resource)),
        **openapi.NOT_MODIFIED,
        **openapi.PROBLEMS,
        **openapi.NOT_FOUND,
    }
    common: dict[str, Any] = {"tags": [collection], "response_class": JSONResponse}
    common["deprecated"] = resource.deprecation is not None or None
    made.add_api_route(
        f"/{collection}",
        routes.page,
        methods=["GET"],
        operation_id=f"list_{collection}",
        summary=str(resource.title),
        description=str(resource.description),
        response_model=models.page_of(model, resource),
        responses={**common_responses, **openapi.GONE},
        openapi_extra=openapi.parameters(routes.offer.of_list.values()),
        **common,
    )
    made.add_api_route(
        f"/{collection}/{{key:path}}",
        routes.item,
        methods=["GET"],
        operation_id=f"get_{collection}",
        summary=str(_said(resource, Text("một tài nguyên", "one resource"))),
        description=str(resource.description),
        response_model=model,
        responses=common_responses,
        openapi_extra=openapi.parameters(routes.offer.of_item.values()),
        **common,
    )
    _add_changes(made, collection, resource, known, model, routes)


def _add_changes(
    made: APIRouter,
    collection: str,
    resource: ResourceType,
    known: Knowledge,
    model: type[BaseModel],
    routes: CollectionRoutes,
) -> None:
    corrections = Corrections(known, resource, routes)
    item = f"/{collection}/{{key:path}}"
    whole, patch = (schema.of_body(resource, known.vocabulary, is_patch=flag) for flag in (False, True))
    seen = {
        "If-Match": "ETag đã nhận ở GET / The ETag that GET gave",
        "If-None-Match": "*: chỉ tạo mới / *: only to make what is not there",
    }
    once = {idempotency.HEADER: "Khóa mới cho mỗi tài nguyên mới / A new one for each new resource"}
    replaced = openapi.of_change(whole, JSON.media_type, seen)
    patched = openapi.of_change(patch, MERGE_PATCH, seen)
    added = openapi.of_change(whole, JSON.media_type, once)
    for method, path, endpoint, done, extra in (
        ("PUT", item, corrections.put, Text("thay", "replace"), replaced),
        ("PATCH", item, corrections.patch, Text("sửa", "change"), patched),
        ("POST", f"/{collection}", corrections.post, Text("thêm", "add"), added),
    ):
        responses = {**openapi.PROBLEMS, **openapi.NOT_FOUND, **openapi.CHANGED}
        del responses[406]
        if method != "PATCH":
            responses[201] = {"model": model, "description": "Đã tạo / Made"}
        if method == "POST":
            del responses[428]
        made.add_api_route(
            path,
            endpoint,
            methods=[method],
            operation_id=f"{method.lower()}_{collection}",
            summary=str(_said(resource, done)),
            description=str(resource.description),
            response_model=model,
            responses=responses,
            openapi_extra=extra,
            tags=[collection],
            response_class=JSONResponse,
        )


def _said(resource: ResourceType, what: Text) -> Text:
    title = resource.title
    return Text(f"{title.vi}: {what.vi}", f"{title.en}: {what.en}")


@router.head("/", include_in_schema=False)
@router.api_route("", methods=["GET", "HEAD"], include_in_schema=False)
@router.get(
    "/", summary="Các tập tài nguyên / The collections", tags=[sections.INDEX], responses=openapi.NOT_MODIFIED
)
async def index(known: KnowledgeDep) -> Index:
    """Mỗi tập tài nguyên sinh ra từ một hình dạng SHACL / Each collection is made from a SHACL shape."""
    return Index(
        collections=[
            CollectionEntry(
                name=collection,
                href=f"{ROOT}/{collection}",
                title=_localised(resource.title),
                description=_localised(resource.description),
                context=f"{ROOT}/contexts/{collection}.jsonld",
            )
            for collection, resource in known.types.collections.items()
        ]
    )


@router.api_route("/contexts/{collection}.jsonld", methods=["GET", "HEAD"], include_in_schema=False)
async def context(collection: str, known: KnowledgeDep) -> Response:
    resource = _resource(collection, known)
    return JSONResponse(
        {"@context": contexts.context(resource, known.types)},
        media_type=JSON_LD.media_type,
    )


@router.api_route("/{collection}", methods=["GET", "HEAD"], include_in_schema=False)
@router.api_route("/{collection}/{key:path}", methods=["GET", "HEAD"], include_in_schema=False)
async def unknown(collection: str, known: KnowledgeDep, key: str = "") -> Response:
    """Every collection there is has its own route before this one."""
    raise unknown_name(Text("tập tài nguyên", "collection"), collection, [*known.types.collections])


def _resource(collection: str, known: Knowledge) -> ResourceType:
    try:
        return known.types.collections[collection]
    except KeyError:
        raise unknown_name(
            Text("tập tài nguyên", "collection"), collection, [*known.types.collections]
        ) from None


def _localised(text: Text) -> Localised:
    return Localised(vi=text.vi, en=text.en)
