"""Whole graphs (SPARQL 1.1 Graph Store HTTP Protocol): `/rdf-graph-store?graph=…`, and at their own IRIs.

Reading (§5.2, §5.7); `graph_store_writing` has the rest. PATCH is answered 405.
"""

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api import negotiation, sections
from api.answers import respond
from api.dependencies import EngineDep, GenerationDep, PrincipalDep
from api.knowledge import Knowledge, KnowledgeDep
from api.routes import graph_store_openapi as described
from graph.access import Principal
from graph.errors import ParameterError, UnknownNameError
from graph.formats import GRAPHS, Format, negotiate
from graph.sparql.answer import Prepared
from graph.sparql.engine import Engine
from graph.stores.generations import Generation
from graph.text import Text

router = APIRouter(tags=[sections.SPARQL])

ADDRESS = "/rdf-graph-store"
EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@router.get(ADDRESS, openapi_extra=described.INDIRECT, response_class=Response)
@router.head(ADDRESS, include_in_schema=False)
async def indirect(
    request: Request,
    engine: EngineDep,
    generation: GenerationDep,
    principal: PrincipalDep,
    known: KnowledgeDep,
) -> Response:
    """The graph with the IRI `graph` (§4.2), or with `default` all that the caller may read as one graph."""
    iri = identified(request)
    chosen = negotiate(negotiation.accept(request, request.query_params.get("format")), GRAPHS)
    if iri is None:
        return await _written(request, engine, principal, known, (), chosen)
    _refuse_unknown(iri, generation, principal)
    return await _written(request, engine, principal, known, (iri,), chosen)


@router.get("/graph/{dataset}/{access}", openapi_extra=described.DIRECT, response_class=Response)
@router.head("/graph/{dataset}/{access}", include_in_schema=False)
async def direct(
    dataset: str,
    access: str,
    request: Request,
    engine: EngineDep,
    generation: GenerationDep,
    principal: PrincipalDep,
    known: KnowledgeDep,
) -> Response:
    """A graph at its own IRI (§4.1), `.ttl` and the like behind it or not; a browser gets its data set."""
    asked = request.query_params.get("format")
    access, suffixed = without_suffix(access)
    if suffixed is None and asked is None and negotiation.wants_page(request):
        return RedirectResponse(f"/dataset/{quote(dataset)}", status_code=303)
    chosen = suffixed or negotiate(negotiation.accept(request, asked), GRAPHS)
    iri = known.iris.graph(dataset, access)
    _refuse_unknown(iri, generation, principal)
    return await _written(request, engine, principal, known, (iri,), chosen)


async def _written(
    request: Request,
    engine: Engine,
    principal: Principal,
    known: Knowledge,
    graphs: Sequence[str],
    chosen: Format,
) -> Response:
    """The merge of `graphs`, of all that is permitted where there are none."""
    link = {"Link": '</.well-known/void>; rel="describedby"'}
    return await respond(request, engine, prepared(engine, principal, known, graphs, chosen), principal, link)


def prepared(
    engine: Engine, principal: Principal, known: Knowledge, graphs: Sequence[str], chosen: Format
) -> Prepared:
    """The query whose answer they are; its tag is theirs."""
    return engine.prepare(
        known.prefixes.sparql() + EVERYTHING,
        principal_graphs=principal.graphs,
        accept=chosen.media_type,
        default_graph_uris=graphs,
    )


def without_suffix(access: str) -> tuple[str, Format | None]:
    """The last segment of a graph's IRI, and the format that an extension behind it asks for."""
    suffixed = next((one for one in GRAPHS if access.endswith(f".{one.extension}")), None)
    return (access.removesuffix(f".{suffixed.extension}") if suffixed else access), suffixed


def identified(request: Request) -> str | None:
    """The IRI asked for; None for the default graph. Raises ParameterError unless one graph is named."""
    named = request.query_params.getlist("graph")
    if ("default" in request.query_params) + len(named) != 1:
        raise ParameterError(
            Text("Phải nêu đúng một đồ thị.", "Exactly one graph must be named."),
            hint=Text("?graph=<IRI> hoặc ?default", "?graph=<IRI> or ?default"),
        )
    if not named:
        return None
    if not urlsplit(named[0]).scheme:
        raise ParameterError(
            Text(f"IRI «{named[0]}» chưa đầy đủ.", f"IRI “{named[0]}” is relative."),
            hint=Text("Viết cả IRI của đồ thị.", "Write the whole IRI of the graph."),
        )
    return named[0]


def _refuse_unknown(iri: str, generation: Generation, principal: Principal) -> None:
    """404, in the same words for a graph that does not exist and for one that may not be seen."""
    if iri not in principal.graphs or iri not in generation.manifest.graphs:
        raise UnknownNameError(
            Text(f"Không có đồ thị <{iri}>.", f"There is no graph <{iri}>."),
            hint=Text(
                "Các đồ thị bạn được đọc: /.well-known/void",
                "The graphs that you may read: /.well-known/void",
            ),
        )
