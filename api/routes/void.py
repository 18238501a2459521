"""`/.well-known/void`: what there is for the caller, and how much of it (VoID §6.2, RFC 8615)."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import conditional, negotiation, void
from api.dependencies import GenerationDep, PrincipalDep
from api.knowledge import KnowledgeDep
from api.service_description import write
from graph.formats import GRAPHS, negotiate

router = APIRouter(include_in_schema=False)


@router.api_route(void.ADDRESS, methods=["GET", "HEAD"])
async def description(
    request: Request, known: KnowledgeDep, generation: GenerationDep, principal: PrincipalDep
) -> Response:
    """Of the graphs that the caller may read, and of no others."""
    chosen = negotiate(negotiation.accept(request, request.query_params.get("format")), GRAPHS)
    endpoint = str(request.url_for("sparql"))
    headers = {
        "Vary": "Accept",
        "Link": '</sparql>; rel="service-desc"',
        "Lienthong-Generation": generation.id,
        "Cache-Control": "no-cache",
    }
    # Weak: its blank nodes come in another order each time.
    tag = "W/" + conditional.etag(generation.id, principal, known.digest, chosen.media_type, endpoint)
    if conditional.is_known(request, tag[2:]):
        return conditional.not_modified(tag, Vary=headers["Vary"])
    told = void.describe(known, generation, principal, endpoint)
    return Response(write(told, chosen), media_type=chosen.media_type, headers={**headers, "ETag": tag})
