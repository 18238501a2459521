"""Constraints in words (SHACL §4): one phrase for each, with the values that it names.

A constraint that has no words of its own here is shown by its name, so that none is left unsaid.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from api.pages.entity import EntityPages, Shown
from api.pages.terms.paths import path_in_words
from api.pages.texts import texts


@dataclass(frozen=True, slots=True)
class Requirement:
    """A phrase and what it is about: “one of” – the codes."""

    phrase: str
    values: tuple[Shown, ...] = ()


_PHRASES: Mapping[URIRef, str] = {
    SH.datatype: "must_datatype",
    SH["class"]: "must_class",
    SH.node: "must_node",
    SH.hasValue: "must_have",
    SH.pattern: "must_pattern",
    SH.minInclusive: "must_min_inclusive",
    SH.maxInclusive: "must_max_inclusive",
    SH.minExclusive: "must_min_exclusive",
    SH.maxExclusive: "must_max_exclusive",
    SH.minLength: "must_min_length",
    SH.maxLength: "must_max_length",
    SH.equals: "must_equal",
    SH.disjoint: "must_differ",
    SH.lessThan: "must_precede",
    SH.lessThanOrEquals: "must_not_follow",
    SH.languageIn: "must_language",
    SH["in"]: "must_in",
}
"""A constraint with one parameter → its phrase."""
_SETS: Mapping[URIRef, str] = {
    SH["or"]: "must_any",
    SH["and"]: "must_all",
    SH.xone: "must_one",
    SH["not"]: "must_not",
    SH.qualifiedValueShape: "must_qualified",
}
"""A constraint that is shapes itself: its message says what it asks."""
_SILENT = {
    RDF.type,
    RDFS.label,
    RDFS.comment,
    RDFS.isDefinedBy,
    SH.path,
    SH.name,
    SH.description,
    SH.order,
    SH.group,
    SH.message,
    SH.severity,
    SH.property,
    SH.flags,
    SH.targetClass,
    SH.targetNode,
    SH.targetSubjectsOf,
    SH.targetObjectsOf,
    SH.deactivated,
    SH.minCount,
    SH.maxCount,
    SH.qualifiedMinCount,
    SH.qualifiedMaxCount,
    SH.ignoredProperties,
    SH.sparql,
}
"""Not constraints, or told together with another."""
_NODE_KINDS = {SH.IRI: "kind_iri", SH.Literal: "kind_literal", SH.BlankNode: "kind_blank"}


def requirements(graph: Graph, shape: Node, pages: EntityPages) -> tuple[Requirement, ...]:
    """What a shape asks of its values, the number of values first."""
    told = [*_counted(graph, shape, pages)]
    for constraint, value in sorted(graph.predicate_objects(shape)):
        if constraint not in _SILENT and str(constraint).startswith(str(SH)):
            told.append(_requirement(graph, URIRef(str(constraint)), value, pages))
    return tuple(dict.fromkeys(told))


def cardinality(minimum: int, maximum: int | None, language: str) -> str:
    """How many values: exactly one, at least one, at most 3, any number."""
    if maximum == 0:
        return texts()["count_none"].of(language)
    if minimum == maximum:
        key = "count_exactly"
    elif maximum is None:
        key = "count_least" if minimum else "count_any"
    else:
        key = "count_between" if minimum else "count_most"
    return texts()[key].of(language).format(minimum=minimum, maximum=maximum)


def _counted(graph: Graph, shape: Node, pages: EntityPages) -> Iterator[Requirement]:
    least, most = _number(graph, shape, SH.minCount), _number(graph, shape, SH.maxCount)
    if least is not None or most is not None:
        yield Requirement(cardinality(least or 0, most, pages.language))
    least, most = _number(graph, shape, SH.qualifiedMinCount), _number(graph, shape, SH.qualifiedMaxCount)
    if least is not None or most is not None:
        yield Requirement(cardinality(least or 0, most, pages.language))


def _requirement(graph: Graph, constraint: URIRef, value: Node, pages: EntityPages) -> Requirement:
    def phrase(key: str) -> str:
        return texts()[key].of(pages.language)

    if constraint == SH.nodeKind:
        return Requirement(phrase(_NODE_KINDS.get(URIRef(str(value)), "kind_other")))
    if constraint == SH.uniqueLang:
        return Requirement(phrase("must_unique_language"))
    if constraint == SH.closed:
        return Requirement(phrase("must_closed"))
    if constraint in _SETS:
        return Requirement(phrase(_SETS[constraint]), tuple(_inside(graph, value, pages)))
    if constraint in _PHRASES:
        return Requirement(phrase(_PHRASES[constraint]), tuple(_values(graph, value, pages)))
    return Requirement(pages.links.short(str(constraint)), tuple(_values(graph, value, pages)))


def _inside(graph: Graph, value: Node, pages: EntityPages) -> Iterator[Shown]:
    """What the shapes of a list ask, each in one line."""
    shapes = Collection(graph, value) if (value, RDF.first, None) in graph else [value]
    for shape in shapes:
        if isinstance(shape, URIRef):
            yield pages.reference(str(shape))
            continue
        asked = (*requirements(graph, shape, pages), *_nested(graph, shape, pages))
        if asked:
            yield Shown("; ".join(_line(one) for one in asked))


def _nested(graph: Graph, shape: Node, pages: EntityPages) -> Iterator[Requirement]:
    for inner in graph.objects(shape, SH.property):
        path = " › ".join(one.text for one in path_in_words(graph, graph.value(inner, SH.path), pages))
        asked = "; ".join(_line(one) for one in requirements(graph, inner, pages))
        yield Requirement(f"{path}: {asked}")


def _line(one: Requirement) -> str:
    return f"{one.phrase} {', '.join(value.text for value in one.values)}".strip()


def _values(graph: Graph, value: Node, pages: EntityPages) -> Iterator[Shown]:
    if isinstance(value, BNode) and (value, RDF.first, None) in graph:
        for member in Collection(graph, value):
            yield from _values(graph, member, pages)
    elif isinstance(value, BNode):
        yield from _inside(graph, value, pages)
    elif isinstance(value, Literal):
        yield Shown(_legible(str(value)))
    else:
        yield pages.reference(str(value))


def _legible(text: str) -> str:
    """Patterns name characters that nobody sees alone: combining marks, and what does not print."""
    return "".join(
        one if one.isprintable() and not unicodedata.combining(one) else f"\\u{ord(one):04x}" for one in text
    )


def _number(graph: Graph, shape: Node, path: URIRef) -> int | None:
    found = graph.value(shape, path)
    return int(str(found)) if isinstance(found, Literal) else None
