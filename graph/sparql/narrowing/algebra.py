"""The algebra of a query as rdflib reads it, its paths of several steps as so many patterns."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rdflib import URIRef
from rdflib.paths import Path, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Node

from graph.sparql.narrowing.paths import UnknownError

_PREFIX = re.compile(r"(?<![\w.:-])([^\W\d_][\w.-]*|):")


@lru_cache(maxsize=256)
def algebra_of(text: str, base: str | None) -> CompValue:
    # An undeclared prefix is the store's to refuse; rdflib would raise a bare Exception.
    undeclared = dict.fromkeys(_PREFIX.findall(text), "urn:undeclared:")
    query = translateQuery(parseQuery(text), base=base, initNs=undeclared).algebra
    if query.name == "DescribeQuery":
        raise UnknownError
    traverse(query, visitPost=_stepwise)
    return query


def _stepwise(node: object) -> None:
    """A path of several steps as so many patterns, with nodes without a name between them."""
    if isinstance(node, CompValue) and node.name == "BGP":
        node.triples = [step for s, p, o in node.triples for step in _steps_of(s, p, o)]


def _steps_of(s: Node, p: Node | Path, o: Node) -> Iterator[tuple[Node, Node | Path, Node]]:
    if not isinstance(p, SequencePath):
        yield s, p, o
        return
    nodes = [s, *(BNode() for _ in p.args[1:]), o]
    for start, part, end in zip(nodes, p.args, nodes[1:], strict=False):
        yield from _steps_of(start, part, end)


def subjects(node: object) -> Iterator[str]:
    """The IRIs of which a pattern is asked for, wherever in a query."""
    if isinstance(node, CompValue):
        if node.name == "BGP":
            yield from (
                str(s) for s, p, _ in node.triples if isinstance(s, URIRef) and not isinstance(p, Path)
            )
        for value in node.values():
            yield from subjects(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from subjects(value)
