"""What the graph knows of one entity: its own statements, and who links to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rdflib import RDFS, SKOS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from api.ancestors import ancestors
from api.knowledge import Knowledge
from api.reader import Reader, Row
from graph.sparql import terms
from graph.sparql.results import Term

MOST_INCOMING = 10


@dataclass(frozen=True, slots=True)
class Statement:
    """One value of one property, with the labels of what it points to.

    `graphs` state it. `above` is what the value points to by the same property, and so on, nearest first: a
    unit is within a district that is within a province. It ends where two are above.
    """

    property: str
    value: Term
    labels: tuple[Term, ...]
    graphs: frozenset[str] = frozenset()
    above: tuple[tuple[str, tuple[Term, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """How many entities link here by one property, and the first of them with their labels, by IRI.

    Blank nodes do not count: nobody can be sent to one.
    """

    property: str
    count: int
    first: tuple[tuple[str, tuple[Term, ...]], ...]


async def statements(reader: Reader, iri: str) -> list[Statement]:
    """The entity's own statements, in a fixed order; none when it is unknown or may not be seen."""
    rows = await reader.rows(
        f"SELECT DISTINCT ?graph ?property ?value ?label WHERE {{ GRAPH ?graph {{ {terms.iri(iri)} ?property "
        f"?value }} OPTIONAL {{ ?value {terms.iri(str(RDFS.label))} ?label }} }}"
    )
    labels: dict[tuple[str, Term], set[Term]] = {}
    graphs: dict[tuple[str, Term], set[str]] = {}
    for row in rows:
        stated = (row["property"].value, row["value"])
        labels.setdefault(stated, set()).update([row["label"]] if "label" in row else [])
        graphs.setdefault(stated, set()).add(row["graph"].value)
    above = await ancestors(reader, iri, labels)
    return [
        Statement(
            path, value, _sorted(labels[path, value]), frozenset(graphs[path, value]), above.get(path, ())
        )
        for path, value in sorted(labels, key=lambda one: (one[0], _order(one[1])))
    ]


async def incoming(reader: Reader, iri: str) -> list[Incoming]:
    """Who links to the entity, by property: two queries, however many there are."""
    target = terms.iri(iri)
    counted = await reader.rows(
        "SELECT ?property (COUNT(DISTINCT ?subject) AS ?count) WHERE "
        f"{{ ?subject ?property {target} FILTER(isIRI(?subject)) }} GROUP BY ?property ORDER BY ?property"
    )
    counts = {row["property"].value: int(row["count"].value) for row in counted if "property" in row}
    return _incoming(counts, await reader.rows(_first_of(counts, target)) if counts else [])


def graph_of(known: Knowledge, iri: str, described: Sequence[Statement]) -> Graph:
    """The statements, the labels of what they point to, and the names of the codes they use."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in known.prefixes.items():
        graph.bind(prefix, namespace)
    subject = URIRef(iri)
    for one in described:
        value = node(one.value)
        graph.add((subject, URIRef(one.property), value))
        for label in one.labels:
            graph.add((value, RDFS.label, node(label)))
        if one.value.value in known.vocabulary.concepts:
            for path in (SKOS.prefLabel, SKOS.notation):
                for name in known.vocabulary.graph.objects(value, path):
                    graph.add((value, path, name))
    return graph


def _first_of(paths: Iterable[str], target: str) -> str:
    parts = (
        f"{{ SELECT DISTINCT ?property ?subject WHERE {{ VALUES ?property {{ {terms.iri(path)} }} "
        f"?subject ?property {target} FILTER(isIRI(?subject)) }} ORDER BY ?subject LIMIT {MOST_INCOMING} }}"
        for path in paths
    )
    return (
        f"SELECT ?property ?subject ?label WHERE {{ {' UNION '.join(parts)} "
        f"OPTIONAL {{ ?subject {terms.iri(str(RDFS.label))} ?label }} }}"
    )


def _incoming(counts: dict[str, int], rows: Iterable[Row]) -> list[Incoming]:
    first: dict[str, dict[str, set[Term]]] = {path: {} for path in counts}
    for row in rows:
        labels = first[row["property"].value].setdefault(row["subject"].value, set())
        if "label" in row:
            labels.add(row["label"])
    return [
        Incoming(path, counts[path], tuple((iri, _sorted(found[iri])) for iri in sorted(found)))
        for path, found in first.items()
    ]


def _sorted(labels: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(sorted(labels, key=_order))


def _order(term: Term) -> tuple[str, str, str]:
    return (term.value, term.language or "", term.datatype or "")


def node(term: Term) -> Node:
    match term.kind:
        case "uri":
            return URIRef(term.value)
        case "bnode":
            return BNode(term.value)
        case _:
            return Literal(
                term.value,
                lang=term.language,
                datatype=URIRef(term.datatype) if term.datatype and not term.language else None,
            )
