"""`/ontology`: what the graph speaks of. `/ontology/{module}/{term}`: one class or property."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from rdflib import RDFS, URIRef

from api.knowledge import Knowledge
from api.pages import rendering
from api.pages.addresses import download, term_address
from api.pages.cached import answered
from api.pages.entity import EntityPages
from api.pages.published import counts, generation
from api.pages.rendering import links_of, number
from api.pages.terms import shapes, tree
from api.pages.terms.example import example_of
from api.pages.terms.term import is_term, term_page
from api.pages.views import not_found
from graph.access import Principal
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.text import Language
from graph.vocabulary import Document


@dataclass(frozen=True, slots=True)
class Listed:
    """A module, a code list, a property or a shape in a list; `count` is of terms, codes, or statements."""

    label: str
    short: str
    href: str
    definition: str | None = None
    version: str = ""
    count: str | None = None


def browser(
    request: Request,
    known: Knowledge,
    settings: Settings,
    engine: Engine,
    principal: Principal,
    language: Language,
) -> Response:
    """Everything on one page, so that it can be searched and printed."""
    current = generation(engine)
    pages = EntityPages(known, links_of(request, known), language)

    def made(headers: dict[str, str]) -> Response:
        seen = counts(current, principal)
        documents = known.vocabulary.documents.values()
        graph = shapes.shapes_graph(settings.shapes_dir, settings.base_iri)
        properties = tree.own_properties(known.vocabulary, known.iris.base)
        return rendering.page(
            "ontology.html",
            request,
            known,
            language,
            headers=headers,
            tree=tree.class_tree(pages, seen.classes),
            properties=sorted(
                (_property(iri, seen.predicates.get(iri), pages) for iri in properties),
                key=lambda one: (one.label.lower(), one.short),
            ),
            modules=[one for one in (_module(document, pages) for document in documents) if one],
            code_lists=[_code_list(document, pages) for document in documents if document.is_code_list],
            shapes=shapes.in_order(graph, pages),
        )

    return answered(request, known, current, principal, language, made)


def term(
    request: Request,
    known: Knowledge,
    settings: Settings,
    engine: Engine,
    principal: Principal,
    language: Language,
    iri: str,
) -> Response:
    if not is_term(known, iri):
        return not_found(request, known, language, iri)
    current = generation(engine)
    pages = EntityPages(known, links_of(request, known), language)

    def made(headers: dict[str, str]) -> Response:
        shown = term_page(iri, pages, counts(current, principal))
        graph = shapes.shapes_graph(settings.shapes_dir, settings.base_iri)
        classes = known.vocabulary.superclasses(iri) if shown.is_class else ()
        module = str(known.vocabulary.graph.value(URIRef(iri), RDFS.isDefinedBy))
        path = f"/{known.iris.path(module)}"
        return rendering.page(
            "term.html",
            request,
            known,
            language,
            headers=headers,
            term=shown,
            shapes=shapes.of_class(graph, classes, pages),
            example=example_of(iri, known, settings) if shown.is_class else None,
            answers=[(name.upper(), download(shown.query, name)) for name in ("csv", "json")],
            formats=[(name, f"{path}.{extension}") for name, extension in rendering.graph_formats()],
        )

    return answered(request, known, current, principal, language, made)


def _property(iri: str, count: int | None, pages: EntityPages) -> Listed:
    return Listed(
        pages.name(iri).of(pages.language),
        pages.links.short(iri),
        term_address(pages.links, iri) or "",
        count=number(count, pages.language) if count else None,
    )


def _module(document: Document, pages: EntityPages) -> Listed | None:
    """None for what defines no terms: code lists, alignments."""
    graph = pages.known.vocabulary.graph
    terms = len(set(graph.subjects(RDFS.isDefinedBy, URIRef(document.iri))))
    if document.is_code_list or not terms:
        return None
    return _listed(document, terms, pages)


def _code_list(document: Document, pages: EntityPages) -> Listed:
    return _listed(document, len(pages.known.vocabulary.scheme(document.iri)), pages)


def _listed(document: Document, count: int, pages: EntityPages) -> Listed:
    definition = pages.known.vocabulary.definition(document.iri)
    return Listed(
        document.title.of(pages.language),
        pages.links.short(document.iri),
        pages.links.href(document.iri) or "",
        definition.of(pages.language) if definition else None,
        document.version,
        number(count, pages.language),
    )
