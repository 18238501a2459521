"""`/catalogue`: all descriptions of data sets as one DCAT-AP 3.0.1 catalogue, with the words they use."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api import negotiation
from api.answers import respond
from api.dependencies import EngineDep, PrincipalDep
from api.knowledge import KnowledgeDep
from graph.access import OPEN
from graph.formats import GRAPHS, negotiate

router = APIRouter(include_in_schema=False)

QUERY = """
CONSTRUCT {{ ?s ?p ?o . ?word ?q ?v }} WHERE {{
  {{ GRAPH <{catalogue}> {{ ?s ?p ?o }} }}
  UNION {{
    {{ SELECT DISTINCT ?word {{ GRAPH <{catalogue}> {{ ?s ?mentions ?word FILTER(isIRI(?word)) }} }} }}
    GRAPH <{ontology}> {{ ?word ?q ?v }}
  }}
}}
"""
"""A word is what the ontology says of an IRI that a description mentions: a theme, a licence, a law."""


@router.api_route("/catalogue", methods=["GET", "HEAD"])
async def catalogue(
    request: Request, known: KnowledgeDep, engine: EngineDep, principal: PrincipalDep
) -> Response:
    """For harvesters; whoever asks for a page is led to the list of data sets."""
    asked = request.query_params.get("format")
    if asked is None and negotiation.wants_page(request):
        return RedirectResponse("/datasets", status_code=303)
    written = negotiate(negotiation.accept(request, asked), GRAPHS)
    graphs = {name: known.iris.graph(name, OPEN) for name in ("catalogue", "ontology")}
    prepared = engine.prepare(
        QUERY.format(**graphs), principal_graphs=principal.graphs, accept=written.media_type
    )
    return await respond(request, engine, prepared, principal, {})
