"""Terms of columns as rdflib terms, lexical forms kept exactly."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import rdflib
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from graph.columns import TextQuad

# rdflib would turn "007"^^xsd:integer into "7".
rdflib.NORMALIZE_LITERALS = False

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


class Triple(NamedTuple):
    """A quad as text without its graph."""

    s: str
    p: str
    o: str
    datatype: str | None
    language: str | None


def without_graph(quads: Iterable[TextQuad]) -> Iterator[Triple]:
    for quad in quads:
        yield Triple(quad.s, quad.p, quad.o, quad.datatype, quad.language)


class Terms:
    """Makes each IRI once: most of them are repeated thousands of times."""

    def __init__(self) -> None:
        self._resources: dict[str, URIRef | BNode] = {}
        self._datatypes: dict[str, URIRef | None] = {XSD_STRING: None}

    def resource(self, value: str) -> URIRef | BNode:
        """The IRI, or the blank node for `_:label`."""
        found = self._resources.get(value)
        if found is None:
            found = BNode(value[2:]) if value.startswith("_:") else URIRef(value)
            self._resources[value] = found
        return found

    def literal(self, value: str, datatype: str, language: str | None) -> Literal:
        if language is not None:
            return Literal(value, lang=language)
        if datatype not in self._datatypes:
            self._datatypes[datatype] = URIRef(datatype)
        return Literal(value, datatype=self._datatypes[datatype])

    def add(self, graph: Graph, triples: Iterable[Triple]) -> None:
        """Adds triples to a graph."""
        for s, p, o, datatype, language in triples:
            value = self.resource(o) if datatype is None else self.literal(o, datatype, language)
            graph.add((self.resource(s), self.resource(p), value))


def text_of(node: Node) -> str:
    """The IRI, the lexical form, or `_:label`: as columns write it."""
    return f"_:{node}" if isinstance(node, BNode) else str(node)
