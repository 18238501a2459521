"""The graphs that can matter to each triple pattern of a query."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rdflib import RDF, URIRef
from rdflib.paths import MulPath, Path
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Node, Variable

from graph.sparql.narrowing.holdings import Graphs, Holdings
from graph.sparql.narrowing.paths import UnknownError, first_step, last_step, may_be_empty, steps

Subjects = Mapping[Node, Graphs]
"""The graphs that can describe a subject, by what must match of it; whatever is not here any graph can."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Walks the algebra; gives the graphs of each triple pattern of the default graph.

    `described`: the graphs in which something is said of a subject.
    """

    permitted: Graphs
    holdings: Holdings
    described: Subjects = field(default_factory=dict)

    def of(self, node: CompValue, around: Subjects) -> Iterator[Graphs]:
        """`around`: what must match beside `node` for a solution of it to be of any use."""
        match node.name:
            case "BGP":
                yield from self._triples(node.triples, _merged(around, self._required(node)))
            case "Join":
                left, right = self._required(node.p1), self._required(node.p2)
                yield from self.of(node.p1, _merged(around, right))
                yield from self.of(node.p2, _merged(around, left))
            case "LeftJoin" | "Minus":
                inside = _merged(around, self._required(node.p1))
                yield from self.of(node.p1, around)
                yield from self.of(node.p2, inside)
                yield from self._conditions(dict.get(node, "expr"), inside)
            case "Filter" | "Extend":
                inside = _merged(around, self._required(node.p))
                yield from self.of(node.p, around)
                yield from self._conditions(node.expr, inside)
            case "Union":
                yield from self.of(node.p1, around)
                yield from self.of(node.p2, around)
            case "ToMultiSet":
                # A subquery names its variables for itself; a table (VALUES) holds no pattern.
                if isinstance(node.p, CompValue) and node.p.name != "values":
                    yield from self.of(node.p, {})
            case "Graph":
                # Its patterns are about named graphs; those in conditions too.
                return
            case "Group" | "AggregateJoin" | "OrderBy" | "Project" | "Distinct" | "Reduced" | "Slice":
                yield from self.of(node.p, around)
                for part in ("expr", "A"):
                    yield from self._conditions(dict.get(node, part), around)
            case "values":
                return
            case _:
                raise UnknownError

    def _conditions(self, expression: object, around: Subjects) -> Iterator[Graphs]:
        """The patterns of EXISTS and NOT EXISTS."""
        if isinstance(expression, CompValue):
            if expression.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
                yield from self.of(expression.graph, around)
                return
            for value in expression.values():
                yield from self._conditions(value, around)
        elif isinstance(expression, list | tuple):
            for value in expression:
                yield from self._conditions(value, around)

    def _required(self, node: CompValue) -> Subjects:
        """What must match in every solution of `node`, by subject."""
        match node.name:
            case "BGP":
                found: dict[Node, Graphs] = {}
                for s, p, o in node.triples:
                    for end, graphs in self._ends(s, p, o):
                        found[end] = found.get(end, self.permitted) & graphs
                for s, p, o in node.triples:
                    if s in found and isinstance(p, MulPath) and p.zero and isinstance(p.path, URIRef):
                        found[o] = found.get(o, self.permitted) & (
                            found[s] | self._linked(p.path, self.permitted)
                        )
                return found
            case "Join":
                return _merged(self._required(node.p1), self._required(node.p2))
            case "LeftJoin" | "Minus":
                return self._required(node.p1)
            case "Filter" | "Group" | "AggregateJoin" | "OrderBy" | "Distinct" | "Reduced" | "Slice":
                return self._required(node.p)
            case "Extend":
                return self._bound(node)
            case "Project":
                return {one: graphs for one, graphs in self._required(node.p).items() if one in node.PV}
            case "ToMultiSet" if isinstance(node.p, CompValue):
                return self._required(node.p)
            case _:
                return {}

    def _bound(self, node: CompValue) -> Subjects:
        """BIND(?x AS ?new) and BIND(COALESCE(?x, ?y) AS ?new): the new variable is what one of them is."""
        required = self._required(node.p)
        expression = node.expr
        coalesces = isinstance(expression, CompValue) and expression.name == "Builtin_COALESCE"
        offered = expression.arg if coalesces else [expression]
        possible = self._possible(node.p)
        if not all(isinstance(one, Variable) and one in possible for one in offered):
            return required
        return {**required, node.var: frozenset[str]().union(*(possible[one] for one in offered))}

    def _possible(self, node: CompValue) -> Subjects:
        """As `_required`, with what OPTIONAL may bind: it holds where the variable is bound."""
        match node.name:
            case "LeftJoin":
                return {**self._required(node.p2), **self._possible(node.p1)}
            case "Filter" | "Extend":
                return {**self._required(node), **self._possible(node.p)}
            case _:
                return self._required(node)

    def _triples(self, triples: Iterable[tuple[Node, Node, Node]], about: Subjects) -> Iterator[Graphs]:
        for s, p, o in triples:
            if may_be_empty(p) and not (self._is_met(s, triples, about) or self._is_met(o, triples, about)):
                raise UnknownError  # every node of every graph is such a path from itself to itself
            holding = self._holding(p, o)
            if isinstance(p, Path):
                yield holding
                continue
            yield holding & about.get(s, self.permitted) & self.described.get(s, self.permitted)

    def _ends(self, s: Node, p: Node | Path, o: Node) -> Iterator[tuple[Node, Graphs]]:
        """The graphs that can describe the subject, and the object, of a pattern that matches."""
        first, last = first_step(p), last_step(p)
        if first is not None:
            holding = self._holding(first, o if first is p else None)
            yield (
                s,
                frozenset(
                    graph for graph in self.permitted if not holding.isdisjoint(self._neighbours(graph))
                ),
            )
        if isinstance(last, URIRef):
            # What is told of a subject in some graphs leads on from these alone.
            within = self.described.get(s, self.permitted) if last is p else self.permitted
            yield o, self._linked(last, within)

    def _linked(self, predicate: URIRef, within: Graphs) -> Graphs:
        """The graphs that can describe an object that a predicate has in some graphs."""
        holding = self.holdings.links.get(str(predicate), {})
        seen = within & self.permitted
        return frozenset[str]().union(*(to for graph, to in holding.items() if graph in seen))

    def _is_met(self, end: Node, triples: Iterable[tuple[Node, Node, Node]], about: Subjects) -> bool:
        """Whether an end of a path is a fixed term, or must be a node of another pattern too."""
        if not isinstance(end, Variable | BNode) or end in about:
            return True
        return any(end in (s, o) for s, p, o in triples if not may_be_empty(p))

    def _holding(self, predicate: Node | Path, item: Node | None) -> Graphs:
        if isinstance(predicate, Path):
            return frozenset[str]().union(*(self._holding(one, None) for one in steps(predicate)))
        if not isinstance(predicate, URIRef):
            return self.permitted
        if predicate == RDF.type and isinstance(item, URIRef):
            return self.permitted & self.holdings.classes.get(str(item), frozenset())
        return self.permitted & self.holdings.predicates.get(str(predicate), frozenset())

    def _neighbours(self, graph: str) -> Graphs:
        return self.holdings.neighbours.get(graph, self.permitted)


def _merged(left: Subjects, right: Subjects) -> Subjects:
    return {
        **left,
        **right,
        **{subject: left[subject] & right[subject] for subject in left.keys() & right.keys()},
    }
