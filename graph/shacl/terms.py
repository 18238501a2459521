"""What the compiler has to know of the terms that shapes name: their ids and columns in one session."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from rdflib import RDF, RDFS, BNode, Literal, URIRef
from rdflib.term import Node

from graph.columns.connection import quote
from graph.columns.schema import LANG_STRING, XSD_STRING
from graph.shacl.model import Closed, HasValue, Instance, Pair, Query, Shapes, ValueTest
from graph.shacl.ordering import Operand
from graph.shacl.path_reading import predicates

Key = tuple[str, str | None, str | None]
"""Value, datatype and language of a term as columns write them."""


@dataclass(frozen=True, slots=True)
class Known:
    """One term as it stands in the dictionary. `instant` is ISO text."""

    id: int
    number: float | None
    instant: str | None


@dataclass(frozen=True, slots=True)
class Constants:
    """The terms that shapes name, by key; SQL for their ids and columns."""

    known: Mapping[Key, Known]

    def id(self, node: Node) -> str:
        """SQL for the id."""
        return str(self.known[_named(node)].id)

    def ids(self, nodes: Iterable[Node]) -> str:
        """SQL for a list of ids, in brackets; one that nothing is in where there are none."""
        return f"({', '.join(self.id(one) for one in nodes) or 'NULL'})"

    def operand(self, node: Node) -> Operand:
        """SQL for the columns."""
        value, datatype, _ = key(node)
        found = self.known[key(node)]
        return Operand(
            value=quote(value),
            datatype="NULL::VARCHAR" if datatype is None else quote(datatype),
            number="NULL::DOUBLE" if found.number is None else f"{quote(repr(found.number))}::DOUBLE",
            instant="NULL::TIMESTAMP" if found.instant is None else f"TIMESTAMP {quote(found.instant)}",
        )


def key(node: Node) -> Key:
    """A term as columns write it."""
    if isinstance(node, Literal):
        language = node.language.lower() if node.language else None
        datatype = LANG_STRING if language else str(node.datatype or XSD_STRING)
        return str(node), datatype, language
    return (f"_:{node}" if isinstance(node, BNode) else str(node)), None, None


_named = cache(key)
"""Of what shapes name, which are asked for time and again."""


def node(key: Key) -> Node:
    """The term that columns write so."""
    value, datatype, language = key
    if datatype is None:
        return BNode(value[2:]) if value.startswith("_:") else URIRef(value)
    if language is not None:
        return Literal(value, lang=language)
    return Literal(value, datatype=None if datatype == XSD_STRING else URIRef(datatype))


def named(shapes: Shapes) -> Iterator[Node]:
    """Every term that the plans of these shapes have to know."""
    yield from (RDF.type, RDFS.subClassOf)
    for shape in shapes.by_node.values():
        targets = shape.targets
        yield from (*targets.nodes, *targets.classes, *targets.subjects_of, *targets.objects_of)
        if shape.path is not None:
            yield from predicates(shape.path)
        for constraint in shape.constraints:
            match constraint:
                case Query():
                    yield from (shape.node, *constraint.parameters.values())
                case ValueTest(_, parameter, _, members):
                    yield from members if parameter is None else (parameter, *members)
                case Instance(_, one) | Pair(_, one) | HasValue(_, one):
                    yield one
                case Closed(_, allowed):
                    yield from allowed
