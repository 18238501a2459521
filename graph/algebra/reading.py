"""The text of a query → its plan, by rdflib's parser and algebra (SPARQL 1.1 §18.2)."""

from collections.abc import Callable, Mapping
from typing import Any

import rdflib
from pyparsing import ParseException, ParseResults
from rdflib.plugins.sparql.algebra import translateQuery, traverse
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from graph.algebra.plan import (
    Aggregate,
    Distinct,
    Expression,
    Extend,
    Filter,
    Group,
    Inline,
    Join,
    LeftJoin,
    Minus,
    Named,
    Order,
    Pattern,
    Project,
    Query,
    Slice,
    Triple,
    Triples,
    Union,
    Unsupported,
    Var,
)
from graph.algebra.reading_expressions import expression
from graph.algebra.reading_terms import constant, node, triple
from graph.algebra.scope import in_scope

# A query's `01` means the term `01`, not `1`.
rdflib.NORMALIZE_LITERALS = False

_UNNAMED = Var("_:key")
_ALL = "*"
"""Stands for all variables in scope; no name of a variable."""
_FORMS = {"SelectQuery": "SELECT", "AskQuery": "ASK", "ConstructQuery": "CONSTRUCT"}


def read(
    text: str,
    prefixes: Mapping[str, str],
    base: str | None,
    parsed: ParseResults | None = None,
    *,
    has_dataset: bool = False,
) -> Query:
    """The plan of a query. Raises Unsupported for a text that is no query or of a form without a plan.

    `has_dataset`: FROM and FROM NAMED are seen to already.
    """
    try:
        parsed = parseQuery(text) if parsed is None else parsed
        _check_prefixes(parsed, prefixes)
        _keep_constant_filters(parsed)
        _mark_all(parsed)
        algebra = translateQuery(parsed, base=base, initNs=prefixes).algebra
    except (ParseException, RecursionError, AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise Unsupported(f"the query cannot be read: {wrong}") from wrong
    if algebra.name not in _FORMS:
        raise Unsupported(f"{algebra.name} has no plan")
    if algebra.datasetClause and not has_dataset:
        raise Unsupported("FROM and FROM NAMED are the caller's")
    reader = _Reader()
    read_pattern = reader.outermost(algebra.p)
    template = tuple(triple(one) for one in algebra.template or ())
    if algebra.name == "ConstructQuery" and algebra.template is None:
        template = _own_template(read_pattern)
    variables = _selected(read_pattern) if algebra.name == "SelectQuery" else _variables(algebra)
    return Query(_FORMS[algebra.name], read_pattern, variables, template)


def _keep_constant_filters(parsed: Any) -> None:
    """rdflib leaves out a FILTER whose expression is false to Python: a literal like `false` (7.6)."""
    if isinstance(parsed, CompValue):
        if parsed.name == "Filter" and (literal := _alone(parsed.expr)) is not None:
            parsed["expr"] = CompValue("UnaryNot", expr=CompValue("UnaryNot", expr=literal))
        for part in parsed.values():
            _keep_constant_filters(part)
    elif isinstance(parsed, list | tuple | ParseResults):
        for part in parsed:
            _keep_constant_filters(part)


def _alone(parsed: Any) -> rdflib.Literal | CompValue | None:
    """The literal that is all of an expression, which rdflib wraps in one of every kind."""
    while isinstance(parsed, CompValue) and list(parsed) == ["expr"]:
        parsed = parsed.expr
    is_literal = isinstance(parsed, rdflib.Literal) or getattr(parsed, "name", "") == "literal"
    return parsed if is_literal else None


def _mark_all(parsed: Any) -> None:
    """`SELECT *` selects `_ALL`: rdflib takes for it what only filters mention too, in no order (7.6)."""
    if isinstance(parsed, CompValue):
        if parsed.name in ("SelectQuery", "SubSelect") and not parsed.projection and not parsed.groupby:
            parsed["projection"] = [CompValue("vars", var=Variable(_ALL))]
        for part in parsed.values():
            _mark_all(part)
    elif isinstance(parsed, list | tuple | ParseResults):
        for part in parsed:
            _mark_all(part)


def _check_prefixes(parsed: Any, prefixes: Mapping[str, str]) -> None:
    """rdflib knows prefixes that nobody declared, and raises a bare Exception for others."""
    prologue, body = parsed
    declared = {str(one.prefix or "") for one in prologue if one.name == "PrefixDecl"} | set(prefixes)

    def check(one: Any) -> None:
        if isinstance(one, CompValue) and one.name == "pname" and str(one.prefix or "") not in declared:
            raise Unsupported(f"the prefix {one.prefix}: is not declared")

    traverse(body, visitPost=check)


class _Reader:
    """Reads one query, in which rdflib calls the keys of groups by names of its own."""

    def __init__(self) -> None:
        self._aliases: dict[Var, Var] = {}

    def outermost(self, algebra: CompValue) -> Pattern:
        read_pattern = self.pattern(algebra)
        return _mark_outermost(read_pattern)

    def pattern(self, algebra: CompValue) -> Pattern:
        reading = _PATTERNS.get(algebra.name)
        if reading is None:
            raise Unsupported(f"the pattern {algebra.name}")
        return reading(self, algebra)

    def expression(self, algebra: Any) -> Expression:
        return expression(algebra, self.pattern, self._aliases)

    def _triples(self, algebra: CompValue) -> Pattern:
        return Triples(tuple(triple(one) for one in algebra.triples or ()))

    def _join(self, algebra: CompValue) -> Pattern:
        return Join(self.pattern(algebra.p1), self.pattern(algebra.p2))

    def _left_join(self, algebra: CompValue) -> Pattern:
        expr = algebra.expr
        always = isinstance(expr, CompValue) and expr.name == "TrueFilter"
        condition = None if always else self.expression(expr)
        return LeftJoin(self.pattern(algebra.p1), self.pattern(algebra.p2), condition)

    def _union(self, algebra: CompValue) -> Pattern:
        return Union(self.pattern(algebra.p1), self.pattern(algebra.p2))

    def _minus(self, algebra: CompValue) -> Pattern:
        return Minus(self.pattern(algebra.p1), self.pattern(algebra.p2))

    def _filter(self, algebra: CompValue) -> Pattern:
        inner = self.pattern(algebra.p)
        return Filter(inner, self.expression(algebra.expr))

    def _extend(self, algebra: CompValue) -> Pattern:
        inner = self.pattern(algebra.p)
        variable, value = _variable(algebra.var), self.expression(algebra.expr)
        return inner if value == variable else Extend(inner, variable, value)

    def _named(self, algebra: CompValue) -> Pattern:
        return Named(node(algebra.term), self.pattern(algebra.p))

    def _multiset(self, algebra: CompValue) -> Pattern:
        inner = algebra.p
        if not isinstance(inner, CompValue):
            return Inline((), ())
        return self._values(inner) if inner.name == "values" else self.pattern(inner)

    def _values(self, algebra: CompValue) -> Pattern:
        rows = list(algebra.res)
        variables = tuple(dict.fromkeys(name for row in rows for name in row))
        read_rows = tuple(
            tuple(None if row[name] == "UNDEF" else constant(row[name]) for name in variables) for row in rows
        )
        return Inline(tuple(Var(str(name)) for name in variables), read_rows)

    def _project(self, algebra: CompValue) -> Pattern:
        inner = self.pattern(algebra.p)
        variables = _variables(algebra)
        return Project(inner, in_scope(inner) if variables == (Var(_ALL),) else variables)

    def _distinct(self, algebra: CompValue) -> Pattern:
        return Distinct(self.pattern(algebra.p))

    def _reduced(self, algebra: CompValue) -> Pattern:
        return self.pattern(algebra.p)

    def _slice(self, algebra: CompValue) -> Pattern:
        length = algebra.length
        return Slice(self.pattern(algebra.p), algebra.start, None if length is None else int(length))

    def _order(self, algebra: CompValue) -> Pattern:
        inner = self.pattern(algebra.p)
        conditions = tuple((self.expression(one.expr), one.order == "DESC") for one in algebra.expr)
        return Order(inner, conditions)

    def _group(self, algebra: CompValue) -> Pattern:
        group = algebra.p
        inner = self.pattern(group.p)
        keys: list[Var] = []
        for condition in group.expr or ():
            if isinstance(condition, CompValue):
                key = Var(f"_:key{len(keys)}")
                inner = Extend(inner, key, self.expression(condition))
            else:
                key = _variable(condition)
            if key == _UNNAMED and key in keys:
                raise Unsupported("two expressions without a name in GROUP BY")
            keys.append(key)
        aggregates = []
        for one in algebra.A:
            result = Var(str(one.res))
            # rdflib numbers the aggregates of every SELECT anew: one inside may have had this name.
            self._aliases.pop(result, None)
            if (
                one.name == "Aggregate_Sample"
                and isinstance(one.vars, Variable)
                and Var(str(one.vars)) in keys
            ):
                self._aliases[result] = Var(str(one.vars))
                continue
            aggregates.append(self._aggregate(one, result))
        return Group(inner, tuple(keys), tuple(aggregates))

    def _aggregate(self, one: CompValue, result: Var) -> Aggregate:
        over = None if isinstance(one.vars, str) and one.vars == "*" else self.expression(one.vars)
        separator = " " if one.separator is None else str(one.separator)
        name = one.name.removeprefix("Aggregate_").upper()
        return Aggregate(result, name, over, bool(one.distinct), separator)


_PATTERNS: dict[str, Callable[[_Reader, CompValue], Pattern]] = {
    "BGP": _Reader._triples,
    "Join": _Reader._join,
    "LeftJoin": _Reader._left_join,
    "Union": _Reader._union,
    "Minus": _Reader._minus,
    "Filter": _Reader._filter,
    "Extend": _Reader._extend,
    "Graph": _Reader._named,
    "ToMultiSet": _Reader._multiset,
    "values": _Reader._values,
    "Project": _Reader._project,
    "Distinct": _Reader._distinct,
    "Reduced": _Reader._reduced,
    "Slice": _Reader._slice,
    "OrderBy": _Reader._order,
    "AggregateJoin": _Reader._group,
}


def _variables(algebra: CompValue) -> tuple[Var, ...]:
    return tuple(Var(str(one)) for one in algebra.PV or ())


def _selected(pattern: Pattern) -> tuple[Var, ...]:
    while not isinstance(pattern, Project):
        if not isinstance(pattern, Distinct | Slice):
            raise TypeError("a SELECT that projects nothing")
        pattern = pattern.pattern
    return pattern.variables


def _variable(name: Variable | None) -> Var:
    """rdflib gives no name to an expression in GROUP BY that has none."""
    return _UNNAMED if name is None else Var(str(name))


def _own_template(pattern: Pattern) -> tuple[Triple, ...]:
    """The template of CONSTRUCT WHERE (§16.2.4): its pattern, a single basic graph pattern."""
    while not isinstance(pattern, Triples):
        if not isinstance(pattern, Project | Slice | Order):
            raise Unsupported("a template that is no basic graph pattern")
        pattern = pattern.pattern
    return pattern.triples


def _mark_outermost(pattern: Pattern) -> Pattern:
    match pattern:
        case Slice(inner, offset, limit):
            return Slice(_mark_outermost(inner), offset, limit)
        case Distinct(inner):
            return Distinct(_mark_outermost(inner))
        case Project(inner, variables):
            return Project(inner, variables, outermost=True)
        case _:
            return pattern
