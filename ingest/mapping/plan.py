"""From a mapping to SQL text: pure, printable, testable without a database.

A triples map becomes one statement that reads its relation once. Every join is folded into that scan: of
the other side only the distinct pairs of key and object are taken, which are few where the key is unique
(an N:1 join) and fewer than its rows where it is not. Only what multiplies rows, a reference with several
values, becomes a statement of its own.
"""

from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from graph.columns.projection import NO_TEXT, fixed
from ingest.mapping.checks import Check, Checks
from ingest.mapping.macros import CREATE
from ingest.mapping.model import Constant, Mapping, ParentMap, PredicateObjectMap, TermMap, TriplesMap
from ingest.mapping.scan import Scan
from ingest.mapping.staging import staging
from ingest.mapping.statement import DEFAULT_GRAPH, Parent, Quad, Statement, present
from ingest.mapping.terms import Term, compared, term
from ingest.mapping.vocabulary import DEFAULT_GRAPH as RML_DEFAULT_GRAPH
from ingest.sources.relation import text_literal

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DEFAULT = Term(DEFAULT_GRAPH)


@dataclass(frozen=True, slots=True)
class Plan:
    """The statements in order, and the checks that their data errors refer to by number."""

    statements: tuple[Statement, ...]
    checks: tuple[Check, ...]

    def __str__(self) -> str:
        parts = [f"{macro};" for macro in CREATE]
        for item in self.statements:
            parts.append("\n".join([str(item), *(f"{sql};" for sql in staging(item))]))
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
class _Planner:
    mapping: Mapping
    columns_of: Mapped[str, Sequence[str]]
    datatypes_of: Mapped[str, Mapped[str, str]]
    checks: Checks

    def statements(self, triples_map: TriplesMap) -> list[Statement]:
        quads = _quads(triples_map)
        # A map that only others refer to, or that says nothing yet, must have a good subject all the same.
        term(triples_map.subject, self._scan(triples_map))
        single = [quad for quad in quads if not self._multiplies(triples_map, quad)]
        groups = [single, *([quad] for quad in quads if quad not in single)]
        return [self._statement(triples_map, group) for group in groups if group]

    def _scan(self, triples_map: TriplesMap) -> Scan:
        source = self.mapping.source(triples_map.source)
        datatypes = self.datatypes_of.get(source.name, {})
        return Scan(triples_map, source, self.columns_of[source.name], self.checks, datatypes)

    def _multiplies(self, triples_map: TriplesMap, quad: "_Quad") -> bool:
        scan = self._scan(triples_map)
        term(triples_map.subject, scan)
        self._planned(quad, scan, _Rows())
        return scan.has_lists

    def _statement(self, triples_map: TriplesMap, quads: Sequence["_Quad"]) -> Statement:
        scan, rows = self._scan(triples_map), _Rows()
        subject = term(triples_map.subject, scan, required=True)
        planned = tuple(self._planned(quad, scan, rows) for quad in quads)
        select = f"SELECT {scan.row}, {subject.value} AS s{rows.listed()}\n  FROM {scan.sql()}"
        return Statement(
            triples_map.name,
            triples_map.source,
            select,
            replace(subject, value="s"),
            planned,
            repeats_rows=scan.has_lists,
            is_costly=scan.source.format.is_nested,
        )

    def _planned(self, quad: "_Quad", scan: Scan, rows: "_Rows") -> Quad:
        predicate = (
            Term(text_literal(quad.predicate))
            if isinstance(quad.predicate, str)
            else term(quad.predicate, scan)
        )
        ends = rows.term(predicate), self._graph(quad, scan, rows)
        item = quad.object
        if isinstance(item, ParentMap) and item.joins:
            parent, found = self._parent(item, scan, rows)
            return Quad(ends[0], found, ends[1], parent)
        return Quad(ends[0], rows.term(self._object(item, scan)), ends[1])

    def _graph(self, quad: "_Quad", scan: Scan, rows: "_Rows") -> Term:
        if quad.graph is None:
            return _DEFAULT
        graph = quad.graph.expression
        if isinstance(graph, Constant) and graph.value == str(RML_DEFAULT_GRAPH):
            return _DEFAULT
        return rows.term(term(quad.graph, scan))

    def _object(self, item: TermMap | ParentMap | str, scan: Scan) -> Term:
        if isinstance(item, str):
            return Term(text_literal(item))
        if isinstance(item, ParentMap):
            # The same source without a join condition: the parent's subject of the same row.
            parent = self.mapping.triples_map(item.parent)
            return term(parent.subject, scan.seen_by(parent))
        return term(item, scan)

    def _parent(self, item: ParentMap, child: Scan, rows: "_Rows") -> tuple[Parent, Term]:
        """Objects from the parent's rows; both sides carry the texts that their join conditions compare."""
        triples_map = self.mapping.triples_map(item.parent)
        scan = self._scan(triples_map)
        sides = [compared(join, child, scan) for join in item.joins]
        keys = tuple(rows.column(side) for side, _ in sides)
        found = term(triples_map.subject, scan, required=True)
        others = [f"{side} AS key_{n}" for n, (_, side) in enumerate(sides)]
        named = tuple(f"key_{n}" for n in range(len(item.joins)))
        select = (
            f"SELECT DISTINCT * FROM (\n    SELECT {found.value} AS o, {', '.join(others)}\n"
            f"    FROM {scan.sql()}) WHERE {present(('o', *named))}"
        )
        return Parent(triples_map.name, select, keys), replace(found, value="o")


@dataclass
class _Rows:
    """The columns that the quads of a statement use, each expression once."""

    _names: dict[str, str] = field(default_factory=dict)

    def column(self, sql: str) -> str:
        """What stands for `sql` over the rows: a name, or itself where every row has the same."""
        if fixed(sql) is not None or sql == NO_TEXT:
            return sql
        return self._names.setdefault(sql, f"c{len(self._names)}")

    def term(self, found: Term) -> Term:
        return Term(
            self.column(found.value),
            self.column(found.datatype),
            self.column(found.language),
            found.form,
            found.prefix,
        )

    def listed(self) -> str:
        return "".join(f",\n    {sql} AS {name}" for sql, name in self._names.items())


@dataclass(frozen=True, slots=True)
class _Quad:
    """The maps of one kind of quad; `graph` None is the default graph."""

    predicate: TermMap | str
    object: TermMap | ParentMap | str
    graph: TermMap | None


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
