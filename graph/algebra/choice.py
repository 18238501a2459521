"""Values of which the row decides: IF and COALESCE, and the effective boolean value (SPARQL 1.1 §17.2.2)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from graph.algebra.context import refuse, text
from graph.algebra.holding import either
from graph.algebra.numbers import number, widened
from graph.algebra.values import (
    NEVER,
    Boolean,
    Decimal,
    Integer,
    Iri,
    Number,
    Term,
    Text,
    Value,
    datatype,
    holds_of,
    is_bound,
    language,
    lexical,
)
from graph.columns.schema import XSD, XSD_STRING
from graph.columns.typed import DERIVED_INTEGERS

_NUMERIC = ("integer", "decimal", "float", "double", *DERIVED_INTEGERS)


def truth(value: Value) -> str:
    """SQL: the effective boolean value."""
    match value:
        case Boolean(sql):
            return f"({sql})"
        case Text(sql, None):
            return f"({sql} <> '')"
        case Text(sql, tag):
            unsure = _unsure("a tagged string")
            return f"CASE WHEN {tag} IS NULL OR {sql} IS NULL THEN {sql} <> '' ELSE {unsure} END"
        case Integer(sql) | Decimal(sql):
            return f"({sql} <> 0)"
        case Number(rank, exact, double):
            return (
                f"CASE WHEN {rank} <= 1 THEN {exact} <> 0"
                f" WHEN {rank} IS NOT NULL THEN {double} <> 0 AND NOT isnan({double}) END"
            )
        case Iri():
            return "NULL::BOOLEAN"
        case Term():
            return _of_term(value)


def _of_term(term: Term) -> str:
    names = ", ".join(text(XSD + name) for name in ("boolean", *_NUMERIC))
    return (
        f"CASE WHEN {term.datatype} = {text(XSD_STRING)} THEN {term.value} <> ''"
        f" WHEN {term.datatype} IN ({names}) THEN CASE WHEN {term.number} IS NOT NULL"
        f" THEN {term.number} <> 0 AND NOT isnan({term.number}) ELSE {_unsure('an ill-typed literal')} END"
        f" WHEN {term.language} IS NOT NULL THEN {_unsure('a tagged string')} END"
    )


def _unsure(what: str) -> str:
    # The recommendation gives one, engines differ.
    return refuse(f"the effective boolean value of {what}")


def conditional(condition: str, yes: Value, no: Value) -> Value:
    def choose(a: str, b: str) -> str:
        return f"CASE WHEN {condition} THEN {a} WHEN NOT {condition} THEN {b} END"

    return _merged([yes, no], lambda parts: choose(*parts))


def first_bound(values: Sequence[Value]) -> Value:
    """COALESCE."""
    if len(values) == 1:
        return values[0]
    if not values:
        return NEVER
    tests = [is_bound(value) for value in values]

    def choose(parts: Sequence[str]) -> str:
        whens = " ".join(f"WHEN {test} THEN {part}" for test, part in zip(tests, parts, strict=True))
        return f"CASE {whens} END"

    return _merged(values, choose)


def _merged(values: Sequence[Value], choose: Callable[[Sequence[str]], str]) -> Value:
    """The value that `choose` takes of several, in the narrowest form that holds them all."""
    for kind in (Boolean, Integer, Decimal, Iri):
        if all(isinstance(value, kind) for value in values):
            return kind(choose([value.sql for value in values if isinstance(value, kind)]))
    if all(isinstance(value, Text) for value in values):
        texts = [value for value in values if isinstance(value, Text)]
        tagged = any(value.language is not None for value in texts)
        tags = [value.language or "NULL::VARCHAR" for value in texts]
        return Text(choose([value.sql for value in texts]), choose(tags) if tagged else None)
    numbers = [number(value) for value in values if isinstance(value, Integer | Decimal | Number)]
    if len(numbers) == len(values):
        wide = [widened(one) for one in numbers if one is not None]
        return Number(
            choose([one.rank for one in wide]),
            choose([one.exact for one in wide]),
            choose([one.double for one in wide]),
        )
    terms = [as_term(value) for value in values]
    return Term(
        choose([one.value for one in terms]),
        choose([one.datatype for one in terms]),
        choose([one.language for one in terms]),
        choose([one.number for one in terms]),
        choose([one.instant for one in terms]),
        holds=either(*map(holds_of, values)),
    )


def as_term(value: Value) -> Term:
    if isinstance(value, Term):
        return value
    found = number(value)
    if isinstance(value, Boolean):
        double = f"({value.sql})::INTEGER::DOUBLE"
    else:
        double = "NULL::DOUBLE" if found is None else widened(found).double
    made = Term(lexical(value), datatype(value), language(value), double, "NULL::TIMESTAMP")
    return replace(made, holds=holds_of(value))
