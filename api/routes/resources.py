"""Every IRI below the base can be looked up: `/id/…`, `/ont/…`, `/code/…`, `/dataset/…`, `/shape/…`.

The answer is 200 with a Content-Location, not 303 to another address ("Cool URIs", §4.2): a 303 would cost
each reader a second request, and what it keeps apart (the ward itself, the document about the ward) is
kept apart here by Content-Location, which names the document. For `#` IRIs the question does not arise.
"""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from rdflib import Graph

from api import conditional, description, documents, negotiation, quality
from api.datasets import dataset
from api.dependencies import EngineDep, GenerationDep, LanguageDep, PrincipalDep, SettingsDep
from api.description import Incoming, Statement
from api.documents import Document
from api.facade import triples
from api.knowledge import Knowledge, KnowledgeDep
from api.pages import views
from api.pages.published import manifest
from api.reader import Reader, consistent
from api.validation.rights import classes_seen
from graph import formats, turtle
from graph.errors import UnknownNameError
from graph.formats import GRAPHS, PAGE, Format
from graph.text import Language, Text

router = APIRouter(include_in_schema=False)

# Turtle comes first: who asks for nothing in particular (curl) is no browser.
OFFERED: tuple[Format, ...] = (*GRAPHS, PAGE)


@router.api_route("/id/{key:path}", methods=["GET", "HEAD"])
async def entity(
    key: str,
    request: Request,
    known: KnowledgeDep,
    engine: EngineDep,
    generation: GenerationDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> Response:
    """An entity: what the generation says of it, as far as the caller may see."""
    path, chosen = _chosen(request, f"id/{key}")
    kind, _, rest = path.removeprefix("id/").partition("/")
    iri = known.iris.entity(kind, rest)

    headers = _headers(path, chosen)
    # A page's links carry the language that `?lang=` chose, so the query is in the tag as well.
    decides = (known.digest, chosen.media_type, language, request.url.query)

    def tag_of(generation_id: str) -> str:
        return conditional.etag(generation_id, principal, *decides)

    if conditional.is_known(request, tag := tag_of(generation.id)):
        return conditional.not_modified(tag, **headers)

    async def ask(reader: Reader) -> tuple[list[Statement], list[Incoming]]:
        told = await description.statements(reader, iri)
        return told, await description.incoming(reader, iri) if told and chosen == PAGE else []

    (told, incoming), answered_by = await consistent(engine, principal, ask)
    if not told:
        return _unknown(request, known, language, path, chosen)
    headers |= {"ETag": tag_of(answered_by), "Lienthong-Generation": answered_by}
    if chosen == PAGE:
        return views.entity(request, known, language, iri, told, incoming, headers)
    return _data(description.graph_of(known, iri, told), chosen, headers)


@router.api_route("/code/{scheme}/{notation}", methods=["GET", "HEAD"])
async def concept(
    scheme: str, notation: str, request: Request, known: KnowledgeDep, language: LanguageDep
) -> Response:
    """An entry of a code list."""
    path, chosen = _chosen(request, f"code/{scheme}/{notation}")
    iri = known.iris.resolve(path)
    graph = documents.concept_graph(iri, known)
    if not graph:
        return _unknown(request, known, language, path, chosen)
    if chosen == PAGE:
        return views.concept(request, known, language, iri, graph, _headers(path, chosen))
    return _data(graph, chosen, _headers(path, chosen))


@router.api_route("/ont/{name}", methods=["GET", "HEAD"])
@router.api_route("/code/{name}", methods=["GET", "HEAD"])
@router.api_route("/shape/{name}", methods=["GET", "HEAD"])
async def document(
    name: str, request: Request, known: KnowledgeDep, settings: SettingsDep, language: LanguageDep
) -> Response:
    """A whole module, code list or shapes file: its terms are `#` IRIs, or entries of their own."""
    path, chosen = _chosen(request, request.url.path.lstrip("/"))
    found = documents.find(path, known, settings)
    if found is None:
        return _unknown(request, known, language, path, chosen)
    if chosen == PAGE:
        return views.document(request, known, language, found, _headers(path, chosen))
    return _document_data(found, known, chosen, _headers(path, chosen))


@router.api_route("/dataset/{name}", methods=["GET", "HEAD"])
async def data_set(
    name: str,
    request: Request,
    known: KnowledgeDep,
    settings: SettingsDep,
    engine: EngineDep,
    principal: PrincipalDep,
    language: LanguageDep,
) -> Response:
    """The description of a data set; on its page also the measures of its quality that the caller may see."""
    path, chosen = _chosen(request, f"dataset/{name}")
    found = documents.find(path, known, settings)
    if found is None:
        return _unknown(request, known, language, path, chosen)
    if chosen == PAGE:
        published = manifest(engine)
        described = dataset(path.rsplit("/", 1)[-1], settings, published, principal)
        classes = classes_seen(principal, described.name, described.access, published, known.iris)
        trends = await quality.of_data_set(engine, principal, known, described)
        headers = _headers(path, chosen)
        return views.data_set(
            request,
            known,
            settings,
            language,
            described,
            trends,
            headers,
            has_generation=published is not None,
            is_validation_seen=bool(classes),
        )
    return _document_data(found, known, chosen, _headers(path, chosen))


def _chosen(request: Request, path: str) -> tuple[str, Format]:
    """The path without a suffix that names a format, and the format: by suffix, `?format=`, or Accept."""
    shortcut = request.query_params.get("format")
    for offered in OFFERED:
        if path.endswith(f".{offered.extension}"):
            return path.removesuffix(f".{offered.extension}"), offered
    if shortcut is not None:
        return path, formats.by_extension({"json": "jsonld", "xml": "rdf"}.get(shortcut, shortcut), OFFERED)
    return path, formats.negotiate(negotiation.accept(request), OFFERED)


def _headers(path: str, chosen: Format) -> dict[str, str]:
    path = quote(path)
    alternates = (
        f'</{path}.{offered.extension}>; rel="alternate"; type="{offered.media_type}"'
        for offered in OFFERED
        if offered != chosen
    )
    return {
        "Content-Location": f"/{path}.{chosen.extension}",
        "Link": ", ".join(alternates),
        "Vary": "Accept, Accept-Language" if chosen == PAGE else "Accept",
        "Cache-Control": "no-cache",
    }


def _document_data(found: Document, known: Knowledge, chosen: Format, headers: dict[str, str]) -> Response:
    """Turtle as it was written, comments and all; the other formats from its triples."""
    if chosen.extension == "ttl":
        text = turtle.read_text(found.file, base=known.iris.base)
        return Response(text, media_type=chosen.media_type, headers=headers)
    return _data(documents.graph_of(found, known), chosen, headers)


def _data(graph: Graph, chosen: Format, headers: dict[str, str]) -> Response:
    written = triples.document(graph, chosen.media_type)
    return Response(written, media_type=chosen.media_type, headers=headers)


def _unknown(request: Request, known: Knowledge, language: Language, path: str, chosen: Format) -> Response:
    """404, in the same words for what does not exist and for what may not be seen."""
    if chosen == PAGE:
        return views.not_found(request, known, language, known.iris.resolve(path))
    raise UnknownNameError(
        Text(
            f"Không biết gì về <{known.iris.resolve(path)}>.",
            f"Nothing is known of <{known.iris.resolve(path)}>.",
        ),
        hint=Text(
            "Tìm định danh đúng bằng /api/v1/units?q=… hoặc bằng truy vấn SPARQL ở trang đầu.",
            "Find the right identifier with /api/v1/units?q=… or with SPARQL on the first page.",
        ),
    )
