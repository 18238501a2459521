"""`number` and `instant`: the value of a literal, NULL where it is ill-typed."""

import math
import re
from datetime import datetime

import duckdb
import pytest

from graph.columns.typed import INSTANT, NUMBER, TYPED

XSD = "http://www.w3.org/2001/XMLSchema#"
LONG = "9" * 400


def value(expression: str, lexical: str, datatype: str) -> object:
    row = duckdb.execute(
        f"SELECT {expression} FROM (SELECT ? AS value, ? AS datatype)", [lexical, XSD + datatype]
    ).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("datatype", "lexical", "number"),
    [
        ("integer", "007", 7),
        ("integer", "-0", 0),
        ("integer", "+12", 12),
        ("integer", "7.0", None),
        ("integer", " 7", None),
        ("integer", "7_000", None),
        ("integer", "", None),
        ("integer", LONG, math.inf),
        ("decimal", "1.50", 1.5),
        ("decimal", ".5", 0.5),
        ("decimal", "5.", 5),
        ("decimal", "1e3", None),
        ("decimal", ".", None),
        ("double", "1e3", 1000),
        ("double", "-INF", -math.inf),
        ("double", "inf", None),
        ("float", "0.1", 0.10000000149011612),
        ("boolean", "true", 1),
        ("boolean", "0", 0),
        ("boolean", "TRUE", None),
        ("byte", "-128", -128),
        ("byte", "128", None),
        ("unsignedByte", "255", 255),
        ("unsignedByte", "-1", None),
        ("short", "32768", None),
        ("int", "2147483648", None),
        ("long", "9223372036854775808", None),
        ("unsignedLong", "18446744073709551615", 2.0**64),
        ("unsignedInt", "+4294967295", 4294967295),
        ("unsignedShort", "65536", None),
        ("nonNegativeInteger", "-1", None),
        ("nonNegativeInteger", "0", 0),
        ("positiveInteger", "0", None),
        ("nonPositiveInteger", "1", None),
        ("negativeInteger", "-7", -7),
        ("string", "7", None),
        ("date", "2020-01-01", None),
    ],
)
def test_number(datatype: str, lexical: str, number: float | None) -> None:
    assert value(NUMBER, lexical, datatype) == number


def test_not_a_number() -> None:
    found = value(NUMBER, "NaN", "double")
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize(
    ("datatype", "lexical", "instant"),
    [
        ("dateTime", "2020-01-01T00:00:00", datetime(2020, 1, 1)),
        ("dateTime", "2020-01-01T00:00:00Z", datetime(2020, 1, 1)),
        ("dateTime", "2020-01-01T00:00:00+07:00", datetime(2019, 12, 31, 17)),
        ("dateTime", "2020-01-01T00:00:00-03:30", datetime(2020, 1, 1, 3, 30)),
        ("dateTime", "2020-01-01T24:00:00", datetime(2020, 1, 2)),
        ("dateTime", "2020-01-01T01:02:03.1234567890123Z", datetime(2020, 1, 1, 1, 2, 3, 123456)),
        ("dateTime", "2020-02-30T00:00:00", None),
        ("dateTime", "2020-01-01 00:00:00", None),
        ("dateTime", "2020-01-01", None),
        ("dateTime", "2020-01-01T00:00:00+15:00", None),
        ("dateTimeStamp", "2020-01-01T00:00:00+07:00", datetime(2019, 12, 31, 17)),
        ("date", "2024-02-29", datetime(2024, 2, 29)),
        ("date", "2023-02-29", None),
        ("date", "1900-02-29", None),
        ("date", "2000-02-29+07:00", datetime(2000, 2, 28, 17)),
        ("date", "2020-1-1", None),
        ("date", "999999999-01-01", None),
        ("gYearMonth", "2020-05", datetime(2020, 5, 1)),
        ("gYear", "2020", datetime(2020, 1, 1)),
        ("gYear", "2020+07:00", datetime(2019, 12, 31, 17)),
        ("gYear", "202", None),
        ("string", "2020-01-01", None),
    ],
)
def test_instant(datatype: str, lexical: str, instant: datetime | None) -> None:
    assert value(INSTANT, lexical, datatype) == instant


def test_years_before_the_common_era() -> None:
    # XML Schema 1.1: year 0000 is 1 BCE, which DuckDB writes so.
    assert str(value(INSTANT, "0000-12-31", "date")).startswith("0001-12-31 (BC)")


def test_all_datatypes_with_a_typed_value_are_named() -> None:
    assert set(re.findall(r"WHEN '(http[^']+)' THEN", NUMBER + INSTANT)) == TYPED
