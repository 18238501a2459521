"""SQL for `<` and `<=` between two literals as SPARQL compares them (SPARQL 1.1 §17.3).

Numbers with numbers, booleans with booleans, strings with strings, instants of one datatype with each other;
between anything else there is no order, and the comparison is false.
"""

from dataclasses import dataclass

from graph.columns.connection import quote
from graph.columns.schema import XSD, XSD_STRING

_BOOLEAN = quote(f"{XSD}boolean")
_INEXACT = f"({quote(f'{XSD}double')}, {quote(f'{XSD}float')})"
_DATE_TIMES = f"({quote(f'{XSD}dateTime')}, {quote(f'{XSD}dateTimeStamp')})"
_ZONED = "regexp_matches({value}, '(Z|[+-][0-9]{{2}}:[0-9]{{2}})$')"


@dataclass(frozen=True, slots=True)
class Operand:
    """SQL for the columns of one term."""

    value: str
    datatype: str
    number: str
    instant: str

    @classmethod
    def of(cls, alias: str) -> "Operand":
        return cls(*(f"{alias}.{column}" for column in ("value", "datatype", "number", "instant")))


def less(a: Operand, b: Operand, *, or_equal: bool = False) -> str:
    """SQL, never NULL: whether `a` is less than `b`, or also equal."""
    sign = "<=" if or_equal else "<"
    # Two different doubles are in the order of the decimals that they stand for; equal ones may hide digits.
    exact_a, exact_b = (f"TRY_CAST({one.value} AS DECIMAL(38, 12))" for one in (a, b))
    exact = (
        f"CASE WHEN {a.datatype} IN {_INEXACT} OR {b.datatype} IN {_INEXACT}"
        f" THEN {a.number} {sign} {b.number}"
        f" ELSE coalesce({exact_a} {sign} {exact_b}, {a.number} {sign} {b.number}) END"
    )
    numbers = (
        f"CASE WHEN ({a.datatype} = {_BOOLEAN}) <> ({b.datatype} = {_BOOLEAN}) THEN FALSE"
        f" WHEN isnan({a.number}) OR isnan({b.number}) THEN FALSE"
        f" WHEN {a.number} <> {b.number} THEN {a.number} < {b.number}"
        f" WHEN {a.datatype} = {_BOOLEAN} THEN {a.number} {sign} {b.number} ELSE {exact} END"
    )
    # With and without a time zone: in order only when 14 hours apart (XML Schema 1.1 Part 2, §3.3.7).
    alike = f"({_ZONED.format(value=a.value)} = {_ZONED.format(value=b.value)})"
    instants = (
        f"CASE WHEN {alike} THEN {a.instant} {sign} {b.instant}"
        f" ELSE {a.instant} + INTERVAL 14 HOUR < {b.instant} END"
    )
    same = f"({a.datatype} = {b.datatype} OR {a.datatype} IN {_DATE_TIMES} AND {b.datatype} IN {_DATE_TIMES})"
    return (
        f"coalesce(CASE WHEN {a.number} IS NOT NULL AND {b.number} IS NOT NULL THEN {numbers}"
        f" WHEN {a.instant} IS NOT NULL AND {b.instant} IS NOT NULL AND {same} THEN {instants}"
        f" WHEN {a.datatype} = {quote(XSD_STRING)} AND {b.datatype} = {quote(XSD_STRING)}"
        f" THEN {a.value} {sign} {b.value} END, FALSE)"
    )
