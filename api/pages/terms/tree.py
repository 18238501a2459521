"""The classes of the ontology as a tree, each with how many entities the reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, URIRef

from api.pages.addresses import term_address
from api.pages.entity import EntityPages
from api.pages.rendering import number
from graph.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Branch:
    """A class and those below it. `count` is None where the reader sees no entity of it."""

    label: str
    short: str
    href: str
    count: str | None
    below: tuple["Branch", ...]


def own_classes(vocabulary: Vocabulary, base: str) -> tuple[str, ...]:
    """Every named class that the ontology itself defines, by IRI."""
    return _own(vocabulary, base, OWL.Class)


def own_properties(vocabulary: Vocabulary, base: str) -> tuple[str, ...]:
    """Every property that the ontology itself defines, by IRI."""
    found = {
        iri
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
        for iri in _own(vocabulary, base, kind)
    }
    return tuple(sorted(found))


def class_tree(pages: EntityPages, counts: Mapping[str, int]) -> tuple[Branch, ...]:
    """The classes with none of ours above them, and below each the classes right below it, by label."""
    vocabulary = pages.known.vocabulary
    own = own_classes(vocabulary, pages.known.iris.base)
    tops = [iri for iri in own if not set(above(vocabulary, iri)) & set(own)]
    return _branches(tops, frozenset(), set(own), pages, counts)


def above(vocabulary: Vocabulary, iri: str) -> tuple[str, ...]:
    """The classes right above one, by IRI."""
    found = vocabulary.graph.objects(URIRef(iri), RDFS.subClassOf)
    return tuple(sorted(str(one) for one in found if isinstance(one, URIRef) and str(one) != iri))


def below(vocabulary: Vocabulary, iri: str) -> tuple[str, ...]:
    """The classes right below one, by IRI."""
    found = vocabulary.graph.subjects(RDFS.subClassOf, URIRef(iri))
    return tuple(sorted(str(one) for one in found if isinstance(one, URIRef) and str(one) != iri))


def _branches(
    classes: list[str],
    passed: frozenset[str],
    own: set[str],
    pages: EntityPages,
    counts: Mapping[str, int],
) -> tuple[Branch, ...]:
    """`passed` are the classes on the way here: a circle of classes is followed once."""
    made = []
    for iri in classes:
        lower = [one for one in below(pages.known.vocabulary, iri) if one in own and one not in passed]
        seen = counts.get(iri)
        made.append(
            Branch(
                pages.name(iri).of(pages.language),
                pages.links.short(iri),
                term_address(pages.links, iri) or "",
                number(seen, pages.language) if seen else None,
                _branches(lower, passed | {iri}, own, pages, counts),
            )
        )
    return tuple(sorted(made, key=lambda one: one.label.lower()))


def _own(vocabulary: Vocabulary, base: str, kind: URIRef) -> tuple[str, ...]:
    found = vocabulary.graph.subjects(RDF.type, kind)
    return tuple(sorted({str(one) for one in found if isinstance(one, URIRef) and str(one).startswith(base)}))
