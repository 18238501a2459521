"""Resources as the triples that the graph holds of them, literals as they are written there."""

from collections.abc import Iterable, Mapping

from rdflib import RDF, Graph, URIRef

from api.description import node
from api.facade.entities import Entity
from graph.resources import Property
from graph.stores.oxigraph import graph_document, in_order
from graph.stores.streams import LimitedBuffer

MOST_BYTES = 1 << 28
"""More than 200 resources and what they embed ever take."""


def turtle(entities: Iterable[Entity], properties: Iterable[Property], prefixes: Mapping[str, str]) -> str:
    """Types and the keys wanted; those that are read backwards as the triples of what links here."""
    graph = Graph(bind_namespaces="none")
    wanted = [(str(RDF.type), False), *((one.path, one.inverse) for one in properties)]
    for entity in entities:
        subject = URIRef(entity.iri)
        for path, inverse in wanted:
            for value in entity.values.get((path, inverse), ()):
                start, end = (node(value), subject) if inverse else (subject, node(value))
                graph.add((start, URIRef(path), end))
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    return document(graph, "text/turtle").decode()


def document(graph: Graph, media_type: str) -> bytes:
    """The same bytes whenever it says the same, literals as they are: rdflib 7.6 writes the decimal `2` as
    `2.0`."""
    prefixes = {prefix: str(namespace) for prefix, namespace in graph.namespaces()}
    told = in_order(graph.serialize(format="nt11", encoding="utf-8"))
    return graph_document(told, media_type, LimitedBuffer(MOST_BYTES), prefixes=prefixes)
