"""SQL for the typed values of a literal: `number` and `instant` (XML Schema 1.1 Part 2, §3.3 and §3.4).

The expressions read the columns `value` and `datatype` of a term and give NULL for a term that is no such
literal or is ill-typed: a lexical form outside the datatype's lexical space, or a value out of its range.
"""

from collections.abc import Collection

from graph.columns.connection import quote
from graph.columns.lexical import DATE, DATE_TIME, INTEGER, YEAR, YEAR_MONTH, ZONE, full_match
from graph.columns.schema import XSD, XSD_STRING

_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"

_BOUNDED = {
    "long": "BIGINT",
    "int": "INTEGER",
    "short": "SMALLINT",
    "byte": "TINYINT",
    "unsignedLong": "UBIGINT",
    "unsignedInt": "UINTEGER",
    "unsignedShort": "USMALLINT",
    "unsignedByte": "UTINYINT",
}
_SIGNED = {
    "nonNegativeInteger": ">= 0",
    "positiveInteger": "> 0",
    "nonPositiveInteger": "<= 0",
    "negativeInteger": "< 0",
}
DERIVED_INTEGERS = (*_BOUNDED, *_SIGNED)
_NUMBERS = ("integer", "decimal", "double", "float", "boolean", *DERIVED_INTEGERS)
_INSTANTS = ("dateTime", "dateTimeStamp", "date", "gYearMonth", "gYear")
TYPED = frozenset(XSD + name for name in (*_NUMBERS, *_INSTANTS))
"""The datatypes of literals that may have a typed value."""


def number_of(datatypes: Collection[str] | None = None) -> str:
    """DOUBLE. Booleans are 0 and 1; xsd:float is rounded to 32 bits; integers beyond 2^53 lose digits.

    `datatypes` are the only ones that there are, where that is known.
    """
    is_integer = full_match("value", INTEGER)
    double = "TRY_CAST(value AS DOUBLE)"
    cases = [
        ("integer", f"CASE WHEN {is_integer} THEN {double} END"),
        ("decimal", f"CASE WHEN {full_match('value', _DECIMAL)} THEN {double} END"),
        ("double", f"CASE WHEN {full_match('value', _DOUBLE)} THEN {double} END"),
        ("float", f"CASE WHEN {full_match('value', _DOUBLE)} THEN TRY_CAST(value AS FLOAT)::DOUBLE END"),
        ("boolean", "CASE WHEN value IN ('true', '1') THEN 1 WHEN value IN ('false', '0') THEN 0 END"),
        *(
            (name, f"CASE WHEN {is_integer} THEN TRY_CAST(value AS {kind})::DOUBLE END")
            for name, kind in _BOUNDED.items()
        ),
        *(
            (name, f"CASE WHEN {is_integer} AND {double} {sign} THEN {double} END")
            for name, sign in _SIGNED.items()
        ),
    ]
    return _by_datatype(cases, datatypes, "DOUBLE")


def instant_of(datatypes: Collection[str] | None = None) -> str:
    """TIMESTAMP in UTC, to the microsecond, UTC where there is no time zone; a period is its first instant.

    `datatypes` as above.
    """
    zone = f"regexp_extract(value, '{ZONE}$')"
    local = f"regexp_replace(value, '{ZONE}$', '')"
    # Microseconds are what a TIMESTAMP holds; more digits than nine are no DuckDB text of a time.
    clock = rf"regexp_replace(replace({local}, 'T', ' '), '(\.[0-9]{{6}})[0-9]+$', '\1')"
    minutes = f"(substr({zone}, 2, 2)::INTEGER * 60 + substr({zone}, 5, 2)::INTEGER)"
    east = f"CASE WHEN {zone} IN ('', 'Z') THEN 0 WHEN {zone}[1] = '-' THEN -{minutes} ELSE {minutes} END"

    def utc(pattern: str, text: str) -> str:
        moment = f"TRY(TRY_CAST({text} AS TIMESTAMP) - to_minutes({east}))"
        return f"CASE WHEN {full_match('value', pattern)} THEN {moment} END"

    return _by_datatype(
        [
            ("dateTime", utc(DATE_TIME, clock)),
            ("dateTimeStamp", utc(DATE_TIME, clock)),
            ("date", utc(DATE, local)),
            ("gYearMonth", utc(YEAR_MONTH, f"{local} || '-01'")),
            ("gYear", utc(YEAR, f"{local} || '-01-01'")),
        ],
        datatypes,
        "TIMESTAMP",
    )


def _by_datatype(cases: list[tuple[str, str]], only: Collection[str] | None, kind: str) -> str:
    found = [(XSD + name, value) for name, value in cases if only is None or XSD + name in only]
    if not found:
        return f"NULL::{kind}"
    whens = " ".join(f"WHEN {quote(name)} THEN {value}" for name, value in found)
    # Most terms are strings or no literals at all: two comparisons instead of one for each datatype.
    typed = f"datatype IS NOT NULL AND datatype <> {quote(XSD_STRING)}"
    return f"CASE WHEN {typed} THEN CASE datatype {whens} END END"


NUMBER = number_of()
INSTANT = instant_of()
