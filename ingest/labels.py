"""Labels for the blank nodes of one Turtle file that stay the same while what they stand for does."""

import hashlib
from collections import Counter

from rdflib import BNode, Graph
from rdflib.term import Node


class Labels:
    """Names nodes of `graph`. A blank node's label is a digest of all that is said of it and of those it
    refers to, and of where it is referred to; blank nodes that are alike in both are interchangeable, and
    numbered."""

    def __init__(self, graph: Graph, file: str) -> None:
        self._graph = graph
        self._file = file
        self._below: dict[BNode, str] = {}
        self._above: dict[BNode, str] = {}
        self._names: dict[BNode, str] = {}
        self._alike: Counter[str] = Counter()

    def name(self, node: Node) -> str:
        """An IRI as it is; a blank node as `_:<file>-<digest>`, with a number from the second alike on."""
        if not isinstance(node, BNode):
            return str(node)
        if node not in self._names:
            digest = _digest(self._said(node, ()), self._referred(node, ()))[:16]
            self._alike[digest] += 1
            number = f"-{self._alike[digest]}" if self._alike[digest] > 1 else ""
            self._names[node] = f"_:{self._file}-{digest}{number}"
        return self._names[node]

    def _said(self, node: Node, around: tuple[Node, ...]) -> str:
        if not isinstance(node, BNode):
            return node.n3()
        if node in around:
            return "round"
        if node not in self._below:
            said = [
                f"{p.n3()} {self._said(o, (*around, node))}" for p, o in self._graph.predicate_objects(node)
            ]
            self._below[node] = _digest(*sorted(said))
        return self._below[node]

    def _referred(self, node: Node, around: tuple[Node, ...]) -> str:
        if not isinstance(node, BNode):
            return node.n3()
        if node in around:
            return "round"
        if node not in self._above:
            named = [
                f"{self._referred(s, (*around, node))} {p.n3()}"
                for s, p in self._graph.subject_predicates(node)
            ]
            self._above[node] = _digest(*sorted(named), self._said(node, ()))
        return self._above[node]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
