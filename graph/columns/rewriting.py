"""Which literals Oxigraph 0.5 would rewrite when it stores them, as SQL over a term's columns.

Oxigraph keeps the *value* of a literal it understands and writes it back in its own canonical form: `007`
becomes `7`, every derived integer type becomes xsd:integer, `1.50` becomes `1.5`. Literals it does not
understand (ill-typed, or out of its range) it keeps as they are. `tests/columns/test_rewriting.py` compares
these rules with the store itself.
"""

from graph.columns.connection import quote
from graph.columns.lexical import (
    DATE,
    DATE_TIME,
    DAY,
    INTEGER,
    MONTH,
    MONTH_DAY,
    TIME,
    YEAR,
    YEAR_MONTH,
    full_match,
)
from graph.columns.schema import XSD
from graph.columns.typed import DERIVED_INTEGERS

_WHOLE = "(0|-?[1-9][0-9]*)"
_FRACTION = r"-?(0|[1-9][0-9]*)\.[0-9]*[1-9]"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_RUST_FLOAT = r"(?i)[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?|[+-]?(inf|infinity|nan)"
_OTHER_ZONE = "-0000.*|.*[+-]00:00"
_OTHER_CLOCK = rf".*(\.[0-9]*0|24:00:00(\.0+)?)(Z|[+-][0-9:]+)?|{_OTHER_ZONE}"


def _integer(*, derived: bool) -> str:
    understood = f"{full_match('value', INTEGER)} AND TRY_CAST(value AS BIGINT) IS NOT NULL"
    return understood if derived else f"{understood} AND NOT {full_match('value', _WHOLE)}"


def _decimal() -> str:
    # Oxigraph holds a decimal as a 128-bit count of 10^-18.
    whole = r"regexp_extract(value, '^[+-]?([0-9]*)', 1)"
    fraction = r"regexp_extract(value, '\.([0-9]*?)0*$', 1)"
    count = f"(CASE WHEN value[1] = '-' THEN '-' ELSE '' END || {whole} || rpad({fraction}, 18, '0'))"
    return (
        f"{full_match('value', _DECIMAL)} AND NOT {full_match('value', f'{_WHOLE}|{_FRACTION}')}"
        f" AND length({fraction}) <= 18 AND TRY_CAST({count} AS HUGEINT) IS NOT NULL"
    )


def _floating(kind: str, *, safe_digits: int, least: str, most: str, whole: int) -> str:
    # Canonical is the shortest run of digits that reads back as the same value, without an exponent. Up to
    # `safe_digits` digits any run is the shortest, between the normal numbers `least` and `most`; so is a
    # whole number below `whole`. Beyond, DuckDB finds the shortest, but breaks a tie between two of them to
    # the even one and Oxigraph upwards: a tie needs a value that ends one binary digit behind the last
    # decimal digit. There this errs on the side of yes; so it does for large xsd:float, of which DuckDB
    # writes every digit.
    read = f"TRY_CAST(value AS {kind})"
    size = f"abs({read})"
    same_digits = f"{_significant('value')} = {_significant(f'({read}::VARCHAR)')}"
    scaled = f"({read}::DOUBLE * pow(2, length(regexp_extract(value, '[.](.*)$', 1)) + 1))"
    no_tie = f"floor({scaled}) <> {scaled}"
    shortest = (
        f"(length({_significant('value')}) <= {safe_digits} AND {size} BETWEEN {least} AND {most})"
        f" OR ({full_match('value', _WHOLE)} AND {size} < {whole})"
        f" OR ({same_digits} AND {no_tie} AND {size} < {'1e7' if kind == 'FLOAT' else most})"
    )
    canonical = (
        f"(value IN ('INF', '-INF', 'NaN', '0', '-0')"
        f" OR ({full_match('value', f'{_WHOLE}|{_FRACTION}')} AND ({shortest})))"
    )
    return f"{full_match('value', _RUST_FLOAT)} AND NOT {canonical}"


def _significant(text: str) -> str:
    digits = f"replace(regexp_replace({text}, '^-|e.*$', '', 'g'), '.', '')"
    return f"trim({digits}, '0')"


_PART = "[1-9][0-9]*"
_SECONDS = r"(([1-9]|[1-5][0-9])|(0|[1-9]|[1-5][0-9])\.[0-9]*[1-9])"
_CANONICAL_TIME = f"(([1-9]|1[0-9]|2[0-3])H)?(([1-9]|[1-5][0-9])M)?({_SECONDS}S)?"
_CANONICAL_MONTHS = f"({_PART}Y)?(([1-9]|1[01])M)?"
_ANY_TIME = r"([0-9]+H)?([0-9]+M)?(([0-9]+(\.[0-9]*)?|\.[0-9]+)S)?"
_ANY_MONTHS = "([0-9]+Y)?([0-9]+M)?"


def _duration(months: bool, days: bool) -> str:
    # Oxigraph reads more than the standard allows: `P1DT`, `PT.5S`.
    time = f"T{_ANY_TIME}" if days else "T"
    any_form = "-?P" + (_ANY_MONTHS if months else "") + ("([0-9]+D)?" if days else "") + f"({time})?"
    canonical = (
        "-?P" + (_CANONICAL_MONTHS if months else "") + (f"({_PART}D)?(T{_CANONICAL_TIME})?" if days else "")
    )
    zero = "PT0S" if days else "P0M"
    nothing = f"value IN ('P', '-P', 'PT', '-PT', '{zero}')"
    other = f"(value LIKE '%T' OR NOT {full_match('value', canonical)})"
    return f"{full_match('value', any_form)} AND NOT {nothing} AND {other}"


def _timed(pattern: str, other: str) -> str:
    return f"{full_match('value', pattern)} AND {full_match('value', other)}"


def _rewritten() -> str:
    cases = [
        ("integer", _integer(derived=False)),
        *((name, _integer(derived=True)) for name in DERIVED_INTEGERS),
        ("decimal", _decimal()),
        ("double", _floating("DOUBLE", safe_digits=15, least="2.3e-308", most="1.7e308", whole=2**53)),
        ("float", _floating("FLOAT", safe_digits=6, least="1.2e-38", most="3.4e38", whole=2**24)),
        ("boolean", "value IN ('0', '1')"),
        ("dateTime", _timed(DATE_TIME, _OTHER_CLOCK)),
        ("dateTimeStamp", full_match("value", DATE_TIME)),
        ("time", _timed(TIME, _OTHER_CLOCK)),
        ("date", _timed(DATE, _OTHER_ZONE)),
        ("gYearMonth", _timed(YEAR_MONTH, _OTHER_ZONE)),
        ("gYear", _timed(YEAR, _OTHER_ZONE)),
        ("gMonthDay", _timed(MONTH_DAY, _OTHER_ZONE)),
        ("gMonth", _timed(MONTH, _OTHER_ZONE)),
        ("gDay", _timed(DAY, _OTHER_ZONE)),
        ("duration", _duration(months=True, days=True)),
        ("dayTimeDuration", _duration(months=False, days=True)),
        ("yearMonthDuration", _duration(months=True, days=False)),
    ]
    whens = " ".join(f"WHEN {quote(XSD + name)} THEN {rule}" for name, rule in cases)
    return f"(CASE datatype {whens} ELSE false END)"


REWRITTEN = _rewritten()
"""BOOLEAN, never NULL for a term."""
