"""Fewer graphs for the same answer: Oxigraph asks every graph of the default graph for every pattern.

With 17 permitted graphs a look-up costs 7 times as much as with the one that can answer it. What each graph
holds is known when a generation is made (`Holdings`), so graphs that no pattern of the query can match are
left out. Only what is permitted already is ever looked at, and nothing is added.

What this leaves open where a query asks for everything about one thing, the store tells: in which graphs
that thing is described (`Narrowed.within`).

A graph can match a triple pattern when it holds the predicate (for `a` the class), and describes what the
other patterns that must match say of the subject: when it shares subjects with a graph of each other pattern
about it, and, where the subject is the object of a pattern, describes objects of that predicate. Named graphs
(GRAPH) are left as they are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pyparsing import ParseException
from rdflib import RDF, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Node, Variable

from graph.stores.manifest import GraphEntry

Graphs = frozenset[str]
Subjects = Mapping[Node, Graphs]
"""The graphs that can describe a subject, by what must match of it; whatever is not here any graph can."""

LONGEST = 20_000
"""Characters; a longer text is not worth its parsing time (4 to 25 ms for a usual one)."""

FEW = 2
"""Graphs; to have fewer is not worth a look at what is described where."""

_PREFIX = re.compile(r"(?<![\w.:-])([^\W\d_][\w.-]*|):")


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is where. `predicates` and `classes`: the graphs that hold each; `links`: of a predicate, by the
    graph that holds it, the graphs that describe objects of it; `neighbours` of a graph: those that describe
    one of its subjects too, itself included."""

    predicates: Mapping[str, Graphs]
    links: Mapping[str, Mapping[str, Graphs]]
    classes: Mapping[str, Graphs]
    neighbours: Mapping[str, Graphs]

    @classmethod
    def of(cls, graphs: Mapping[str, GraphEntry]) -> "Holdings":
        """The holdings that a generation's manifest tells."""
        links: dict[str, dict[str, Graphs]] = {}
        classes: dict[str, set[str]] = {}
        for graph, entry in graphs.items():
            for predicate, targets in entry.predicates.items():
                links.setdefault(predicate, {})[graph] = frozenset(targets)
            for kind in entry.classes:
                classes.setdefault(kind, set()).add(graph)
        return cls(
            {predicate: frozenset(holding) for predicate, holding in links.items()},
            links,
            {name: frozenset(found) for name, found in classes.items()},
            {graph: frozenset({graph, *entry.neighbours}) for graph, entry in graphs.items()},
        )


class _UnknownError(Exception):
    """The query asks what the holdings cannot tell."""


def narrow(
    text: str, graphs: Sequence[str], holdings: Holdings, *, base: str | None = None
) -> tuple[str, ...]:
    """Those of `graphs` that can matter to the query; all of them where that cannot be told. Never none:
    Oxigraph takes no graphs at all to mean its unnamed one."""
    return Narrowed.of(text, graphs, holdings, base=base).graphs


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What was found out about a query holds for all of its shape (`graph.sparql.shape`).

    `graphs`: those that can matter, whatever things it is about. `subjects`: IRIs whose own graphs would tell
    more, as `within` does.
    """

    graphs: tuple[str, ...]
    subjects: frozenset[str] = frozenset()
    algebra: CompValue | None = None

    @classmethod
    def of(
        cls, text: str, graphs: Sequence[str], holdings: Holdings, *, base: str | None = None
    ) -> "Narrowed":
        if len(graphs) < 2 or len(text) > LONGEST:
            return cls(tuple(graphs))
        try:
            query = _algebra(text, base)
            patterns = _Patterns(frozenset(graphs), holdings)
            used = frozenset[str]().union(*patterns.of(query.p, {}))
        except (
            _UnknownError,
            ParseException,
            RecursionError,
            AttributeError,
            KeyError,
            TypeError,
            ValueError,
        ):
            return cls(tuple(graphs))  # what rdflib does not read is for the store to judge
        kept = _kept(graphs, used)
        if len(kept) <= FEW:
            return cls(kept)
        return cls(kept, frozenset(_subjects(query.p)), query.p)

    def within(self, holdings: Holdings, described: Mapping[str, Graphs]) -> tuple[str, ...]:
        """Those of the graphs that can matter where a subject is described in these alone."""
        if not described or self.algebra is None:
            return self.graphs
        known: dict[Node, Graphs] = {URIRef(subject): graphs for subject, graphs in described.items()}
        patterns = _Patterns(frozenset(self.graphs), holdings, known)
        return _kept(self.graphs, frozenset[str]().union(*patterns.of(self.algebra, {})))


def _kept(graphs: Sequence[str], used: Graphs) -> tuple[str, ...]:
    return tuple(graph for graph in graphs if graph in used) or tuple(graphs[:1])


def _subjects(node: object) -> Iterator[str]:
    """The IRIs of which a pattern is asked for, wherever in a query."""
    if isinstance(node, CompValue):
        if node.name == "BGP":
            yield from (
                str(s) for s, p, _ in node.triples if isinstance(s, URIRef) and not isinstance(p, Path)
            )
        for value in node.values():
            yield from _subjects(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _subjects(value)


@lru_cache(maxsize=256)
def _algebra(text: str, base: str | None) -> CompValue:
    # An undeclared prefix is the store's to refuse; rdflib would raise a bare Exception.
    undeclared = dict.fromkeys(_PREFIX.findall(text), "urn:undeclared:")
    query = translateQuery(parseQuery(text), base=base, initNs=undeclared).algebra
    if query.name == "DescribeQuery":
        raise _UnknownError
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


@dataclass(frozen=True, slots=True)
class _Patterns:
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
                raise _UnknownError

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
            if _may_be_empty(p) and not (self._is_met(s, triples, about) or self._is_met(o, triples, about)):
                raise _UnknownError  # every node of every graph is such a path from itself to itself
            holding = self._holding(p, o)
            if isinstance(p, Path):
                yield holding
                continue
            yield holding & about.get(s, self.permitted) & self.described.get(s, self.permitted)

    def _ends(self, s: Node, p: Node | Path, o: Node) -> Iterator[tuple[Node, Graphs]]:
        """The graphs that can describe the subject, and the object, of a pattern that matches."""
        first, last = _first_step(p), _last_step(p)
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
        return any(end in (s, o) for s, p, o in triples if not _may_be_empty(p))

    def _holding(self, predicate: Node | Path, item: Node | None) -> Graphs:
        if isinstance(predicate, Path):
            return frozenset[str]().union(*(self._holding(one, None) for one in _steps(predicate)))
        if not isinstance(predicate, URIRef):
            return self.permitted
        if predicate == RDF.type and isinstance(item, URIRef):
            return self.permitted & self.holdings.classes.get(str(item), frozenset())
        return self.permitted & self.holdings.predicates.get(str(predicate), frozenset())

    def _neighbours(self, graph: str) -> Graphs:
        return self.holdings.neighbours.get(graph, self.permitted)


def _steps(path: Path) -> Iterator[Node]:
    """The predicates of a path. Raises _UnknownError for a negated set, which any other predicate meets."""
    match path:
        case SequencePath() | AlternativePath():
            parts = path.args
        case InvPath():
            parts = [path.arg]
        case MulPath():
            parts = [path.path]
        case _:
            raise _UnknownError
    for part in parts:
        if isinstance(part, Path):
            yield from _steps(part)
        else:
            yield part


def _last_step(predicate: Node | Path) -> Node | Path | None:
    """The predicate of which the object of a pattern must be the object; None where it need not be one."""
    match predicate:
        case SequencePath():
            return _last_step(predicate.args[-1])
        case MulPath():
            return None if predicate.zero else _last_step(predicate.path)
        case Path():
            return None
        case _:
            return predicate


def _first_step(predicate: Node | Path) -> Node | Path | None:
    """The predicate of which the subject of a pattern must be the subject; None where it need not be one."""
    match predicate:
        case SequencePath():
            return _first_step(predicate.args[0])
        case MulPath():
            return None if predicate.zero else _first_step(predicate.path)
        case Path():
            return None
        case _:
            return predicate


def _may_be_empty(predicate: Node | Path) -> bool:
    """Whether a path may have no step at all (SPARQL 1.1 §9.3, zero length)."""
    match predicate:
        case MulPath():
            return bool(predicate.zero) or _may_be_empty(predicate.path)
        case SequencePath():
            return all(_may_be_empty(part) for part in predicate.args)
        case AlternativePath():
            return any(_may_be_empty(part) for part in predicate.args)
        case InvPath():
            return _may_be_empty(predicate.arg)
        case _:
            return False


def _merged(left: Subjects, right: Subjects) -> Subjects:
    return {
        **left,
        **right,
        **{subject: left[subject] & right[subject] for subject in left.keys() & right.keys()},
    }
