"""How far shapes look: along which predicates, in which direction, over how many triples.

With it a change in the data tells which focus nodes can have other results than before: those from which a
changed triple can be reached.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rdflib import RDF, SH, Graph, URIRef, Variable
from rdflib.collection import Collection
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from graph.shacl import queries
from graph.shacl.neighbourhood import Questions

THIS = Variable("this")
_EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")
_NESTED = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape)
_LISTED = (SH["and"], SH["or"], SH.xone)


@dataclass(frozen=True, slots=True)
class Reach:
    """Predicates followed from subject to object, and from object to subject; at most `depth` triples lie on
    the way from a focus node to the far end of what is read."""

    forwards: frozenset[str]
    backwards: frozenset[str]
    depth: int

    @classmethod
    def of(cls, shapes: Graph) -> "Reach | None":
        """None where a shape may look at anything: a path of any length, a query with an open pattern."""
        if queries.components(shapes):
            return None
        questions = Questions.of(shapes)
        walk = _Walk(shapes, set(questions.forwards), set(questions.backwards))
        depths = [walk.depth(shape, ()) for shape in set(shapes.subjects(None, None))]
        if any(depth is None for depth in depths):
            return None
        deepest = max((depth for depth in depths if depth is not None), default=1)
        return cls(frozenset(walk.forwards), frozenset(walk.backwards), deepest)


@dataclass(slots=True)
class _Walk:
    shapes: Graph
    forwards: set[str]
    backwards: set[str]

    def depth(self, shape: Node, around: tuple[Node, ...]) -> int | None:
        """Triples between the shape's focus node and the farthest that it reads; None without a limit."""
        if shape in around:
            return None
        found: list[int | None] = [1]
        path = self.shapes.value(shape, SH.path)
        own = 0 if path is None else _length(self.shapes, path)
        if own is None:
            return None
        for inner in self._inner(shape):
            below = self.depth(inner, (*around, shape))
            found.append(None if below is None else own + below)
        if (shape, SH["class"], None) in self.shapes:
            found.append(own + 1)
        found += [self._query(query) for query in self._queries(shape)]
        found.append(own)
        return None if any(one is None for one in found) else max(one for one in found if one is not None)

    def _inner(self, shape: Node) -> Iterator[Node]:
        for nested in _NESTED:
            yield from self.shapes.objects(shape, nested)
        for listed in _LISTED:
            for head in self.shapes.objects(shape, listed):
                yield from Collection(self.shapes, head)

    def _queries(self, shape: Node) -> Iterator[str]:
        for one in queries.constraints(self.shapes, shape):
            yield one.text

    def _query(self, text: str) -> int | None:
        """The longest way from $this through the query's patterns, each of which must be on one."""
        triples = patterns(text)
        if not all(isinstance(p, URIRef) for _, p, _ in triples):
            return None
        reached: set[int] = set()

        def longest(node: Node, seen: frozenset[Node]) -> int:
            best = 0
            for number, (s, p, o) in enumerate(triples):
                if s == node:
                    self.forwards.add(str(p))
                    reached.add(number)
                    best = max(best, 1 + (0 if o in seen else longest(o, seen | {o})))
                elif o == node and s not in seen:
                    self.backwards.add(str(p))
                    reached.add(number)
                    best = max(best, 1 + longest(s, seen | {s}))
            return best

        depth = longest(THIS, frozenset({THIS}))
        return depth if len(reached) == len(triples) else None


def _length(shapes: Graph, path: Node) -> int | None:
    """Of a path of predicates and inverse predicates."""
    parts = list(Collection(shapes, path)) if (path, RDF.first, None) in shapes else [path]
    simple = all(isinstance(one, URIRef) or (one, SH.inversePath, None) in shapes for one in parts)
    return len(parts) if simple else None


@cache
def patterns(text: str) -> tuple[tuple[Node, Node, Node], ...]:
    """The triple patterns of a query; one with a variable predicate once for each that a filter allows."""
    algebra = prepareQuery(text).algebra
    triples: list[tuple[Node, Node, Node]] = []
    allowed: dict[Node, list[Node]] = {}

    def visit(node: Any) -> None:
        if not isinstance(node, CompValue):
            return
        if node.name == "BGP":
            triples.extend(node.triples)
        elif node.name in _EXISTS:
            # Its part `graph` is what was parsed, without filters; what is translated is beside (rdflib 7.6).
            traverse(node.graph, visitPre=visit)
        elif node.name == "RelationalExpression" and node.op == "IN" and isinstance(node.expr, Variable):
            allowed[node.expr] = list(node.other)

    traverse(algebra, visitPre=visit)
    return tuple((s, one, o) for s, p, o in triples for one in allowed.get(p, [p]))
