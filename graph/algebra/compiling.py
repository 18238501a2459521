"""The text of a query → one SELECT over columns."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pyparsing import ParseResults

from graph.algebra import combining, context, reading
from graph.algebra.context import Context
from graph.algebra.holding import RESOURCES, Holds, datatypes
from graph.algebra.patterns import Compiler
from graph.algebra.plan import Constant, Query, Triple, Unsupported, Var
from graph.algebra.relation import Column, Kind, Relation, load, read
from graph.algebra.stars import Wide
from graph.algebra.substitution import Values, exchanged, openable, substituted
from graph.algebra.values import datatype, is_bound, language, lexical
from graph.columns.schema import XSD


@dataclass(frozen=True, slots=True)
class Given:
    """A relation of values for variables: each row is one set of values, no row is twice.

    `columns` names the column of ids for each variable. The query is answered for every row; a variable has
    its value in every nested group, sub-selects that project it included (SHACL §5.3.1, pre-binding).
    """

    table: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parts:
    """SQL of a term: value (NULL where unbound), datatype, language. `known` is the datatype of all values of
    a variable, where that is known; IRI or BLANK of resources."""

    value: str
    datatype: str = "NULL::VARCHAR"
    language: str = "NULL::VARCHAR"
    known: str | None = None


Writing = Callable[[Query, Mapping[str, Parts]], str]
"""What to select of each solution, instead of the parts of its variables."""
SOLUTION = "solution"
"""Column that numbers the solutions of a CONSTRUCT whose template has blank nodes."""


@dataclass(frozen=True)
class Plan:
    """A compiled query.

    The SELECT has for each of `variables` (those of `given` included) four columns: `x:value` (an IRI,
    `_:label` or lexical form; NULL where unbound), `x:datatype`, `x:language` and `x:id` (NULL for a computed
    term); with a `Writing`, what that selects. That of an ASK has the one column `answer`, or with `given` a
    row for each row of it that has a solution. The variables of a CONSTRUCT are those of its `template`.
    `constants` are the terms whose ids are needed.
    """

    query: Query
    variables: tuple[str, ...]
    constants: tuple[Constant, ...]
    template: tuple[Triple, ...] = ()
    _text: str = field(default="", repr=False)
    _terms: str = field(default="terms", repr=False)
    _required: frozenset[int] = frozenset()
    parameters: tuple[Constant, ...] = ()
    """Constants of the query that the SELECT leaves open; `constants` has stand-ins for them."""

    @property
    def form(self) -> str:
        """SELECT, ASK or CONSTRUCT."""
        return self.query.form

    @property
    def required(self) -> tuple[Constant, ...]:
        """Where paths of no length begin or end: each is a solution, in the data or not (§18.4)."""
        return tuple(self.constants[number] for number in sorted(self._required))

    @property
    def is_open(self) -> bool:
        """Whether other values may be put for the parameters."""
        return context.is_open(self._text) and not self._required

    @cached_property
    def sql(self) -> str:
        """The SELECT, which looks the constants up itself."""
        return context.with_look_ups(self._text, self._terms, self.constants, self._required)

    @cached_property
    def look_up(self) -> str:
        """A SELECT of one row: the ids of the constants in their order, NULL for one that the data lacks."""
        return context.look_up_all(self._terms, self.constants)

    def stood_for(self, values: Sequence[Constant]) -> tuple[Constant, ...]:
        """`constants` where these are the values of the parameters."""
        by = {context.stand_in(number, one): one for number, one in enumerate(values)}
        return tuple(by.get(one, one) for one in self.constants)

    def with_values(self, values: Sequence[Constant], ids: Sequence[int | None]) -> str:
        """The SELECT with the values of the parameters and the ids of the constants in place."""
        return context.with_values(self.with_ids(ids), values)

    def with_ids(self, ids: Sequence[int | None]) -> str:
        """The SELECT with the ids of the constants in place, which scans can be narrowed by.

        Raises Unsupported where a path begins at a constant that the data lacks.
        """
        return context.with_ids(self._text, ids, self.constants, self._required)


def compile(
    text: str,
    *,
    triples: str = "triples",
    terms: str = "terms",
    quads: str | None = None,
    given: Given | None = None,
    values: Values | None = None,
    prefixes: Mapping[str, str] | None = None,
    base: str | None = None,
    ids_only: bool = False,
    has_dataset: bool = False,
    writing: Writing | None = None,
    parsed: ParseResults | None = None,
    objects: Callable[[Constant], Holds] | None = None,
    implies: Callable[[Constant, Constant], bool] | None = None,
    resources: frozenset[str] = RESOURCES,
    wide: Sequence[Wide] = (),
    closure: Callable[[Constant], str | None] | None = None,
    are_ids_in_order: Callable[[], bool] = lambda: False,
    parameters: Collection[Constant] = (),
) -> Plan:
    """The plan of a query over the sets `triples` (s, p, o: ids of `terms`) and, for GRAPH, `quads` (with g).

    `values` are terms that stand for variables wherever these are, and paths for those that are predicates.
    `ids_only`: a term that has an id is that id alone, its other columns are NULL; for who looks up few of
    many. `has_dataset`: FROM and FROM NAMED are in `triples` and `quads` already. `writing` makes another
    SELECT list of the parts of the variables. `parsed` is what rdflib's parser made of `text`, where that is
    there; it is changed. `objects` says what the objects of a predicate can be, `implies` whether all of its
    subjects in `triples` (which then has no triple twice) are of a class, `resources` what subjects can be,
    `wide` what there is of `triples` in wide tables, `closure` which table has the pairs (s, o) that one or
    more links of a predicate join in `triples`, each once, `are_ids_in_order` whether ids are in the order of
    the terms' texts.
    `parameters` are constants that other queries of the same plan may have others for, where the plan does
    not depend on them.

    Raises Unsupported for what is not computed exactly. A value met while running that is not treated exactly
    ends the query with an error whose message has `REFUSAL` in it, or that a number is out of DuckDB's range.
    """
    read_query = reading.read(text, prefixes or {}, base, parsed, has_dataset=has_dataset)
    query = substituted(read_query, values or {})
    opened = openable(query, parameters)
    query = exchanged(query, {one: context.stand_in(number, one) for number, one in enumerate(opened)})
    shared = Context(
        triples, terms, quads, objects=objects or (lambda _: None), resources=resources, wide=wide
    )
    shared.implies, shared.closure = implies or shared.implies, closure or shared.closure
    shared.are_ids_in_order = are_ids_in_order
    outside = None if given is None else _given(shared, given)
    relation = Compiler(shared, outside).compile(query.pattern)
    if outside is not None and not any(name in relation.columns for name in outside.row_keys()):
        relation = combining.join(shared, outside, relation)
    names = _names(query, given)
    if len({name.lower() for name in names}) < len(names):
        raise Unsupported("variables that differ in case only")
    if query.form == "ASK" and given is not None:
        kept = {name: relation.columns[name] for name in names}
        relation = combining.distinct(shared, replace(relation, columns=kept))
    is_answer = query.form == "ASK" and given is None
    if is_answer:
        sql = _answer(relation)
    elif writing is None:
        sql = _output(*_listed(shared, relation, names, ids_only=ids_only))
    else:
        sql = _written(shared, relation, names, query, writing)
    if given is not None:
        sql = f"WITH {_GIVEN} AS MATERIALIZED ({_numbered(shared, given)}) {sql}"
    constants = tuple(shared.constants)
    required = frozenset(shared.required)
    return Plan(query, tuple(names), constants, query.template, sql, terms, required, opened)


def _names(query: Query, given: Given | None) -> list[str]:
    asked = [] if query.form == "ASK" else [variable.name for variable in query.variables]
    nodes = (node for one in query.template for node in (one.s, one.p, one.o))
    asked += [node.name for node in nodes if isinstance(node, Var) and not node.name.startswith("_:")]
    return list(dict.fromkeys([*(given.columns if given else ()), *asked]))


_GIVEN = "outside"
_KEY = "#outside"


def _given(shared: Context, given: Given) -> Relation:
    columns = {name: Column(Kind.ID, certain=True) for name in given.columns}
    return Relation(f"SELECT * FROM {_GIVEN}", {**columns, _KEY: Column(Kind.KEY, certain=True)})


def _numbered(shared: Context, given: Given) -> str:
    names = [f"{column} AS {shared.column(name)}" for name, column in given.columns.items()]
    return f"SELECT {', '.join(names)}, row_number() OVER () AS {shared.column(_KEY)} FROM {given.table}"


def _answer(relation: Relation) -> str:
    return f"SELECT EXISTS (SELECT 1 FROM ({relation.sql}) q) AS answer"


def _is_blank(node: object) -> bool:
    return isinstance(node, Var) and node.name.startswith("_:")


def _written(
    shared: Context, relation: Relation, names: Sequence[str], query: Query, writing: Writing
) -> str:
    """The terms are read from the dictionary here, after all that needs no more than their ids."""
    parts = {name: _parts_written(shared, name, relation.columns.get(name)) for name in names}
    joins = [
        f"{'JOIN' if column.certain else 'LEFT JOIN'} {shared.terms} {table} ON {table}.id = q.{number}"
        for name in names
        if (column := relation.columns.get(name)) and _is_read_late(column)
        for number in [shared.column(name)]
        for table in [f"{number}_t"]
    ]
    if any(_is_blank(node) for one in query.template for node in (one.s, one.o)):
        sql = f"SELECT q.*, row_number() OVER () AS {SOLUTION} FROM ({relation.sql}) q"
        relation = replace(relation, sql=sql)
    return _output(relation, writing(query, parts), joins)


def _is_read_late(column: Column) -> bool:
    return column.kind is Kind.ID and not column.loaded


def _parts_written(shared: Context, name: str, column: Column | None) -> Parts:
    if column is None:
        return Parts("NULL::VARCHAR")
    number = shared.column(name)
    if column.kind in (Kind.ID, Kind.STRUCT):
        if column.kind is Kind.STRUCT:
            return Parts(f"{number}.v", f"{number}.d", f"{number}.l")
        start = f"{number}_t." if _is_read_late(column) else f"{number}_"
        holds = None if column.holds is None else datatypes(column.holds) | column.holds & RESOURCES
        known = next(iter(holds)) if holds is not None and len(holds) == 1 else None
        return Parts(f"{start}value", f"{start}datatype", f"{start}language", known)
    value = read(shared, name, column)
    name_of_type = _DATATYPES.get(column.kind)
    return Parts(lexical(value), datatype(value), known=name_of_type and XSD + name_of_type)


_DATATYPES = {
    Kind.TEXT: "string",
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "integer",
    Kind.DECIMAL: "decimal",
}


def _listed(
    shared: Context, relation: Relation, names: Sequence[str], *, ids_only: bool
) -> tuple[Relation, str]:
    """The relation with what is read of its terms, and the columns of each variable."""
    known = [name for name in names if name in relation.columns]
    ids = (Kind.STRUCT,) if ids_only else (Kind.ID, Kind.STRUCT)
    relation = load(shared, relation, [name for name in known if relation.columns[name].kind in ids])
    selected = []
    for name in names:
        column = relation.columns.get(name)
        if ids_only and column is not None and column.kind is Kind.ID:
            parts = "NULL::VARCHAR", "NULL::VARCHAR", "NULL::VARCHAR", shared.column(name)
        else:
            parts = _parts(shared, name, column)
        suffixes = (":value", ":datatype", ":language", ":id")
        selected += [f'{sql} AS "{name}{suffix}"' for sql, suffix in zip(parts, suffixes, strict=True)]
    return relation, ", ".join(selected) or "1 AS nothing"


def _output(relation: Relation, selected: str, joins: Sequence[str] = ()) -> str:
    order = f" ORDER BY {', '.join(relation.order)}" if relation.order else ""
    return f"SELECT {selected} FROM {' '.join([f'({relation.sql}) q', *joins])}{order}"


def _parts(shared: Context, name: str, column: Column | None) -> tuple[str, str, str, str]:
    if column is None:
        return "NULL::VARCHAR", "NULL::VARCHAR", "NULL::VARCHAR", "NULL::UINTEGER"
    value = read(shared, name, column)
    identity = shared.column(name) if column.kind is Kind.ID else "NULL::UINTEGER"
    form = f"CASE WHEN {is_bound(value)} THEN {lexical(value)} END"
    return form, datatype(value), language(value), identity
