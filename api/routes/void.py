"""`/.well-known/void`: what there is for the caller, and how much of it (VoID §6.2, RFC 8615)."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import conditional, negotiation, void
from api.dependencies import GenerationDep, PrincipalDep
from api.facade import triples
from api.knowledge import KnowledgeDep
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
    tag = conditional.etag(generation.id, principal, known.digest, chosen.media_type, endpoint)
    if conditional.is_known(request, tag):
        return conditional.not_modified(tag, Vary=headers["Vary"])
    told = void.describe(known, generation, principal, endpoint)
    return Response(
        triples.document(told, chosen.media_type),
        media_type=chosen.media_type,
        headers={**headers, "ETag": tag},
    )
