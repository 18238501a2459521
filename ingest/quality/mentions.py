"""Which predicates the wider constraints of a shape look at, besides the path of their results."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

_IRI = re.compile(r"<([^<>\s]+)>")
_NESTED = (SH.sparql, SH.node, SH["and"], SH["or"], SH["not"], SH.xone, SH.qualifiedValueShape)
_PAIRS = (SH.lessThan, SH.lessThanOrEquals, SH.equals, SH.disjoint)


def by_shape(shapes: Graph) -> Mapping[str, frozenset[str]]:
    """By named node shape the IRIs in the SPARQL, the nested shapes and the pairs of properties of it and of
    its property shapes. More may be named than is looked at, never less."""
    named = {one for one in shapes.subjects(RDF.type, SH.NodeShape) if isinstance(one, URIRef)}
    return {str(shape): frozenset(_looked_at(shapes, shape)) for shape in named}


def _looked_at(shapes: Graph, shape: Node) -> Iterator[str]:
    parts = [shape, *shapes.objects(shape, SH.property)]
    yield from (str(one) for part in parts for name in _PAIRS for one in shapes.objects(part, name))
    yield from _within(
        shapes, [one for part in parts for name in _NESTED for one in shapes.objects(part, name)]
    )


def _within(shapes: Graph, starts: Sequence[Node]) -> Iterator[str]:
    """All IRIs that can be reached through blank nodes and shapes, and those in texts (SPARQL)."""
    waiting, seen = list(starts), set[Node]()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Literal):
            yield from _IRI.findall(str(node))
            continue
        if isinstance(node, URIRef):
            yield str(node)
        if isinstance(node, BNode) or (node, RDF.type, SH.NodeShape) in shapes:
            waiting += shapes.objects(node, None)
