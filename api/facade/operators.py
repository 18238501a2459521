"""What a field can be asked: the operators of filters, by the type of its values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.instances.question import Sign
from graph.resources import Property
from graph.sparql.terms import XSD
from graph.text import Text

Operator = Literal["eq", "in", "gte", "gt", "lte", "lt", "contains", "exists"]

STRING, DATE, DATE_TIME, BOOLEAN, INTEGER, DECIMAL = (
    XSD + name for name in ("string", "date", "dateTime", "boolean", "integer", "decimal")
)
COMPARED = (STRING, DATE, DATE_TIME, BOOLEAN, INTEGER, DECIMAL)
ORDERED = (DATE, DATE_TIME, INTEGER, DECIMAL)
RANGES: dict[Operator, Sign] = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """How an operator is written behind a key, and what it asks of the field's values."""

    suffix: str
    text: Text


_WORDS: dict[Operator, tuple[str, str, str]] = {
    "eq": (
        "",
        "Đúng giá trị này; lặp lại là một trong các giá trị.",
        "This value; repeated, any of several.",
    ),
    "in": ("[in]", "Một trong các giá trị, cách nhau bằng dấu phẩy.", "Any of these, separated by commas."),
    "gte": ("[gte]", "Từ giá trị này trở lên.", "This value or more."),
    "gt": ("[gt]", "Lớn hơn, sau giá trị này.", "More than, or after, this value."),
    "lte": ("[lte]", "Đến hết giá trị này.", "This value or less."),
    "lt": ("[lt]", "Nhỏ hơn, trước giá trị này.", "Less than, or before, this value."),
    "contains": (
        "[contains]",
        "Có chứa; chữ hoa, chữ thường như nhau, chữ không dấu khớp với mọi dấu. Viết tắt: ~=",
        "Contains; case does not matter, a letter without marks finds all its marked forms. In short: ~=",
    ),
    "exists": ("[exists]", "true: có giá trị; false: không có.", "true: has a value; false: has none."),
}
MEANINGS = {name: Meaning(suffix, Text(vi, en)) for name, (suffix, vi, en) in _WORDS.items()}


def is_text(one: Property) -> bool:
    """Whether its values are free text, in a language or in none."""
    return one.kind == "langString" or (
        one.kind == "literal" and not one.datatypes and (one.datatype or STRING) == STRING and not one.values
    )


def is_ordered(one: Property) -> bool:
    return one.kind == "literal" and one.datatype in ORDERED


def operators(one: Property) -> Sequence[Operator]:
    """The operators for a property's values; any can be asked whether it has one."""
    found: list[Operator] = []
    comparable = one.kind != "literal" or bool(one.datatypes) or (one.datatype or STRING) in COMPARED
    if comparable:
        found += ["eq", "in"]
    if is_ordered(one):
        found += RANGES
    if is_text(one):
        found.append("contains")
    return [*found, "exists"]
