"""Arithmetic with SPARQL's numeric types and their promotion (§17.3, XPath operators)."""

import math
import re

from graph.algebra.context import refuse, text
from graph.algebra.holding import NUMBERS
from graph.algebra.plan import Constant, Unsupported
from graph.algebra.values import DECIMAL, Boolean, Decimal, Integer, Iri, Number, Term, Text, Value
from graph.columns.schema import XSD
from graph.columns.typed import DERIVED_INTEGERS

_RANKS = {"integer": 0, "decimal": 1, "float": 2, "double": 3} | dict.fromkeys(DERIVED_INTEGERS, 0)
_SIGNED = {"long": 63, "int": 31, "short": 15, "byte": 7}
_UNSIGNED = {"unsignedLong": 64, "unsignedInt": 32, "unsignedShort": 16, "unsignedByte": 8}
_RANGES: dict[str, tuple[int | None, int | None]] = {
    **{name: (-(2**bits), 2**bits - 1) for name, bits in _SIGNED.items()},
    **{name: (0, 2**bits - 1) for name, bits in _UNSIGNED.items()},
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_LONG = re.compile(r"\.[0-9]{18}[0-9]*[1-9]")
_TOO_LONG = refuse("a decimal of more digits than are kept")


def number(value: Value) -> Integer | Decimal | Number | None:
    """`value` as a number; None where it can never be one."""
    match value:
        case Integer() | Decimal() | Number():
            return value
        case Term(constant=Constant() as constant):
            return of_constant(constant)
        case Term() if value.holds and value.holds <= NUMBERS and len(ranks := _ranks(value.holds)) == 1:
            return _known(value, ranks.pop())
        case Term(lexical, datatype, _, double):
            rank = value.rank or rank_of(datatype, double)
            exact = (
                f"CASE WHEN {rank} <= 1 THEN CASE WHEN regexp_matches({lexical}, '\\.[0-9]{{18}}[0-9]*[1-9]')"
                f" THEN {_TOO_LONG} ELSE coalesce(TRY_CAST({lexical} AS {DECIMAL}), {_TOO_LONG}) END END"
            )
            # A boolean has a number as well, to be compared by.
            of_number = f"CASE WHEN {rank} IS NOT NULL THEN {double} END"
            return Number(rank, exact, of_number, faithful=True)
        case Boolean() | Text() | Iri():
            return None


def _ranks(holds: frozenset[str]) -> set[int]:
    return {_RANKS[one.removeprefix(XSD)] for one in holds}


def _known(term: Term, rank: int) -> Number:
    """The number of a term that is one of that rank, or unbound."""
    is_there, lexical, double = f"{term.number} IS NOT NULL", term.value, term.number
    of_rank = f"CASE WHEN {is_there} THEN {rank} END"
    if rank > 1:
        return Number(of_rank, f"NULL::{DECIMAL}", double, faithful=True, known=rank)
    if term.exact is not None:
        exact = f"({term.exact})::{DECIMAL}"
        narrow = Decimal(exact) if rank else Integer(f"({term.exact})::HUGEINT")
        return Number(of_rank, exact, double, faithful=True, known=rank, narrow=narrow)
    exact = (
        f"CASE WHEN {is_there} THEN CASE WHEN regexp_matches({lexical}, '\\.[0-9]{{18}}[0-9]*[1-9]')"
        f" THEN {_TOO_LONG} ELSE coalesce(TRY_CAST({lexical} AS {DECIMAL}), {_TOO_LONG}) END END"
    )
    whole = f"CASE WHEN {is_there} THEN coalesce(TRY_CAST({lexical} AS HUGEINT), {_TOO_LONG}) END"
    narrow = Decimal(exact) if rank else Integer(whole)
    return Number(of_rank, exact, double, faithful=True, known=rank, narrow=narrow)


def narrowed(value: Value) -> Integer | Decimal | Number | None:
    """`value` as a number to count with, of the narrowest type that is known."""
    found = number(value)
    return found.narrow or found if isinstance(found, Number) else found


def rank_of(datatype: str, double: str) -> str:
    """SQL: the rank of a term's type, NULL where it is no number or ill-typed."""
    whens = " ".join(f"WHEN {text(XSD + name)} THEN {rank}" for name, rank in _RANKS.items())
    return f"CASE WHEN {double} IS NOT NULL THEN CASE {datatype} {whens} END END"


def widened(value: Integer | Decimal | Number) -> Number:
    """`value` in the form whose type is known row by row."""
    match value:
        case Integer(sql):
            rank, exact = 0, f"({sql})::{DECIMAL}"
        case Decimal(sql):
            rank, exact = 1, sql
        case Number():
            return value
    # The way by text rounds correctly.
    double = f"({sql})" if _is_small_constant(sql) else f"(({sql})::VARCHAR)"
    return Number(
        f"CASE WHEN ({sql}) IS NOT NULL THEN {rank} END" if not _is_small_constant(sql) else str(rank),
        exact,
        f"{double}::DOUBLE",
        faithful=_is_small_constant(sql),
        known=rank,
    )


def of_constant(constant: Constant) -> Integer | Decimal | Number | None:
    """The number that a literal of the query stands for; None where it is no number or ill-typed.

    Raises Unsupported for one of more digits than are kept.
    """
    name = (constant.datatype or "").removeprefix(XSD)
    rank = _RANKS.get(name)
    if rank is None:
        return None
    lexical = constant.value
    if rank == 0:
        known = _INTEGER.fullmatch(lexical) and _is_in_range(int(lexical), name)
        return Integer(f"({int(lexical)})::HUGEINT") if known else None
    if rank == 1:
        if _LONG.search(lexical):
            raise Unsupported("a decimal of more than 18 places")
        return Decimal(f"{text(lexical)}::{DECIMAL}") if _DECIMAL.fullmatch(lexical) else None
    if not _DOUBLE.fullmatch(lexical):
        return None
    if math.isinf(float(lexical)) and not lexical.endswith("INF"):
        raise Unsupported("a floating number out of range")
    written = f"{text(lexical)}::{'FLOAT::DOUBLE' if rank == 2 else 'DOUBLE'}"
    return Number(str(rank), f"NULL::{DECIMAL}", written, faithful=True)


def _is_in_range(number: int, name: str) -> bool:
    """Whether an integer is a value of a derived type (XML Schema 1.1 Part 2, §3.4)."""
    lowest, highest = _RANGES.get(name, (None, None))
    return (lowest is None or number >= lowest) and (highest is None or number <= highest)


def _is_small_constant(sql: str) -> bool:
    found = re.fullmatch(r"\((-?[0-9]+)\)::HUGEINT", sql)
    return found is not None and abs(int(found[1])) <= 2**53


def add(left: Value, right: Value, sign: str) -> Value | None:
    a, b = narrowed(left), narrowed(right)
    if a is None or b is None:
        return None
    if isinstance(a, Integer) and isinstance(b, Integer):
        return Integer(f"({a.sql} {sign} {b.sql})")
    if not isinstance(a, Number) and not isinstance(b, Number):
        return Decimal(f"({exact(a)} {sign} {exact(b)})")
    return _dynamic(widened(a), widened(b), sign, f"{{a}} {sign} {{b}}")


def multiply(left: Value, right: Value) -> Value | None:
    a, b = narrowed(left), narrowed(right)
    if a is None or b is None:
        return None
    if isinstance(a, Integer) and isinstance(b, Integer):
        return Integer(f"({a.sql} * {b.sql})")
    if not isinstance(a, Number) and not isinstance(b, Number):
        return Decimal(_product(exact(a), exact(b)))
    return _dynamic(widened(a), widened(b), "*", _product("{a}", "{b}"))


def divide(left: Value, right: Value) -> Value | None:
    a, b = narrowed(left), narrowed(right)
    if a is None or b is None:
        return None
    if not isinstance(a, Number) and not isinstance(b, Number):
        return Decimal(_quotient(exact(a), exact(b)))
    return _dynamic(widened(a), widened(b), "/", _quotient("{a}", "{b}"), lowest=1)


def negate(value: Value) -> Value | None:
    match narrowed(value):
        case Integer(sql):
            return Integer(f"(-({sql}))")
        case Decimal(sql):
            return Decimal(f"(-({sql}))")
        case Number(rank, exact_value, double):
            return Number(rank, f"(-({exact_value}))", f"(-({double}))")
        case None:
            return None


def exact(value: Integer | Decimal) -> str:
    return value.sql if isinstance(value, Decimal) else f"({value.sql})::{DECIMAL}"


def integral(value: Value) -> str | None:
    """SQL: `value` as a HUGEINT, NULL where it is no integer; None where it never is one."""
    match narrowed(value):
        case Integer(sql):
            return sql
        case Number(rank, exact_value, _):
            return f"CASE WHEN {rank} = 0 THEN ({exact_value})::HUGEINT END"
        case _:
            return None


def _dynamic(a: Number, b: Number, sign: str, exactly: str, lowest: int = 0) -> Number:
    least = f"greatest({a.rank}, {b.rank}{f', {lowest}' if lowest else ''})"
    rank = f"CASE WHEN {a.rank} IS NOT NULL AND {b.rank} IS NOT NULL THEN {least} END"
    exact_value = exactly.format(a=f"({a.exact})", b=f"({b.exact})")
    x, y = promoted(a), promoted(b)
    double = (
        f"CASE {least} WHEN 2 THEN (({x})::FLOAT {sign} ({y})::FLOAT)::DOUBLE"
        f" WHEN 3 THEN ({x}) {sign} ({y}) END"
    )
    if sign == "/":
        # Division of exact numbers by zero is an error, not infinity.
        rank = f"CASE WHEN {least} > 1 OR ({b.exact}) <> 0 THEN {rank} END"
    return Number(rank, f"CASE WHEN {least} <= 1 THEN {exact_value} END", double)


def promoted(value: Number) -> str:
    return f"({value.double})"


def _product(a: str, b: str) -> str:
    """SQL: DECIMAL(38,18) times the same, exact or refused: DuckDB adds the scales, and 36 is too many."""
    return (
        f"list_transform([struct_pack(a := {a}, b := {b})], lambda n: CASE"
        f" WHEN n.a = n.a::DECIMAL(38,9) AND n.b = n.b::DECIMAL(38,9)"
        f" THEN n.a::DECIMAL(38,9) * n.b::DECIMAL(38,9)"
        f" WHEN n.a = n.a::DECIMAL(38,0) THEN n.a::DECIMAL(38,0) * n.b"
        f" WHEN n.b = n.b::DECIMAL(38,0) THEN n.b::DECIMAL(38,0) * n.a"
        f" WHEN n.a IS NOT NULL AND n.b IS NOT NULL THEN {refuse('a product of more than 18 decimal places')}"
        f" END)[1]"
    )


def _quotient(a: str, b: str) -> str:
    """SQL: the quotient to 18 places, cut off there; NULL for division by zero.

    Long division by nine digits at a time stays within 128 bits.
    """
    scaled = "(abs({0})::DECIMAL(38,9) * 1000000000::DECIMAL(10,0))::DECIMAL(38,0)::HUGEINT"
    parts = (
        f"list_transform([struct_pack(a := {a}, b := {b})], lambda n: CASE WHEN n.b <> 0 THEN CASE"
        f" WHEN n.a <> n.a::DECIMAL(38,9) OR n.b <> n.b::DECIMAL(38,9)"
        f" THEN {refuse('a quotient of numbers of more than 9 decimal places')}"
        f" ELSE struct_pack(negative := (n.a < 0) <> (n.b < 0),"
        f" a := {scaled.format('n.a')}, b := {scaled.format('n.b')}) END END)"
    )
    # Whole part, then the next nine places, then the nine after them.
    rest = "(n.a % n.b) * 1000000000"
    first = f"struct_pack(negative := n.negative, b := n.b, w := n.a // n.b, r := {rest})"
    places = "n.r // n.b * 1000000000 + (n.r % n.b) * 1000000000 // n.b"
    second = f"struct_pack(negative := n.negative, w := n.w, f := {places})"
    divided = f"list_transform(list_transform({parts}, lambda n: {first}), lambda n: {second})"
    whole = f"(n.w::{DECIMAL} + n.f::DECIMAL(20,0) * 0.000000000000000001::DECIMAL(18,18))"
    return f"list_transform({divided}, lambda n: CASE WHEN n.negative THEN -{whole} ELSE {whole} END)[1]"


def rounded(value: Value, function: str) -> Value | None:
    """ABS, CEIL, FLOOR and ROUND: of the type of their argument; ROUND takes halves upwards."""
    match narrowed(value):
        case Integer(sql):
            return Integer(f"abs({sql})") if function == "ABS" else Integer(sql)
        case Decimal(sql):
            return Decimal(_rounded_exact(sql, function))
        case Number(rank, exact_value, double):
            return Number(rank, _rounded_exact(exact_value, function), _rounded_double(double, function))
        case None:
            return None


def _rounded_exact(sql: str, function: str) -> str:
    match function:
        case "ROUND":
            return f"floor({sql} + 0.5::DECIMAL(2,1))::{DECIMAL}"
        case _:
            return f"{function.lower()}({sql})::{DECIMAL}"


def _rounded_double(sql: str, function: str) -> str:
    if function != "ROUND":
        return f"{function.lower()}({sql})"
    # Not floor(x + 0.5): the sum rounds. A negative number rounds to -0, never to 0.
    return (
        f"list_transform([{sql}], lambda x: CASE WHEN x < 0 AND x >= -0.5 THEN '-0'::DOUBLE"
        f" WHEN x - floor(x) >= 0.5 THEN floor(x) + 1 ELSE floor(x) END)[1]"
    )
