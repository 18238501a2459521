"""What kind of term it is, as compilers tell terms apart: names, and SQL over the dictionary.

A literal's kind is its datatype; that of a date or a time also says whether there is a time zone.
"""

from graph.columns.connection import quote
from graph.columns.schema import LANG_STRING, XSD, XSD_STRING

IRI, BLANK = "IRI", "blank node"
ZONED_DATE, ZONED_DATE_TIME = f"{XSD}date with a zone", f"{XSD}dateTime with a zone"
STRINGS = frozenset((XSD_STRING, LANG_STRING))
ZONE = r"(Z|[+-][0-9]{2}:[0-9]{2})$"
ZONED = {f"{XSD}dateTime": ZONED_DATE_TIME, f"{XSD}date": ZONED_DATE}

_ZONES = " ".join(
    f"WHEN datatype = {quote(name)} AND regexp_matches(value, '{ZONE}') THEN {quote(kind)}"
    for name, kind in ZONED.items()
)
KIND = (
    f"CASE {_ZONES} WHEN datatype IS NOT NULL THEN datatype"
    f" WHEN starts_with(value, '_:') THEN {quote(BLANK)} ELSE {quote(IRI)} END"
)
"""SQL: the kind of a term of the dictionary."""

_PLAIN = (
    "regexp_matches(value, '^[0-9]{4}-') AND NOT contains(value, 'T24:')"
    r" AND NOT regexp_matches(value, '\.[0-9]{6}[0-9]*[1-9]')"
)
IS_TOLD = (
    f"(datatype IS NULL OR datatype IN ({', '.join(map(quote, sorted(STRINGS)))})"
    f" OR number IS NOT NULL OR (instant IS NOT NULL AND {_PLAIN}))"
)
"""SQL: whether it is well-typed and, of a date or time, `instant` says all but its zone: a year of four
digits, an hour before 24, no digit behind the microseconds."""
