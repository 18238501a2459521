"""Resources as the triples that the graph holds of them, literals as they are written there."""

from collections.abc import Iterable

from rdflib import RDF, Graph, URIRef

from api.description import node
from api.facade.entities import Entity
from graph.prefixes import Prefixes
from graph.resources import Property


def turtle(entities: Iterable[Entity], properties: Iterable[Property], prefixes: Prefixes) -> str:
    """Types and the keys wanted; those that are read backwards as the triples of what links here."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    wanted = [(str(RDF.type), False), *((one.path, one.inverse) for one in properties)]
    for entity in entities:
        subject = URIRef(entity.iri)
        for path, inverse in wanted:
            for value in entity.values.get((path, inverse), ()):
                start, end = (node(value), subject) if inverse else (subject, node(value))
                graph.add((start, URIRef(path), end))
    return graph.serialize(format="turtle")
