"""Lexical spaces of XML Schema datatypes as regular expressions (XML Schema 1.1 Part 2, §3.3)."""

INTEGER = "[+-]?[0-9]+"
ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_LEAP_YEAR = "-?([1-9][0-9]*)?([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_MONTH = "(0[1-9]|1[0-2])"
_DAY_OF_MONTH = "(0[1-9]|[12][0-9]|3[01])"
_DAY_OF_ANY_YEAR = (
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_DATE = f"({_YEAR}-{_DAY_OF_ANY_YEAR}|{_LEAP_YEAR}-02-29)"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"

DATE_TIME = f"{_DATE}T{_TIME}{ZONE}?"
DATE = f"{_DATE}{ZONE}?"
TIME = f"{_TIME}{ZONE}?"
YEAR_MONTH = f"{_YEAR}-{_MONTH}{ZONE}?"
YEAR = f"{_YEAR}{ZONE}?"
# Without 29 February: it is in the standard's space, but Oxigraph, for whose sake this is here, refuses it.
MONTH_DAY = f"--{_DAY_OF_ANY_YEAR}{ZONE}?"
MONTH = f"--{_MONTH}{ZONE}?"
DAY = f"---{_DAY_OF_MONTH}{ZONE}?"


def full_match(column: str, pattern: str) -> str:
    """SQL: whether the whole of `column` matches `pattern` (RE2; no pattern here holds a quote)."""
    return f"regexp_full_match({column}, '{pattern}')"
