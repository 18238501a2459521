"""Whole graphs are replaced, added to, deleted (SPARQL 1.1 Graph Store HTTP Protocol §5.3 – §5.5)."""

import re
from email import policy
from email.parser import BytesParser
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import limits, sections
from api.dependencies import EngineDep, PrincipalDep, SettingsDep
from api.knowledge import Knowledge, KnowledgeDep
from api.routes import graph_store, update
from api.routes import graph_store_openapi as described
from api.updates import answers
from api.updates.dependencies import UpdatesDep, WriterDep
from api.updates.updates import Updates, Wanted
from api.validation.bodies import FORM, media_type
from graph.access import Identity, Principal
from graph.errors import ParameterError, PreconditionFailedError
from graph.formats import GRAPHS
from graph.settings import MIB, Settings
from graph.sparql.engine import Engine
from graph.text import Text

router = APIRouter(tags=[sections.SPARQL])
VERBS: dict[str, Literal["put", "post", "delete"]] = {"PUT": "put", "POST": "post", "DELETE": "delete"}
_AT_ITS_IRI = "/graph/{dataset}/{access}"


@router.put(graph_store.ADDRESS, openapi_extra=described.WRITING["put"], response_class=Response)
@router.post(graph_store.ADDRESS, openapi_extra=described.WRITING["post"], response_class=Response)
@router.delete(graph_store.ADDRESS, openapi_extra=described.WRITING["delete"], response_class=Response)
async def indirect(
    request: Request,
    engine: EngineDep,
    updates: UpdatesDep,
    identity: WriterDep,
    principal: PrincipalDep,
    settings: SettingsDep,
    known: KnowledgeDep,
) -> Response:
    """The graph with the IRI `graph`, or with `default` the one that stands for the default graph."""
    graph = graph_store.identified(request) or ""
    return await _perform(request, engine, updates, identity, principal, settings, known, graph)


@router.put(_AT_ITS_IRI, openapi_extra=described.WRITING_DIRECT["put"], response_class=Response)
@router.post(_AT_ITS_IRI, openapi_extra=described.WRITING_DIRECT["post"], response_class=Response)
@router.delete(_AT_ITS_IRI, openapi_extra=described.WRITING_DIRECT["delete"], response_class=Response)
async def direct(
    dataset: str,
    access: str,
    request: Request,
    engine: EngineDep,
    updates: UpdatesDep,
    identity: WriterDep,
    principal: PrincipalDep,
    settings: SettingsDep,
    known: KnowledgeDep,
) -> Response:
    """A graph at its own IRI."""
    graph = known.iris.graph(dataset, graph_store.without_suffix(access)[0])
    return await _perform(request, engine, updates, identity, principal, settings, known, graph)


async def _perform(
    request: Request,
    engine: Engine,
    updates: Updates,
    identity: Identity,
    principal: Principal,
    settings: Settings,
    known: Knowledge,
    graph: str,
) -> Response:
    verb = VERBS[request.method]
    seen = _seen(request, engine, principal, known, graph or settings.update_default_graph)
    documents = [] if verb == "delete" else await _documents(request, settings)
    wanted = Wanted(
        verb,
        b"".join(body for _, body in documents),
        graph,
        settings.query_timeout,
        graph,
        tuple((kind, len(body)) for kind, body in documents),
        seen=seen,
        only_new=request.headers.get("if-none-match", "").strip() == "*",
        dry_run=update.is_dry_run(request),
    )
    return await answers.perform(request, engine, updates, identity, wanted, f"{request.method} <{graph}>")


def _seen(request: Request, engine: Engine, principal: Principal, known: Knowledge, graph: str) -> str | None:
    """The generation in which the caller has seen the graph (If-Match); None where nothing is said of that.

    A tag changes with every generation, so that one that still holds says that nothing was published since.
    Raises PreconditionFailedError for a tag that no longer holds.
    """
    given = ",".join(request.headers.getlist("if-match")).strip()
    if not given:
        return None
    generation = engine.current()
    tags = set(re.findall(r'"[^"]*"', given))
    if graph in principal.graphs and graph in generation.manifest.graphs:
        held = (graph_store.prepared(engine, principal, known, (graph,), one).etag for one in GRAPHS)
        # Weak, since each is of a graph and no bytes; what is told of a graph is all that it is.
        if given == "*" or tags.intersection(tag.removeprefix("W/") for tag in held if tag):
            return generation.id
    raise PreconditionFailedError(
        Text("Đồ thị không còn như bản bạn đã đọc.", "The graph is no longer as you have read it."),
        hint=Text("Đọc lại rồi gửi lại.", "Read it again, then send it again."),
    )


async def _documents(request: Request, settings: Settings) -> list[tuple[str, bytes]]:
    """What is sent, by media type: a body, or the parts of a form (§5.5).

    Raises HTTPException 413 for more than the service takes, ParameterError for a form without parts.
    """
    body = await limits.read_body(request, settings.update_max_mb * MIB)
    if media_type(request) != FORM:
        return [(media_type(request), body)]
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n"
    message = BytesParser(policy=policy.HTTP).parsebytes(head.encode() + body)
    if not message.is_multipart():
        raise ParameterError(
            Text("Biểu mẫu không có phần nào.", "The form has no parts."),
            hint=Text("curl -F file=@graph.ttl;type=text/turtle", "curl -F file=@graph.ttl;type=text/turtle"),
        )
    parts = [(part.get_content_type(), part.get_payload(decode=True)) for part in message.iter_parts()]
    return [(kind, content) for kind, content in parts if isinstance(content, bytes)]
