"""Constructor functions: casts to XML Schema datatypes (SPARQL 1.1 §17.5, XPath casting)."""

from collections.abc import Callable, Mapping

from graph.algebra.comparison import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    NUMERIC,
    ODD,
    OTHER,
    RESOURCE,
    STRING,
    TAGGED,
    category,
    may_be,
)
from graph.algebra.context import refuse, text
from graph.algebra.numbers import number, widened
from graph.algebra.plan import Unsupported
from graph.algebra.relation import renamed
from graph.algebra.values import (
    DECIMAL,
    Boolean,
    Decimal,
    Integer,
    Number,
    Term,
    Text,
    Value,
    lexical,
)
from graph.columns.lexical import DATE as DATE_FORM
from graph.columns.lexical import DATE_TIME as DATE_TIME_FORM
from graph.columns.lexical import INTEGER as INTEGER_FORM
from graph.columns.schema import XSD
from graph.columns.typed import INSTANT

_DECIMAL_FORM = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_DOUBLE_FORM = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_SPACED = r"'^[ \t\n\r]|[ \t\n\r]$'"


def cast(value: Value, datatype: str) -> Value:
    """Raises Unsupported for a datatype that is not cast to here."""
    casting = _CASTS.get(datatype.removeprefix(XSD))
    if casting is None or not datatype.startswith(XSD):
        raise Unsupported(f"the function <{datatype}>")
    return casting(value)


def _by_category(value: Value, cases: Mapping[int, Callable[[], str]], nothing: str) -> str:
    """SQL by the category of `value`; only the case that can be where it is known beforehand."""
    found = category(value)
    if isinstance(found, int):
        return cases[found]() if found in cases else nothing
    whens = " ".join(
        f"WHEN {number} THEN {case()}" for number, case in cases.items() if may_be(value, number)
    )
    return f"CASE {found} {whens} END"


def _from_text(sql: str, form: str, cast_text: str) -> str:
    """A text of the lexical space `form`; around it XPath allows spaces, engines differ."""
    return (
        f"CASE WHEN regexp_full_match({sql}, '{form}') THEN {cast_text}"
        f" WHEN regexp_matches({sql}, {_SPACED}) THEN {refuse('a cast of a text with spaces around it')} END"
    )


def _number(value: Value) -> Number:
    found = number(value)
    if found is None:
        raise Unsupported("a cast of an ill-typed constant")
    return widened(found)


def _truth(value: Value) -> str:
    return f"({value.number} = 1)" if isinstance(value, Term) else f"({lexical(value)} = 'true')"


def to_integer(value: Value) -> Value:
    if isinstance(value, Integer):
        return value

    def from_text() -> str:
        large = refuse("an integer of more than 38 digits")
        return _from_text(
            lexical(value), INTEGER_FORM, f"coalesce(TRY_CAST({lexical(value)} AS HUGEINT), {large})"
        )

    def from_number() -> str:
        of = _number(value)
        large = refuse("an integer of more than 38 digits")
        return (
            f"CASE WHEN {of.rank} <= 1 THEN trunc({of.exact})::HUGEINT"
            f" WHEN isfinite({of.double}) THEN coalesce(TRY_CAST(trunc({of.double}) AS HUGEINT), {large}) END"
        )

    def from_boolean() -> str:
        return f"({_truth(value)})::HUGEINT"

    cases = {STRING: from_text, NUMERIC: from_number, BOOLEAN: from_boolean}
    return Integer(_by_category(value, cases, "NULL::HUGEINT"))


def to_decimal(value: Value) -> Value:
    if isinstance(value, Decimal):
        return value

    def from_text() -> str:
        large = refuse("a decimal of more digits than are kept")
        kept = (
            rf"CASE WHEN regexp_matches({lexical(value)}, '\.[0-9]{{18}}[0-9]*[1-9]') THEN {large}"
            f" ELSE coalesce(TRY_CAST({lexical(value)} AS {DECIMAL}), {large}) END"
        )
        return _from_text(lexical(value), _DECIMAL_FORM, kept)

    def from_number() -> str:
        of = _number(value)
        whole = f"{of.double} = trunc({of.double}) AND abs({of.double}) <= 9007199254740992"
        return (
            f"CASE WHEN {of.rank} <= 1 THEN {of.exact} WHEN {whole} THEN ({of.double})::{DECIMAL}"
            f" WHEN isfinite({of.double}) THEN {refuse('a decimal of a floating number')} END"
        )

    def from_boolean() -> str:
        return f"({_truth(value)})::INTEGER::{DECIMAL}"

    cases = {STRING: from_text, NUMERIC: from_number, BOOLEAN: from_boolean}
    return Decimal(_by_category(value, cases, f"NULL::{DECIMAL}"))


def _to_floating(value: Value, rank: int) -> Value:
    kind = "FLOAT::DOUBLE" if rank == 2 else "DOUBLE"

    def from_text() -> str:
        # TRY_CAST although the form is right: DuckDB evaluates parts of a constant that no row comes to.
        cast_text = f"TRY_CAST({lexical(value)} AS {'FLOAT' if rank == 2 else 'DOUBLE'})::DOUBLE"
        large = refuse("a floating number out of range")
        return _from_text(lexical(value), _DOUBLE_FORM, f"coalesce({cast_text}, {large})")

    def from_number() -> str:
        return f"({_number(value).double})::{kind}"

    def from_boolean() -> str:
        return f"({_truth(value)})::INTEGER::DOUBLE"

    cases = {STRING: from_text, NUMERIC: from_number, BOOLEAN: from_boolean}
    double = _by_category(value, cases, "NULL::DOUBLE")
    return Number(f"CASE WHEN ({double}) IS NOT NULL THEN {rank} END", f"NULL::{DECIMAL}", f"({double})")


def to_double(value: Value) -> Value:
    return _to_floating(value, 3)


def to_float(value: Value) -> Value:
    return _to_floating(value, 2)


def to_boolean(value: Value) -> Value:
    if isinstance(value, Boolean):
        return value

    def from_text() -> str:
        truth = f"({lexical(value)} IN ('true', '1'))"
        return _from_text(lexical(value), "true|false|0|1", truth)

    def from_number() -> str:
        return f"({_number(value).double} <> 0 AND NOT isnan({_number(value).double}))"

    def from_boolean() -> str:
        return _truth(value)

    cases = {STRING: from_text, NUMERIC: from_number, BOOLEAN: from_boolean}
    return Boolean(_by_category(value, cases, "NULL::BOOLEAN"))


def to_string(value: Value) -> Value:
    def from_resource() -> str:
        return f"CASE WHEN NOT starts_with({lexical(value)}, '_:') THEN {lexical(value)} END"

    def from_number() -> str:
        found = number(value)
        return "NULL::VARCHAR" if found is None else lexical(found)

    def from_boolean() -> str:
        return f"CASE WHEN {_truth(value)} THEN 'true' WHEN NOT {_truth(value)} THEN 'false' END"

    def refused() -> str:
        return refuse("a cast of such a literal to xsd:string")

    cases: dict[int, Callable[[], str]] = {
        STRING: lambda: lexical(value),
        RESOURCE: from_resource,
        NUMERIC: from_number,
        BOOLEAN: from_boolean,
        **dict.fromkeys((TAGGED, ODD, OTHER, DATE, DATE_TIME), refused),
    }
    return Text(_by_category(value, cases, "NULL::VARCHAR"))


def _to_moment(value: Value, own: int, other: int, form: str, name: str) -> Value:
    def refused() -> str:
        return refuse("a cast between date and dateTime")

    cases: dict[int, Callable[[], str]] = {
        STRING: lambda: _from_text(lexical(value), form, lexical(value)),
        own: lambda: lexical(value),
        other: refused,
        ODD: refused,
    }
    written = _by_category(value, cases, "NULL::VARCHAR")
    datatype = text(XSD + name)
    instant = (
        f"list_transform([struct_pack(value := {written}, datatype := {datatype})],"
        f" lambda t: {renamed(INSTANT, 't.')})[1]"
    )
    return Term(
        written,
        f"CASE WHEN ({written}) IS NOT NULL THEN {datatype} END",
        "NULL::VARCHAR",
        "NULL::DOUBLE",
        instant,
    )


def to_date_time(value: Value) -> Value:
    return _to_moment(value, DATE_TIME, DATE, DATE_TIME_FORM, "dateTime")


def to_date(value: Value) -> Value:
    return _to_moment(value, DATE, DATE_TIME, DATE_FORM, "date")


_CASTS: dict[str, Callable[[Value], Value]] = {
    "integer": to_integer,
    "decimal": to_decimal,
    "double": to_double,
    "float": to_float,
    "boolean": to_boolean,
    "string": to_string,
    "dateTime": to_date_time,
    "date": to_date,
}
