"""`/api/v1/timemaps/{collection}/{key}`: the states of a resource that are kept (RFC 7089 §5)."""

from datetime import UTC
from email.utils import format_datetime

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from api import conditional, sections
from api.dependencies import GenerationDep, PrincipalDep
from api.facade import openapi
from api.facade.collection import PastDep
from api.facade.history import HistoryDep
from api.facade.moment import CACHING, TIMEMAPS
from api.facade.past import made
from api.facade.writing import ROOT
from api.knowledge import KnowledgeDep
from graph.errors import UnknownNameError, unknown_name
from graph.stores.generations import Generation
from graph.text import Text

LINKS = "application/link-format"
router = APIRouter()


@router.head(f"{TIMEMAPS}/{{collection}}/{{key:path}}", include_in_schema=False)
@router.get(
    f"{TIMEMAPS}/{{collection}}/{{key:path}}",
    tags=[sections.TIMEMAPS],
    summary="Các trạng thái còn giữ của một tài nguyên / The states of a resource that are kept",
    operation_id="timemap",
    response_class=PlainTextResponse,
    responses={
        200: {"content": {LINKS: {"schema": {"type": "string"}}}, "description": "RFC 7089 §5"},
        **openapi.NOT_MODIFIED,
        **openapi.PROBLEMS,
        **openapi.NOT_FOUND,
    },
)
async def timemap(
    collection: str,
    key: str,
    request: Request,
    known: KnowledgeDep,
    generation: GenerationDep,
    principal: PrincipalDep,
    past: PastDep,
    history: HistoryDep,
) -> Response:
    """Mỗi thế hệ còn giữ có tài nguyên này là một memento. / Each generation that is kept and has the
    resource is a memento."""
    if (resource := known.types.collections.get(collection)) is None:
        raise unknown_name(Text("tập tài nguyên", "collection"), collection, [*known.types.collections])
    kept = [*past.kept]
    tag = conditional.etag(generation.id, principal, known.digest, collection, key, *(one.id for one in kept))
    told = {"Vary": "Accept", "Cache-Control": CACHING}
    if conditional.is_known(request, tag):
        return conditional.not_modified(tag, **told)
    iri = known.iris.entity(resource.identifier, key)
    found = await history.holding(kept, iri, resource, principal)
    if not found:
        raise UnknownNameError(
            Text(f"{resource.title.vi}: không có «{key}».", f"{resource.title.en}: there is no “{key}”."),
            hint=Text(f"Xem {ROOT}/{collection}", f"See {ROOT}/{collection}"),
        )
    told |= {"ETag": tag, "Lienthong-Generation": generation.id}
    path = (known.iris.path(iri) or "").removeprefix(f"id/{resource.identifier}/")
    return Response(_links(f"{collection}/{path}", found), media_type=LINKS, headers=told)


def _links(place: str, found: list[Generation]) -> str:
    original = f"{ROOT}/{place}"
    first, last = (_moment(one) for one in (found[0], found[-1]))
    lines = [
        f'<{original}>; rel="original timegate"',
        f'<{TIMEMAPS}/{place}>; rel="self"; type="{LINKS}"; from="{first}"; until="{last}"',
    ]
    for number, one in enumerate(found):
        ends = ("first " if number == 0 else "") + ("last " if number == len(found) - 1 else "")
        lines.append(f'<{original}?generation={one.id}>; rel="{ends}memento"; datetime="{_moment(one)}"')
    return ",\n".join(lines) + "\n"


def _moment(generation: Generation) -> str:
    return format_datetime(made(generation).astimezone(UTC), usegmt=True)
