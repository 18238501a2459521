"""From a mapping to SQL text: pure, printable, testable without a database.

A triples map becomes one statement that reads its relation once: each row makes a list of quads, which is
unnested (measured against UNION ALL over a shared scan: 2.4 s to 2.9 s for 7.7 M quads). What multiplies
rows, a reference with several values or a join, becomes a statement of its own.
"""

import re
from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ingest.mapping.checks import Check, Checks
from ingest.mapping.macros import CREATE
from ingest.mapping.model import Constant, Mapping, ParentMap, PredicateObjectMap, TermMap, TriplesMap
from ingest.mapping.scan import Scan
from ingest.mapping.terms import NULL_TEXT, Term, plain_text, term
from ingest.mapping.vocabulary import DEFAULT_GRAPH
from ingest.sources.relation import quoted, text_literal

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DEFAULT = "CAST($default_graph AS VARCHAR)"
_FIELDS = ("p", "o", "datatype", "language", "g")


@dataclass(frozen=True, slots=True)
class Statement:
    """One INSERT INTO staged. `parameters` are those of $default_graph, $source, $scope that it uses."""

    triples_map: str
    source: str
    sql: str

    @property
    def parameters(self) -> tuple[str, ...]:
        bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "", self.sql)
        return tuple(dict.fromkeys(re.findall(r"\$(\w+)", bare)))


@dataclass(frozen=True, slots=True)
class Plan:
    """The statements in order, and the checks that their data errors refer to by number."""

    statements: tuple[Statement, ...]
    checks: tuple[Check, ...]

    def __str__(self) -> str:
        parts = [f"{macro};" for macro in CREATE]
        parts += [f"-- {item.triples_map} ← {item.source}\n{item.sql};" for item in self.statements]
        return "\n\n".join(parts)


def plan(
    mapping: Mapping,
    columns_of: Mapped[str, Sequence[str]],
    datatypes_of: Mapped[str, Mapped[str, str]] = MappingProxyType({}),
) -> Plan:
    """The plan of `mapping` over relations with the columns `columns_of[source name]`; `datatypes_of` gives
    the XSD names of those that have a natural datatype (`Relation.datatypes`).

    Raises MappingError for a column that is not there: with triples map, column, and the columns there are.
    """
    checks = Checks()
    planner = _Planner(mapping, columns_of, datatypes_of, checks)
    statements = [item for triples_map in mapping.triples_maps for item in planner.statements(triples_map)]
    return Plan(tuple(statements), tuple(checks.items))


@dataclass(frozen=True, slots=True)
class _Quad:
    """The maps of one kind of quad; `graph` None is the default graph."""

    predicate: TermMap | str
    object: TermMap | ParentMap | str
    graph: TermMap | None


@dataclass(frozen=True, slots=True)
class _Planner:
    mapping: Mapping
    columns_of: Mapped[str, Sequence[str]]
    datatypes_of: Mapped[str, Mapped[str, str]]
    checks: Checks

    def statements(self, triples_map: TriplesMap) -> list[Statement]:
        quads = _quads(triples_map)
        joined = [quad for quad in quads if isinstance(quad.object, ParentMap) and quad.object.joins]
        local = [quad for quad in quads if quad not in joined]
        single = [quad for quad in local if not self._multiplies(triples_map, quad)]
        several = [quad for quad in local if quad not in single]
        groups = [group for group in (single, *([quad] for quad in several)) if group]
        return [
            *(self._statement(triples_map, self._select(triples_map, group)) for group in groups),
            *(self._statement(triples_map, self._join(triples_map, quad)) for quad in joined),
        ]

    def _scan(self, triples_map: TriplesMap) -> Scan:
        source = self.mapping.source(triples_map.source)
        datatypes = self.datatypes_of.get(source.name, {})
        return Scan(triples_map, source, self.columns_of[source.name], self.checks, datatypes)

    def _statement(self, triples_map: TriplesMap, select: str) -> Statement:
        return Statement(triples_map.name, triples_map.source, f"INSERT INTO staged\n{select}")

    def _multiplies(self, triples_map: TriplesMap, quad: _Quad) -> bool:
        scan = self._scan(triples_map)
        term(triples_map.subject, scan)
        self._fields(quad, scan)
        return scan.has_lists

    def _select(self, triples_map: TriplesMap, quads: Sequence[_Quad]) -> str:
        scan = self._scan(triples_map)
        subject = term(triples_map.subject, scan, required=True).value
        structs = [_struct(self._fields(quad, scan)) for quad in quads]
        listed = ",\n      ".join(structs)
        return (
            'SELECT s, quad.p, quad.o, quad.datatype, quad.language, quad.g, $source, "row" FROM (\n'
            f"  SELECT {scan.row}, {subject} AS s,\n    unnest([\n      {listed}\n    ]) AS quad\n"
            f"  FROM {scan.sql()}\n"
            f") WHERE {_present('quad.p', 'quad.o', 'quad.g')}"
        )

    def _join(self, triples_map: TriplesMap, quad: _Quad) -> str:
        """Objects from the parent's rows; both sides carry the texts that their join conditions compare."""
        parent_map = quad.object
        if not isinstance(parent_map, ParentMap):
            raise TypeError(parent_map)
        child, parent = self._scan(triples_map), self._scan(self.mapping.triples_map(parent_map.parent))
        subject = term(triples_map.subject, child, required=True).value
        predicate, graph = self._ends(quad, child)
        child_keys = [plain_text(join.child, child) for join in parent_map.joins]
        parent_keys = [plain_text(join.parent, parent) for join in parent_map.joins]
        item = term(parent.triples_map.subject, parent, required=True).value
        keys = " AND ".join(f"child.key_{n} = parent.key_{n}" for n in range(len(parent_map.joins)))
        return (
            f'SELECT child.s, child.p, parent.o, {NULL_TEXT}, {NULL_TEXT}, child.g, $source, child."row"\n'
            f"FROM (SELECT {child.row}, {subject} AS s, {predicate} AS p, {graph} AS g{_keys(child_keys)}\n"
            f"  FROM {child.sql()}\n) AS child\n"
            f"JOIN (SELECT {item} AS o{_keys(parent_keys)}\n  FROM {parent.sql()}\n) AS parent ON {keys}\n"
            f"WHERE {_present('child.p', 'parent.o', 'child.g')}"
        )

    def _fields(self, quad: _Quad, scan: Scan) -> tuple[str, ...]:
        predicate, graph = self._ends(quad, scan)
        item = self._object(quad.object, scan)
        return predicate, item.value, item.datatype, item.language, graph

    def _ends(self, quad: _Quad, scan: Scan) -> tuple[str, str]:
        """Predicate and graph."""
        predicate = (
            text_literal(quad.predicate)
            if isinstance(quad.predicate, str)
            else term(quad.predicate, scan).value
        )
        if quad.graph is None:
            return predicate, _DEFAULT
        graph = quad.graph.expression
        if isinstance(graph, Constant) and graph.value == str(DEFAULT_GRAPH):
            return predicate, _DEFAULT
        return predicate, term(quad.graph, scan).value

    def _object(self, item: TermMap | ParentMap | str, scan: Scan) -> Term:
        if isinstance(item, str):
            return Term(text_literal(item))
        if isinstance(item, ParentMap):
            # The same source without a join condition: the parent's subject of the same row.
            parent = self.mapping.triples_map(item.parent)
            return term(parent.subject, scan.seen_by(parent))
        return term(item, scan)


def _quads(triples_map: TriplesMap) -> list[_Quad]:
    """RML-Core, generated triples: classes in the subject's graphs; predicates × objects in the subject's
    graphs and the pair's; the default graph where neither has any."""
    own = triples_map.graphs
    quads = [
        _Quad(_RDF_TYPE, class_iri, graph) for class_iri in triples_map.classes for graph in (own or (None,))
    ]
    for pair in triples_map.predicate_objects:
        quads += _pairs(pair, (*own, *pair.graphs) or (None,))
    return quads


def _pairs(pair: PredicateObjectMap, graphs: Sequence[TermMap | None]) -> list[_Quad]:
    return [
        _Quad(predicate, item, graph)
        for predicate in pair.predicates
        for item in pair.objects
        for graph in graphs
    ]


def _struct(fields: Sequence[str]) -> str:
    return "{" + ", ".join(f"{quoted(name)}: {sql}" for name, sql in zip(_FIELDS, fields, strict=True)) + "}"


def _keys(texts: Sequence[str]) -> str:
    return "".join(f", {text} AS key_{number}" for number, text in enumerate(texts))


def _present(*fields: str) -> str:
    return " AND ".join(f"{name} IS NOT NULL" for name in fields)
