"""Grouping and aggregates (SPARQL 1.1 §11, §18.5.1)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from graph.algebra import numbers
from graph.algebra.choice import as_term
from graph.algebra.comparison import BOOLEAN, DATE, DATE_TIME, NUMERIC, RESOURCE, STRING, category
from graph.algebra.context import Context, refuse, text
from graph.algebra.expressions import Evaluator
from graph.algebra.plan import Aggregate, Group, Unsupported, Var
from graph.algebra.relation import Column, Kind, Relation, physical, stored, unloaded
from graph.algebra.strings import to_string
from graph.algebra.values import (
    DECIMAL,
    NEVER,
    Boolean,
    Decimal,
    Integer,
    Number,
    Term,
    Text,
    Value,
    holds_of,
    is_bound,
    lexical,
    struct,
)


def grouped(
    context: Context, group: Group, evaluator: Evaluator, relation: Relation, apart: Sequence[str]
) -> Relation:
    """The groups of `relation`, over which `evaluator` reads, with their aggregates; solutions that differ in
    one of the columns `apart` are never of one group."""
    results: dict[str, tuple[Kind, str]] = {}
    made: dict[str, Column] = {}
    for one in group.aggregates:
        value = _aggregate(context, one, evaluator, relation)
        if one.function in ("AVG", "SUM") and group.keys and isinstance(value, Number) and value.narrow:
            value = value.narrow
        results[one.result.name] = kind, _ = stored(value)
        made[one.result.name] = Column(kind, certain=False, holds=holds_of(value))
    loaded = evaluator.loaded(*(sql for _, sql in results.values()))
    wanted = [variable.name for variable in group.keys] + [*apart]
    keys = {name: column for name, column in unloaded(loaded.columns).items() if name in wanted}
    by = physical(context, Relation("", keys))
    selected = [*by, *(f"{sql} AS {context.column(name)}" for name, (_, sql) in results.items())]
    columns = {**keys, **made}
    # Without keys there is one group even of no solutions; with keys that are never bound, none of none.
    by_keys = f" GROUP BY {', '.join(by)}" if by else (" HAVING count(*) > 0" if group.keys else "")
    return Relation(f"SELECT {', '.join(selected) or '1 AS nothing'} FROM ({loaded.sql}) q{by_keys}", columns)


def _aggregate(context: Context, one: Aggregate, evaluator: Evaluator, relation: Relation) -> Value:
    if one.function == "COUNT":
        return _count(context, one, evaluator, relation)
    if one.expression is None:
        raise Unsupported(f"{one.function} of *")
    value = evaluator.value(one.expression)
    function = _FUNCTIONS.get(one.function)
    if function is None:
        raise Unsupported(f"the aggregate {one.function}")
    return function(value, one)


def _count(context: Context, one: Aggregate, evaluator: Evaluator, relation: Relation) -> Value:
    if one.expression is None:
        if not one.distinct:
            return Integer("count(*)::HUGEINT")
        terms = {
            name: column
            for name, column in unloaded(relation.columns).items()
            if column.kind is not Kind.KEY and not name.startswith("_:")
        }
        names = ", ".join(f"{name} := {name}" for name in physical(context, Relation("", terms)))
        return Integer(
            f"count(DISTINCT struct_pack({names}))::HUGEINT" if names else "least(count(*), 1)::HUGEINT"
        )
    column = relation.columns.get(one.expression.name) if isinstance(one.expression, Var) else None
    if column is not None and isinstance(one.expression, Var):
        counted = context.column(one.expression.name)
    else:
        counted = stored(evaluator.value(one.expression))[1]
    return Integer(f"count({'DISTINCT ' if one.distinct else ''}{counted})::HUGEINT")


def _all_bound(value: Value, result: str) -> str:
    """`result`, an error where one of the values is an error."""
    return f"CASE WHEN count(*) = count(CASE WHEN {is_bound(value)} THEN 1 END) THEN {result} END"


def _sum(value: Value, one: Aggregate) -> Value:
    found = numbers.narrowed(value)
    if found is None:
        return Integer("CASE WHEN count(*) = 0 THEN 0::HUGEINT END")
    distinct = "DISTINCT " if one.distinct else ""
    # Whether a term is a number is told without reading its digits once more.
    told = numbers.number(value) or found
    if isinstance(found, Integer):
        return Integer(_all_bound(told, f"coalesce(sum({distinct}{found.sql})::HUGEINT, 0)"))
    if isinstance(found, Decimal):
        total = _all_bound(told, f"coalesce(sum({distinct}{found.sql})::{DECIMAL}, 0)")
        # Of no solutions it is the integer 0 (§18.5.1.3); groups with keys have some.
        rank = f"CASE WHEN count(*) = 0 THEN 0 WHEN {total} IS NOT NULL THEN 1 END"
        return Number(rank, total, "NULL::DOUBLE", narrow=Decimal(total))
    if one.distinct:
        raise Unsupported(f"{one.function}(DISTINCT …) of numbers whose type the data decides")
    rank = _all_bound(found, f"coalesce(max({found.rank}), 0)")
    exact = f"coalesce(sum({found.exact}), 0)::{DECIMAL}"
    # Sums of floating numbers depend on their order, which SPARQL leaves open; of floats on every step.
    single = f"max({found.rank}) = 2"
    double = f"CASE WHEN {single} THEN {refuse('a sum of floats')} ELSE coalesce(sum({found.double}), 0) END"
    return Number(rank, exact, double)


def _average(value: Value, one: Aggregate) -> Value:
    total = numbers.narrowed(_sum(value, one))
    assert total is not None, "a sum is a number"
    count = f"count({'DISTINCT ' + lexical(value) if one.distinct else '*'})"
    mean = numbers.divide(total, Integer(f"({count})::HUGEINT"))
    assert isinstance(mean, Decimal | Number)
    if isinstance(mean, Decimal):
        return Number(
            f"CASE WHEN {count} = 0 THEN 0 WHEN {mean.sql} IS NOT NULL THEN 1 END",
            f"coalesce({mean.sql}, 0)",
            "NULL::DOUBLE",
            # Of no solutions it is the integer 0; groups with keys have some.
            narrow=mean,
        )
    return Number(
        f"CASE WHEN {count} = 0 THEN 0 ELSE {mean.rank} END", f"coalesce({mean.exact}, 0)", mean.double
    )


def _extreme(function: str) -> Callable[[Value, Aggregate], Value]:
    def extreme(value: Value, one: Aggregate) -> Value:
        """MIN and MAX of values that are all of one kind; their order over kinds is the implementation's."""
        by = "arg_min" if function == "MIN" else "arg_max"
        lower = function.lower()
        match value:
            case Integer(sql):
                return Integer(_all_bound(value, f"{lower}({sql})"))
            case Decimal(sql):
                return Decimal(_all_bound(value, f"{lower}({sql})"))
            case Boolean(sql):
                return Boolean(_all_bound(value, f"{lower}({sql})"))
            case Text(sql, None):
                return Text(_all_bound(value, f"{lower}({sql})"))
        kind = category(value)
        kinds = f"CASE WHEN {is_bound(value)} THEN {kind} END"
        term = as_term(value)
        number = numbers.number(value)
        wide = numbers.widened(number) if number is not None else None
        double = "NULL::DOUBLE" if wide is None else wide.double
        exact = f"NULL::{DECIMAL}" if wide is None else (wide.narrow.sql if wide.narrow else wide.exact)
        is_exact = wide is not None and wide.known in (0, 1)
        if term.id is not None and (kind in (DATE_TIME, DATE) or is_exact):
            # Which of several forms of the same value it is, is left open.
            chosen = f"{by}({term.id}, row({exact if is_exact else term.instant}, {term.id}))"
            return replace(NEVER, id=_all_bound(value, chosen), holds=term.holds)
        ordered = ", ".join([double, exact, *([] if kind == NUMERIC else [term.instant]), lexical(value)])
        best = f"{by}({struct(value)}, row({ordered}))"
        comparable = ", ".join(str(one) for one in (RESOURCE, STRING, BOOLEAN, NUMERIC, DATE_TIME, DATE))
        unsure = []
        if not isinstance(kind, int) or str(kind) not in comparable.split(", "):
            unsure.append(f"min({kinds}) <> max({kinds}) OR min({kinds}) NOT IN ({comparable})")
        if wide is not None and wide.known not in (0, 1):
            unsure.append(f"bool_or(isnan({double}))")
        refused = refuse(f"{function} of values of different kinds")
        chosen = f"CASE WHEN {' OR '.join(unsure)} THEN {refused} ELSE {best} END" if unsure else best
        return replace(_of_struct(_all_bound(value, chosen)), holds=holds_of(value))

    return extreme


def _sample(value: Value, one: Aggregate) -> Value:
    match value:
        case Integer(sql):
            return Integer(f"any_value({sql})")
        case Text(sql, None):
            return Text(f"any_value({sql})")
        case _:
            return replace(_of_struct(f"any_value({struct(value)})"), holds=holds_of(value))


def _of_struct(sql: str) -> Term:
    return Term(f"({sql}).v", f"({sql}).d", f"({sql}).l", NEVER.number, NEVER.instant)


def _concatenation(value: Value, one: Aggregate) -> Value:
    joined = to_string(value)
    assert isinstance(joined, Text | Term)
    sql = lexical(joined)
    distinct = "DISTINCT " if one.distinct else ""
    whole = f"coalesce(string_agg({distinct}{sql}, {text(one.separator)}), '')"
    return Text(_all_bound(joined, whole))


_FUNCTIONS: dict[str, Callable[[Value, Aggregate], Value]] = {
    "SUM": _sum,
    "AVG": _average,
    "MIN": _extreme("MIN"),
    "MAX": _extreme("MAX"),
    "SAMPLE": _sample,
    "GROUPCONCAT": _concatenation,
}
