"""Shapes in words: what each node shape asks of the data, read from the shapes graph (SHACL §2 to §4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from api.pages.entity import EntityPages, Shown
from api.pages.terms.constraints import Requirement, requirements
from api.pages.terms.paths import path_in_words
from graph import labels, turtle


@dataclass(frozen=True, slots=True)
class Rule:
    """What one property shape asks. `message` speaks to the sender of the data; `path` is None for what is
    asked of the entity itself."""

    path: tuple[Shown, ...] | None
    requirements: tuple[Requirement, ...]
    message: str | None


@dataclass(frozen=True, slots=True)
class ShapeInWords:
    """A node shape: whom it is about (`targets`), and its rules in the order of the form."""

    iri: str
    anchor: str
    short: str
    href: str | None
    label: str
    targets: tuple[Shown, ...]
    rules: tuple[Rule, ...]


@cache
def shapes_graph(folder: Path, base: str) -> Graph:
    """All shapes of data; read once."""
    return turtle.read(*sorted(folder.glob("*.ttl")), base=base)


def of_document(graph: Graph, document: str, pages: EntityPages) -> tuple[ShapeInWords, ...]:
    """The node shapes that a shapes file names, by label."""
    return _in_words(graph, (one for one in _named(graph) if one.startswith(f"{document}#")), pages)


def of_class(graph: Graph, classes: Iterable[str], pages: EntityPages) -> tuple[ShapeInWords, ...]:
    """The node shapes that target any of some classes."""
    found = {str(shape) for iri in classes for shape in graph.subjects(SH.targetClass, URIRef(iri))}
    return _in_words(graph, found.intersection(_named(graph)), pages)


def in_order(graph: Graph, pages: EntityPages) -> list[tuple[str, str, str | None]]:
    """Every node shape by label: label, short name, address."""
    found = [
        (_label(graph, iri, pages), pages.links.short(iri), pages.links.href(iri)) for iri in _named(graph)
    ]
    return sorted(found, key=lambda one: (one[0].lower(), one[1]))


def in_words(graph: Graph, iri: str, pages: EntityPages) -> ShapeInWords:
    shape = URIRef(iri)
    targets = sorted(str(target) for target in graph.objects(shape, SH.targetClass))
    rules = [*_own(graph, shape, pages), *_of_properties(graph, shape, pages)]
    return ShapeInWords(
        iri,
        iri.rsplit("#", 1)[-1],
        pages.links.short(iri),
        pages.links.href(iri),
        _label(graph, iri, pages),
        tuple(pages.reference(target) for target in targets),
        tuple(rules),
    )


def _named(graph: Graph) -> set[str]:
    return {str(one) for one in graph.subjects(RDF.type, SH.NodeShape) if isinstance(one, URIRef)}


def _in_words(graph: Graph, shapes: Iterable[str], pages: EntityPages) -> tuple[ShapeInWords, ...]:
    return tuple(sorted((in_words(graph, iri, pages) for iri in shapes), key=lambda one: one.iri))


def _label(graph: Graph, iri: str, pages: EntityPages) -> str:
    """The shape's own, else that of the first class that it targets."""
    targets = sorted(str(target) for target in graph.objects(URIRef(iri), SH.targetClass))
    own = labels.text(graph, URIRef(iri), RDFS.label)
    return (own or pages.name(targets[0] if targets else iri)).of(pages.language)


def _own(graph: Graph, shape: Node, pages: EntityPages) -> Iterator[Rule]:
    """What is asked of the entity itself, and by SPARQL."""
    asked = requirements(graph, shape, pages)
    if asked:
        yield Rule(None, asked, _message(graph, shape, pages))
    for query in sorted(graph.objects(shape, SH.sparql), key=lambda one: _message(graph, one, pages) or ""):
        yield Rule(None, (), _message(graph, query, pages))


def _of_properties(graph: Graph, shape: Node, pages: EntityPages) -> list[Rule]:
    """In the order of the form; a further rule on a path right behind the field that it is about."""
    found = [node for node in graph.objects(shape, SH.property) if graph.value(node, SH.path) is not None]
    order: dict[Node | None, float] = {}
    for node in found:
        place = graph.value(node, SH.order)
        if isinstance(place, Literal):
            order[graph.value(node, SH.path)] = float(str(place))

    def place_of(node: Node) -> tuple[float, str, bool, str]:
        path = graph.value(node, SH.path)
        further = graph.value(node, SH.order) is None
        # In words: of a path that is more than a property there is no other name that stays the same.
        words = " › ".join(one.text for one in path_in_words(graph, path, pages))
        return (order.get(path, float("inf")), words, further, _message(graph, node, pages) or "")

    return [
        Rule(
            path_in_words(graph, graph.value(node, SH.path), pages),
            requirements(graph, node, pages),
            _message(graph, node, pages),
        )
        for node in sorted(found, key=place_of)
    ]


def _message(graph: Graph, node: Node, pages: EntityPages) -> str | None:
    told = labels.text(graph, node, SH.message)
    return told.of(pages.language) if told else None
