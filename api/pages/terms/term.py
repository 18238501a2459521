"""The page of one class or property: everything from the ontology and the shapes, nothing written twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from api.knowledge import Knowledge
from api.pages import addresses
from api.pages.diagram import Diagram, Neighbour, diagram
from api.pages.entity import EntityPages, Shown
from api.pages.rendering import number
from api.pages.terms import tree
from api.pages.terms.constraints import cardinality
from api.pages.texts import texts
from graph.columns.statistics import GraphStatistics
from graph.resources import Property, ResourceType


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class: what it is called, how many values, of what kind, who sees it."""

    group: str | None
    name: Shown
    definition: str | None
    key: str
    count: str
    values: Shown | None
    access: Shown | None


@dataclass(frozen=True, slots=True)
class Relation:
    """One way in which a term is related to others: “kind of” – the classes above."""

    label: str
    values: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class TermPage:
    """`count` is how many entities (of a class) or statements (of a property) the reader may see."""

    iri: str
    is_class: bool
    short: str
    label: str
    definition: str | None
    kinds: tuple[str, ...]
    trail: tuple[tuple[str, str], ...]
    module: Shown
    version: str
    replaced_by: tuple[Shown, ...]
    is_deprecated: bool
    examples: tuple[Shown, ...]
    relations: tuple[Relation, ...]
    fields: tuple[Field, ...]
    notes: tuple[Shown, ...]
    drawing: Diagram | None
    count: str | None
    query: str
    ask: str
    api: str | None


_KINDS: Mapping[URIRef, str] = {
    OWL.Class: "kind_class",
    OWL.ObjectProperty: "kind_object_property",
    OWL.DatatypeProperty: "kind_datatype_property",
    OWL.AnnotationProperty: "kind_annotation_property",
    OWL.FunctionalProperty: "kind_functional",
    OWL.SymmetricProperty: "kind_symmetric",
    OWL.TransitiveProperty: "kind_transitive",
}
_RELATIONS: tuple[tuple[str, URIRef, bool], ...] = (
    ("subclass_of", RDFS.subClassOf, False),
    ("superclass_of", RDFS.subClassOf, True),
    ("subproperty_of", RDFS.subPropertyOf, False),
    ("superproperty_of", RDFS.subPropertyOf, True),
    ("domain", RDFS.domain, False),
    ("range", RDFS.range, False),
    ("inverse_of", OWL.inverseOf, False),
    ("same_as", OWL.equivalentClass, False),
    ("same_as", OWL.equivalentProperty, False),
    ("exact_match", SKOS.exactMatch, False),
    ("close_match", SKOS.closeMatch, False),
    ("related_match", SKOS.relatedMatch, False),
    ("broad_match", SKOS.broadMatch, False),
    ("narrow_match", SKOS.narrowMatch, False),
)
_NOTES = (SKOS.changeNote, SKOS.historyNote, SKOS.editorialNote, SKOS.note)


def is_term(known: Knowledge, iri: str) -> bool:
    """Whether a module defines the class or property."""
    return (URIRef(iri), RDFS.isDefinedBy, None) in known.vocabulary.graph and any(
        (URIRef(iri), RDF.type, kind) in known.vocabulary.graph for kind in (*_KINDS, RDF.Property)
    )


def term_page(iri: str, pages: EntityPages, counts: GraphStatistics) -> TermPage:
    vocabulary, graph, subject = pages.known.vocabulary, pages.known.vocabulary.graph, URIRef(iri)
    is_class = (subject, RDF.type, OWL.Class) in graph
    module = str(graph.value(subject, RDFS.isDefinedBy))
    seen = (counts.classes if is_class else counts.predicates).get(iri)
    resource = _resource(pages.known, iri)
    document = vocabulary.documents.get(module)
    query = (addresses.instances if is_class else addresses.uses)(iri, pages.language)
    definition = vocabulary.definition(iri)
    return TermPage(
        iri,
        is_class,
        pages.links.short(iri),
        pages.name(iri).of(pages.language),
        definition.of(pages.language) if definition else None,
        tuple(
            texts()[key].of(pages.language)
            for kind, key in _KINDS.items()
            if (subject, RDF.type, kind) in graph
        ),
        _trail(iri, pages),
        pages.reference(module),
        document.version if document else "",
        tuple(
            pages.reference(str(one)) for one in sorted(graph.objects(subject, DCTERMS.isReplacedBy), key=str)
        ),
        vocabulary.is_deprecated(iri),
        _examples(iri, pages),
        _relations(iri, graph, pages),
        tuple(_fields(resource, pages) if resource else _shaped(iri, pages)),
        tuple(_note(one, pages) for path in _NOTES for one in sorted(graph.objects(subject, path), key=str)),
        _drawing(iri, resource, pages) if is_class else None,
        number(seen, pages.language) if seen else None,
        query,
        addresses.asking(pages.links, query),
        f"/api/v1/{resource.collection}" if resource and resource.collection else None,
    )


def of_term(iri: str, pages: EntityPages) -> Shown:
    """A term by its name, with the address of its page; of others, as they are."""
    shown = pages.reference(iri)
    return Shown(shown.text, shown.language, addresses.term_address(pages.links, iri) or shown.href)


def _resource(known: Knowledge, iri: str) -> ResourceType | None:
    """What a shape says of the class itself, else of the nearest class above it."""
    exact = next((one for one in known.types if one.target_class == iri), None)
    return exact or known.types.of_class(iri)


def _trail(iri: str, pages: EntityPages) -> tuple[tuple[str, str], ...]:
    """The browser, then the classes above, the highest first, as far as there is one alone."""
    steps: list[tuple[str, str]] = []
    passed = {iri}
    one = iri
    while True:
        upper = [
            up for up in tree.above(pages.known.vocabulary, one) if addresses.term_address(pages.links, up)
        ]
        if len(upper) != 1 or upper[0] in passed:
            break
        one = upper[0]
        passed.add(one)
        steps.append((pages.name(one).of(pages.language), addresses.term_address(pages.links, one) or ""))
    browser = (texts()["nav_ontology"].of(pages.language), pages.links.local(addresses.BROWSER))
    return (browser, *reversed(steps))


def _examples(iri: str, pages: EntityPages) -> tuple[Shown, ...]:
    """Texts; and IRIs, which the ontology writes as `<…>`, with their addresses."""
    found = pages.known.vocabulary.examples(iri, pages.language)
    return tuple(
        Shown(pages.links.short(one), href=pages.links.href(one))
        if pages.known.iris.path(one) is not None
        else Shown(one)
        for one in found
    )


def _relations(iri: str, graph: Graph, pages: EntityPages) -> tuple[Relation, ...]:
    made: dict[str, list[Shown]] = {}
    for key, path, backwards in _RELATIONS:
        found = graph.subjects(path, URIRef(iri)) if backwards else graph.objects(URIRef(iri), path)
        named = sorted({str(one) for one in found if isinstance(one, URIRef)} - {iri})
        if named:
            made.setdefault(key, []).extend(of_term(one, pages) for one in named)
    return tuple(Relation(texts()[key].of(pages.language), tuple(values)) for key, values in made.items())


def _fields(resource: ResourceType, pages: EntityPages) -> Iterable[Field]:
    """In the order of the shape, groups first."""
    every = [one for one in resource.properties if not one.inverse]
    for one in sorted(every, key=lambda one: (one.group.order if one.group else float("inf"), one.order)):
        yield _field(one, one.label.of(pages.language), one.path, pages)


def _shaped(iri: str, pages: EntityPages) -> Iterable[Field]:
    """The fields of the classes that have the property."""
    for resource in pages.known.types:
        if (one := resource.on_path(iri)) is not None:
            yield _field(one, resource.title.of(pages.language), resource.target_class, pages)


def _field(one: Property, name: str, iri: str, pages: EntityPages) -> Field:
    shown = of_term(iri, pages)
    definition = pages.known.vocabulary.definition(one.path)
    values = one.scheme or one.target_class or one.datatype
    return Field(
        one.group.label.of(pages.language) if one.group else None,
        Shown(name, href=shown.href),
        definition.of(pages.language) if definition else None,
        one.key,
        cardinality(one.minimum, one.maximum, pages.language),
        of_term(values, pages) if values else None,
        pages.reference(one.access) if one.access else None,
    )


def _note(node: object, pages: EntityPages) -> Shown:
    language = node.language if isinstance(node, Literal) else None
    return Shown(str(node), language if language != pages.language else None)


def _drawing(iri: str, resource: ResourceType | None, pages: EntityPages) -> Diagram | None:
    def name(one: str) -> str:
        return pages.name(one).of(pages.language)

    def neighbours(classes: Sequence[str]) -> list[Neighbour]:
        return [Neighbour(name(one)) for one in classes if pages.known.iris.path(one) is not None]

    linked = [
        Neighbour(name(one.target_class), one.label.of(pages.language))
        for one in (resource.properties if resource else ())
        if one.target_class and not one.inverse
    ]
    linking = [
        Neighbour(name(other.target_class), one.label.of(pages.language))
        for other in pages.known.types
        for one in other.properties
        if one.target_class == iri and not one.inverse
    ]
    vocabulary = pages.known.vocabulary
    return diagram(
        name(iri),
        linking,
        linked,
        neighbours(tree.above(vocabulary, iri)),
        neighbours(tree.below(vocabulary, iri)),
    )
