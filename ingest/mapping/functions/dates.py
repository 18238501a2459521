"""Functions of dates, in the forms that Vietnamese documents and files have."""

from graph.text import Text
from ingest.mapping.functions.function import VALUE, Function, Parameter, bound, literal
from ingest.mapping.functions.text import single_spaced

_DAY, _MONTH, _YEAR = "([0-9]{1,2})", "([0-9]{1,2})", "([12][0-9]{3})"
# Form, and what makes it year-month-day. Two digits of a year are never guessed at.
_PLAIN_FORMS = (
    ("([12][0-9]{3})-([0-9]{2})-([0-9]{2})", r"\1-\2-\3"),
    ("([12][0-9]{3})([0-9]{2})([0-9]{2})", r"\1-\2-\3"),
    *((f"{_DAY} ?{mark} ?{_MONTH} ?{mark} ?{_YEAR}", r"\3-\2-\1") for mark in ("/", "-", "[.]")),
)
_FORMS = (*_PLAIN_FORMS, (f"(?:ngày )?{_DAY} tháng {_MONTH} năm {_YEAR}", r"\3-\2-\1"))
_REMEDY = Text(
    "Viết ngày dạng 05/06/2024, 5-6-2024, 2024-06-05, 20240605 hoặc «ngày 5 tháng 6 năm 2024».",
    "Write the date as 05/06/2024, 5-6-2024, 2024-06-05, 20240605 or “ngày 5 tháng 6 năm 2024”.",
)


def date(value: str) -> str:
    """SQL of the xsd:date of a text in any of the forms; NULL for what is none, or no day of the calendar."""
    plain = f"lower(nfc_normalize({single_spaced(value)}))"
    in_words = bound("written", plain, f"CASE {_cases('written', _FORMS)} END")
    ordered = f"CASE {_cases(value, _PLAIN_FORMS)} ELSE {in_words} END"
    return f"strftime(try_strptime({ordered}, '%Y-%m-%d'), '%Y-%m-%d')"


def _cases(text: str, forms: tuple[tuple[str, str], ...]) -> str:
    return " ".join(
        f"WHEN regexp_full_match({text}, {literal(form)}) "
        f"THEN regexp_replace({text}, {literal(form)}, {literal(order)})"
        for form, order in forms
    )


def _as_of(value: str, versions: str) -> str:
    days = f"list_filter(string_split({versions}, ' '), lambda day: day <> '' AND day <= asked)"
    return bound("asked", date(value), f"list_max({days})")


FUNCTIONS = (
    Function("date", (VALUE,), date, "date", remedy=_REMEDY),
    Function(
        "asOf",
        (VALUE, Parameter("versions")),
        _as_of,
        "date",
        remedy=Text(
            "Ngày phải đọc được và không trước phiên bản đầu tiên của danh mục.",
            "The date must be one, and not before the first version of the register.",
        ),
    ),
)
