"""Labels for the blank nodes of one Turtle file that stay the same while what they stand for does."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable

from rdflib import BNode
from rdflib.term import Node

from graph.turtle import Triple


class Labels:
    """Names nodes of `triples`, of which none is there twice. A blank node's label is a digest of all that is
    said of it and of those it refers to, and of where it is referred to; blank nodes that are alike in both
    are interchangeable, and numbered."""

    def __init__(self, triples: Iterable[Triple], file: str) -> None:
        self._saying: defaultdict[BNode, list[tuple[Node, Node]]] = defaultdict(list)
        self._referring: defaultdict[BNode, list[tuple[Node, Node]]] = defaultdict(list)
        for s, p, o in triples:
            if isinstance(s, BNode):
                self._saying[s].append((p, o))
            if isinstance(o, BNode):
                self._referring[o].append((s, p))
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
            said = [f"{p.n3()} {self._said(o, (*around, node))}" for p, o in self._saying[node]]
            self._below[node] = _digest(*sorted(said))
        return self._below[node]

    def _referred(self, node: Node, around: tuple[Node, ...]) -> str:
        if not isinstance(node, BNode):
            return node.n3()
        if node in around:
            return "round"
        if node not in self._above:
            named = [f"{self._referred(s, (*around, node))} {p.n3()}" for s, p in self._referring[node]]
            self._above[node] = _digest(*sorted(named), self._said(node, ()))
        return self._above[node]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
