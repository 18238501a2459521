"""The pages behind an IRI: an entity, a code, a document, a data set, and nothing at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from api.datasets import DataSet
from api.dependencies import engine as engine_of
from api.dependencies import settings as settings_of
from api.description import Incoming, Statement
from api.documents import Document
from api.facade.writing import ROOT, Writer
from api.knowledge import Knowledge
from api.pages import codes, examples, quality, surroundings
from api.pages.addresses import about, asking, download, incoming_address, term_address
from api.pages.entity import VALIDITY, EntityPages, Shown
from api.pages.published import manifest
from api.pages.rendering import links_of, number, page
from api.pages.terms import shapes
from graph import turtle
from graph.formats import GRAPHS
from graph.quality import Trend
from graph.resources import ResourceType
from graph.settings import Settings
from graph.sparql.results import Term
from graph.stores.manifest import Manifest
from graph.text import Language

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TermEntry:
    """A class or property of a module."""

    anchor: str
    short: str
    label: str
    definition: str | None
    above: tuple[Shown, ...]
    domain: tuple[Shown, ...]
    range: tuple[Shown, ...]
    examples: tuple[str, ...]
    page: str | None


def entity(
    request: Request,
    known: Knowledge,
    language: Language,
    iri: str,
    told: Sequence[Statement],
    incoming: Sequence[Incoming],
    headers: Headers,
) -> HTMLResponse:
    pages = EntityPages(known, links_of(request, known), language)
    shown = pages.page(iri, told, incoming)
    address = Writer(known.types, known.vocabulary, known.iris).href(iri, _type_of(told, known))
    is_code = iri in known.vocabulary.concepts
    in_api = [("JSON", address)] if address and address.startswith(ROOT) else []
    return page(
        "entity.html",
        request,
        known,
        language,
        headers=headers,
        entity=shown,
        sources=surroundings.sources(told, pages, settings_of(request), _answered(request, headers)),
        place=surroundings.place(told, pages),
        around=surroundings.around(shown, pages),
        is_code=is_code,
        incoming=incoming_address(pages.links, iri) if incoming or is_code else None,
        ask=asking(pages.links, about(iri, language)),
        formats=[*in_api, *_formats(known, iri), *_tables(iri, language)],
    )


def concept(
    request: Request, known: Knowledge, language: Language, iri: str, graph: Graph, headers: Headers
) -> HTMLResponse:
    told = [
        Statement(str(path), _term(value), ())
        for path, value in sorted(graph.predicate_objects(URIRef(iri)))
        if path not in (RDFS.label, SKOS.topConceptOf)
    ]
    return entity(request, known, language, iri, told, _narrower(iri, known), headers)


def document(
    request: Request, known: Knowledge, language: Language, found: Document, headers: Headers
) -> HTMLResponse:
    links = links_of(request, known)
    pages = EntityPages(known, links, language)
    in_module = sorted(
        (str(term) for term in known.vocabulary.graph.subjects(RDFS.isDefinedBy, URIRef(found.iri))),
        key=lambda iri: known.vocabulary.name(iri).of(language).lower(),
    )
    classes = [iri for iri in in_module if (URIRef(iri), RDF.type, OWL.Class) in known.vocabulary.graph]
    return page(
        "document.html",
        request,
        known,
        language,
        headers=headers,
        document=found,
        definition=known.vocabulary.definition(found.iri),
        classes=[_entry(iri, pages) for iri in classes],
        properties=[_entry(iri, pages) for iri in in_module if iri not in classes],
        codes=codes.rows(found.iri, known.vocabulary) if found.kind == "code-list" else (),
        shapes=_shapes(request, found, pages) if found.kind == "shapes" else (),
        version=listed.version if (listed := known.vocabulary.documents.get(found.iri)) else None,
        validity=_validity(found.iri, known),
        source=None
        if found.kind in ("module", "code-list")
        else turtle.read_text(found.file, base=known.iris.base),
        formats=_formats(known, found.iri),
    )


def data_set(
    request: Request,
    known: Knowledge,
    settings: Settings,
    language: Language,
    described: DataSet,
    trends: Sequence[Trend],
    headers: Headers,
    *,
    has_generation: bool,
    is_validation_seen: bool,
) -> HTMLResponse:
    return page(
        "dataset.html",
        request,
        known,
        language,
        headers=headers,
        dataset=described,
        examples=examples.of_dataset(described.name, settings),
        pages=EntityPages(known, links_of(request, known), language),
        quality=quality.shown(trends, described.iri, known, links_of(request, known), language),
        quads=number(described.published.quads, language) if described.published else None,
        has_generation=has_generation,
        is_validation_seen=is_validation_seen,
        formats=_formats(known, described.iri),
    )


def not_found(request: Request, known: Knowledge, language: Language, iri: str) -> HTMLResponse:
    headers = {"Cache-Control": "no-store"}
    return page("not-found.html", request, known, language, status=404, headers=headers, iri=iri)


def _formats(known: Knowledge, iri: str) -> list[tuple[str, str]]:
    """Name and address of the other formats."""
    return [
        (known_format.name, f"/{known.iris.path(iri)}.{known_format.extension}") for known_format in GRAPHS
    ]


def _shapes(request: Request, found: Document, pages: EntityPages) -> tuple[shapes.ShapeInWords, ...]:
    settings = settings_of(request)
    return shapes.of_document(shapes.shapes_graph(settings.shapes_dir, settings.base_iri), found.iri, pages)


def _validity(iri: str, known: Knowledge) -> tuple[str, str, str] | None:
    """The key of the text, the first day and the last; None for what has neither."""
    days = (
        str(known.vocabulary.graph.value(URIRef(iri), URIRef(known.iris.ontology("core", name))) or "")
        for name in ("validFrom", "validUntil")
    )
    first, last = days
    key = VALIDITY[bool(first), bool(last)]
    return (key, first, last) if key else None


def _tables(iri: str, language: Language) -> list[tuple[str, str]]:
    """What is said of an IRI as a table."""
    return [("CSV", download(about(iri, language), "csv"))]


def _answered(request: Request, headers: Headers) -> Manifest | None:
    """The manifest of the generation that answered, None when another has been published since."""
    current = manifest(engine_of(request))
    return current if current and current.id == headers.get("Lienthong-Generation") else None


def _narrower(iri: str, known: Knowledge) -> list[Incoming]:
    """The codes right below one, all of them."""
    found = sorted(str(one) for one in known.vocabulary.graph.subjects(SKOS.broader, URIRef(iri)))
    return [Incoming(str(SKOS.broader), len(found), tuple((one, ()) for one in found))] if found else []


def _type_of(told: Sequence[Statement], known: Knowledge) -> ResourceType | None:
    return known.types.of(one.value.value for one in told if one.property == str(RDF.type))


def _entry(iri: str, pages: EntityPages) -> TermEntry:
    vocabulary = pages.known.vocabulary
    definition = vocabulary.definition(iri)
    return TermEntry(
        iri.rsplit("#", 1)[-1],
        pages.links.short(iri),
        vocabulary.name(iri).of(pages.language),
        definition.of(pages.language) if definition else None,
        _shown(pages, iri, RDFS.subClassOf),
        _shown(pages, iri, RDFS.domain),
        _shown(pages, iri, RDFS.range),
        vocabulary.examples(iri, pages.language),
        term_address(pages.links, iri),
    )


def _shown(pages: EntityPages, iri: str, path: URIRef) -> tuple[Shown, ...]:
    found = pages.known.vocabulary.graph.objects(URIRef(iri), path)
    named = sorted(value for value in found if isinstance(value, URIRef))
    return tuple(pages.value(_term(value)) for value in named)


def _term(node: Node) -> Term:
    if isinstance(node, Literal):
        return Term("literal", str(node), str(node.datatype) if node.datatype else None, node.language)
    return Term("bnode" if isinstance(node, BNode) else "uri", str(node))
