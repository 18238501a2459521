"""Shapes → the steps of SQL that find their violations, as values that can be printed before they run.

A step makes a table or finds results. Tables of nodes have the column `id`, tables of value nodes `focus` and
`value`; results have `focus`, `path` (only where it is not the shape's own) and `value`. A node that is the
value of several others is a focus node of their common property shape several times (§4.7.2): such tables of
nodes say in a column `times` how often.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from rdflib import RDF, SH
from rdflib.term import IdentifiedNode, Node

from graph.shacl import fusion, relations, value_tests
from graph.shacl.fusion import Check
from graph.shacl.ids import Ids
from graph.shacl.model import (
    Closed,
    Constraint,
    Count,
    HasValue,
    Instance,
    Logical,
    Nested,
    Pair,
    Predicate,
    Qualified,
    Query,
    Shape,
    Shapes,
    UniqueLanguages,
    ValueTest,
)
from graph.shacl.ordering import Operand, less
from graph.shacl.scopes import is_conjunction
from graph.shacl.screening import Screened
from graph.shacl.terms import Constants

FOCUS = "focus_nodes"
"""The relation of the focus nodes that a program is given."""

NODES, VALUES, BAD = "id", "focus, value", "p, o, flags"


@dataclass(frozen=True, slots=True)
class Make:
    """Make `table` of `select`; where the table `after` is empty, it will be empty too."""

    table: str
    select: str
    columns: str
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Find:
    """Results of several checks: `select` gives `flags` (of each of `checks` whether it is violated),
    `focus`, `path`, `value` and `times`, how often the result is reported.

    `made_for` is a table without which there is nothing to find: where it is empty, this is left out.
    """

    checks: tuple[Check, ...]
    select: str
    made_for: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A SPARQL-based constraint. The query is asked about `asked`, a SELECT of the variables that are bound;
    of an ASK the value nodes without an answer are the violations. `made_for` as in `Find`."""

    check: Check
    asked: str
    made_for: str
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class Collect:
    """Make the table `bad` of the focus nodes that the `finds` have results about."""

    table: str
    finds: tuple["Find | Ask", ...]


Step = Make | Find | Ask | Collect


@dataclass(frozen=True, slots=True)
class Program:
    """The steps for one shape that has targets, about the focus nodes `nodes`."""

    shape: Shape
    nodes: Ids
    focus: Make
    steps: tuple[Step, ...]
    is_compiled: bool


def program(
    shape: Shape,
    shapes: Shapes,
    constants: Constants,
    below: Mapping[Node, Sequence[int]],
    screened: Screened,
    *,
    is_compiled: bool = True,
) -> Program:
    """The steps for a shape with targets; only its focus nodes unless it `is_compiled`.

    `below` gives the ids of each class and those below it. What `screened` clears is not looked for.
    """
    planner = _Planner(shapes, constants, below, screened)
    scope = screened.scopes.roots[shape.node]
    focus = Make(planner.name("focus"), f"SELECT id FROM {FOCUS}", NODES)
    if is_compiled:
        planner.steps.extend(planner.shape(shape, focus.table, scope, root=shape))
    return Program(shape, screened.focus[shape.node], focus, tuple(planner.steps), is_compiled)


@dataclass(slots=True)
class _Planner:
    shapes: Shapes
    constants: Constants
    below: Mapping[Node, Sequence[int]]
    screened: Screened
    steps: list[Step] = field(default_factory=list)
    names: int = 0

    def name(self, kind: str) -> str:
        self.names += 1
        return f"{kind}_{self.names}"

    @property
    def _type(self) -> str:
        return self.constants.id(RDF.type)

    def make(self, kind: str, select: str, columns: str, after: str | None) -> str:
        table = self.name(kind)
        self.steps.append(Make(table, select, columns, after))
        return table

    def shape(
        self,
        shape: Shape,
        focus: str,
        scope: int | None,
        *,
        repeated: bool = False,
        is_fused: bool = False,
        root: Shape | None = None,
    ) -> list[Find | Ask]:
        """What finds the results about the nodes in `focus`; what that needs is planned before.

        `scope` is what they are members of, where that is known. `repeated`: the table says how often each
        node is one. `is_fused`: what `fusion` covers is found already. `root` is the shape with targets that
        reports all results of this one.
        """
        constraints = [
            one
            for one in shape.constraints
            if not (is_fused and fusion.covers(one)) and not self.screened.settles(scope, root, shape, one)
        ]
        if not constraints:
            return []
        if shape.path is None:
            values = f"(SELECT id AS focus, id AS value FROM {focus})"
        else:
            values = relations.values(shape.path, focus, self.constants.id)
            if _is_read_often(shape):
                values = self.make("values", f"SELECT * FROM {values}", VALUES, focus)
        found: list[Find | Ask] = []
        tests: list[tuple[Check, str]] = []
        plain = fusion.plain(shape, self.shapes)
        holds = partial(self.screened.settles, scope, root)
        if counted := fusion.counts(plain, focus, self.constants, holds):
            found.append(_find(counted.checks, counted.sql, focus, repeated))
        if tested := fusion.tests(plain, focus, self.constants, holds):
            bad = self.make("bad", tested.sql, BAD, focus)
            found.append(_find(tested.checks, fusion.about(bad, focus), focus, repeated, made_for=bad))
        for constraint in constraints:
            check = Check(shape, constraint)
            match constraint:
                case ValueTest():
                    sql = value_tests.violated(constraint, self.constants.id, self.constants.operand)
                    tests.append((check, sql))
                case Nested(_, inner):
                    nodes = focus if shape.path is None else self._repeated(values, focus, repeated)
                    again, inside = (
                        repeated or shape.path is not None,
                        self.screened.scopes.inside(scope, shape),
                    )
                    part = self.shapes.by_node[inner]
                    found += self.shape(
                        part,
                        nodes,
                        inside,
                        repeated=again,
                        is_fused=part in plain,
                        root=root if shape.path is None else None,
                    )
                case Query():
                    found.append(Ask(check, self._asked(shape, constraint, focus, values), focus, repeated))
                case _:
                    select = "\nUNION ALL ".join(self._selects(shape, constraint, focus, values, scope))
                    found.append(
                        _find((check,), f"SELECT [TRUE] AS flags, * FROM ({select})", focus, repeated)
                    )
        if tests:
            found.insert(
                0, _find(tuple(check for check, _ in tests), _tested(tests, values), focus, repeated)
            )
        return found

    def _asked(self, shape: Shape, query: Query, focus: str, values: str) -> str:
        nodes = f"focus AS this, value FROM {values}" if query.is_ask else f"id AS this FROM {focus}"
        constants = {"currentShape": shape.node, **query.parameters}
        bound = [f'{self.constants.id(node)}::UINTEGER AS "{name}"' for name, node in constants.items()]
        return f"SELECT {', '.join(bound)}, {nodes}"

    def _nodes(self, values: str, focus: str) -> str:
        return self.make("nodes", f"SELECT DISTINCT value AS id FROM {values}", NODES, focus)

    def _repeated(self, values: str, focus: str, repeated: bool) -> str:
        times = f"sum(f.times) FROM {values} v JOIN {focus} f ON f.id = v.focus"
        counted = times if repeated else f"count(*) FROM {values} v"
        select = counted.replace(" FROM", " AS times FROM", 1)
        return self.make("nodes", f"SELECT v.value AS id, {select} GROUP BY v.value", NODES, focus)

    def _nonconforming(self, node: IdentifiedNode, nodes: str, scope: int | None) -> str:
        """The table of those of `nodes` that do not conform to a shape."""
        finds = self.shape(self.shapes.by_node[node], nodes, scope)
        table = self.name("bad")
        self.steps.append(Collect(table, tuple(finds)))
        return table

    def _selects(
        self, shape: Shape, constraint: Constraint, focus: str, values: str, scope: int | None
    ) -> Iterator[str]:
        """SELECTs of `focus`, `path`, `value`."""
        match constraint:
            case Count(component, limit):
                yield _counted(focus, values, component == SH.MinCountConstraintComponent, limit)
            case UniqueLanguages():
                yield (
                    f"SELECT v.focus, NULL::UINTEGER AS path, NULL::UINTEGER AS value FROM {values} v"
                    " JOIN terms t ON t.id = v.value WHERE t.language <> ''"
                    " GROUP BY v.focus, t.language HAVING count(*) > 1"
                )
            case Instance(_, of):
                instances = (
                    f"SELECT s FROM triples WHERE p = {self._type} AND o IN ({_listed(self.below[of])})"
                )
                yield (
                    f"SELECT v.focus, NULL::UINTEGER AS path, v.value FROM {values} v"
                    f" ANTI JOIN ({instances}) i ON i.s = v.value"
                )
            case HasValue(_, value):
                yield (
                    f"SELECT f.id AS focus, NULL::UINTEGER AS path, NULL::UINTEGER AS value FROM {focus} f"
                    f" ANTI JOIN {values} v ON v.focus = f.id AND v.value = {self.constants.id(value)}"
                )
            case Closed(_, allowed):
                yield (
                    "SELECT q.s AS focus, q.p AS path, q.o AS value FROM triples q"
                    f" SEMI JOIN {focus} f ON f.id = q.s"
                    + (f" WHERE q.p NOT IN {self.constants.ids(allowed)}" if allowed else "")
                )
            case Pair(component, predicate):
                yield from self._paired(component, predicate, focus, values)
            case Logical(component, members):
                yield from self._logical(
                    component, members, focus, values, self.screened.scopes.inside(scope, shape)
                )
            case Qualified(component, inner, limit, siblings):
                nodes = self._nodes(values, focus)
                bad = self._nonconforming(inner, nodes, None)
                kept = f"SELECT v.* FROM {values} v ANTI JOIN {bad} b ON b.id = v.value"
                for sibling in siblings:
                    bad = self._nonconforming(sibling, nodes, None)
                    kept = f"SELECT v.* FROM ({kept}) v SEMI JOIN {bad} b ON b.id = v.value"
                least = component == SH.QualifiedMinCountConstraintComponent
                yield _counted(focus, f"({kept})", least, limit)
            case _:
                raise TypeError(f"no plan for {constraint}")

    def _paired(self, component: Node, predicate: Node, focus: str, values: str) -> Iterator[str]:
        others = (
            f"(SELECT s AS focus, o AS value FROM triples SEMI JOIN {focus} f ON f.id = s"
            f" WHERE p = {self.constants.id(predicate)})"
        )
        head = "SELECT a.focus, NULL::UINTEGER AS path, a.value FROM"
        if component == SH.EqualsConstraintComponent:
            for one, other in ((values, others), (others, values)):
                yield f"{head} {one} a ANTI JOIN {other} b ON b.focus = a.focus AND b.value = a.value"
        elif component == SH.DisjointConstraintComponent:
            yield f"{head} {values} a SEMI JOIN {others} b ON b.focus = a.focus AND b.value = a.value"
        else:
            inclusive = component == SH.LessThanOrEqualsConstraintComponent
            order = less(Operand.of("x"), Operand.of("y"), or_equal=inclusive)
            yield (
                f"{head} {values} a JOIN {others} b ON b.focus = a.focus"
                f" JOIN terms x ON x.id = a.value JOIN terms y ON y.id = b.value WHERE NOT {order}"
            )

    def _logical(
        self,
        component: Node,
        members: Sequence[IdentifiedNode],
        focus: str,
        values: str,
        inside: int | None,
    ) -> Iterator[str]:
        nodes = self._nodes(values, focus)
        inside = inside if is_conjunction(component) else None
        bad = [self._nonconforming(one, nodes, inside) for one in members]
        head = f"SELECT v.focus, NULL::UINTEGER AS path, v.value FROM {values} v"
        together = " UNION ALL ".join(f"SELECT id FROM {one}" for one in bad)
        if component == SH.NotConstraintComponent:
            yield f"{head} ANTI JOIN {bad[0]} b ON b.id = v.value"
        elif is_conjunction(component):
            yield f"{head} SEMI JOIN ({together}) b ON b.id = v.value" if bad else f"{head} WHERE FALSE"
        else:
            # How many members a value does not conform to: for `or` all of them, for `xone` not all but one.
            failing = (
                f"(SELECT id, count(*) AS n FROM ({together}) GROUP BY id)"
                if bad
                else "(SELECT 0 AS id, 0 AS n)"
            )
            wrong = f"= {len(bad)}" if component == SH.OrConstraintComponent else f"<> {len(bad) - 1}"
            yield f"{head} LEFT JOIN {failing} b ON b.id = v.value WHERE coalesce(b.n, 0) {wrong}"


def _is_read_often(shape: Shape) -> bool:
    """Whether the value nodes are asked for many times, or take long to find."""
    cheap = (Count, HasValue, ValueTest, Instance)
    rest = [one for one in shape.constraints if not isinstance(one, cheap)]
    return bool(rest) or not isinstance(shape.path, Predicate)


def _tested(tests: Sequence[tuple[Check, str]], values: str) -> str:
    """All tests of single values in one pass over them."""
    flags = ", ".join(sql for _, sql in tests)
    wrong = " OR ".join(sql for _, sql in tests)
    return (
        f"SELECT [{flags}] AS flags, v.focus, NULL::UINTEGER AS path, v.value"
        f" FROM {values} v JOIN terms t ON t.id = v.value WHERE {wrong}"
    )


def _find(
    checks: tuple[Check, ...], select: str, focus: str, repeated: bool, *, made_for: str | None = None
) -> Find:
    if repeated:
        select = f"SELECT r.*, f.times FROM ({select}) r JOIN {focus} f ON f.id = r.focus"
    else:
        select = f"SELECT *, 1 AS times FROM ({select})"
    return Find(checks, select, made_for or focus)


def _counted(focus: str, values: str, is_minimum: bool, limit: int) -> str:
    nothing = "NULL::UINTEGER AS path, NULL::UINTEGER AS value"
    if is_minimum and limit == 1:
        return f"SELECT f.id AS focus, {nothing} FROM {focus} f ANTI JOIN {values} v ON v.focus = f.id"
    if is_minimum:
        return (
            f"SELECT f.id AS focus, {nothing} FROM {focus} f LEFT JOIN"
            f" (SELECT focus, count(*) AS n FROM {values} GROUP BY focus) v ON v.focus = f.id"
            f" WHERE coalesce(v.n, 0) < {limit}"
        )
    return f"SELECT focus, {nothing} FROM {values} GROUP BY focus HAVING count(*) > {limit}"


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids)) or "NULL"
