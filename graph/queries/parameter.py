"""A parameter of a saved query: which values it takes, and a value as the term that it is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from graph.errors import ParameterError, Place
from graph.sparql import terms
from graph.sparql.results import Term
from graph.sparql.terms import XSD
from graph.text import Text

Kind = Literal["iri", "text", "integer", "decimal", "boolean", "date", "month", "year", "moment"]

LONGEST = 500
"""Characters of a text or an IRI."""

DATATYPES: Mapping[str | None, Kind] = {
    None: "text",
    f"{XSD}string": "text",
    f"{XSD}integer": "integer",
    f"{XSD}decimal": "decimal",
    f"{XSD}boolean": "boolean",
    f"{XSD}date": "date",
    f"{XSD}gYearMonth": "month",
    f"{XSD}gYear": "year",
    f"{XSD}dateTime": "moment",
}
LEXICAL: Mapping[Kind, str] = {
    "integer": r"[+-]?[0-9]{1,30}",
    "decimal": r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?",
    "boolean": r"true|false",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "month": r"[0-9]{4}-(0[1-9]|1[0-2])",
    "year": r"[0-9]{4}",
    "moment": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2}:){2}[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?",
}
"""What is written of each kind: the lexical forms of XSD 1.1 part 2 that people use."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An IRI that may be asked for, and the short name it has in its list."""

    name: str
    iri: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be asked for instead of `default`, the term that the query's text has.

    `pattern` (a regular expression) holds for the whole of a text. Where there are `choices`, a value is one
    of them, by name or IRI.
    """

    name: str
    label: Text
    default: Term
    pattern: str | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def kind(self) -> Kind:
        return "iri" if self.default.kind == "uri" else DATATYPES[self.default.datatype]

    @property
    def example(self) -> str:
        """The default as a caller writes it."""
        return next((one.name for one in self.choices if one.iri == self.default.value), self.default.value)

    def term(self, value: str) -> str:
        """`value` as SPARQL text of one term of the default's type. Raises ParameterError."""
        if not 0 < len(value) <= LONGEST or any(_is_unwritable(char) for char in value):
            raise self._refused(value, Text(f"1 … {LONGEST} ký tự", f"1 … {LONGEST} characters"))
        if self.kind == "iri":
            return self._iri(value)
        if self.kind == "text" and self.pattern and not re.fullmatch(self.pattern, value):
            raise self._refused(value, Text(f"theo mẫu {self.pattern}", f"of the pattern {self.pattern}"))
        if self.kind in LEXICAL and not self._is_lexical(value):
            raise self._refused(value, KINDS[self.kind])
        if self.default.language is not None:
            return f"{terms.literal(value)}@{self.default.language}"
        return terms.literal(value, self.default.datatype)

    def _iri(self, value: str) -> str:
        if self.choices:
            chosen = next((one.iri for one in self.choices if value in (one.name, one.iri)), None)
            if chosen is None:
                names = ", ".join(one.name for one in self.choices[:40])
                more = ", …" if len(self.choices) > 40 else ""
                raise self._refused(value, Text(names + more, names + more))
            return terms.iri(chosen)
        try:
            return terms.iri(value)
        except ParameterError:
            raise self._refused(value, KINDS["iri"]) from None

    def _is_lexical(self, value: str) -> bool:
        if not re.fullmatch(LEXICAL[self.kind], value):
            return False
        check = _CALENDAR.get(self.kind)
        return check is None or check(value)

    def _refused(self, value: str, allowed: Text) -> ParameterError:
        return ParameterError(
            Text(
                f"Tham số «{self.name}»: không dùng được giá trị «{value[:60]}».",
                f"Parameter “{self.name}”: “{value[:60]}” cannot be used.",
            ),
            hint=Text(
                f"{self.name}: {allowed.vi}; ví dụ: {self.example}",
                f"{self.name}: {allowed.en}; for example: {self.example}",
            ),
            place=Place(column=self.name, value=value[:60]),
        )


def _is_unwritable(char: str) -> bool:
    """NUL, and halves of surrogate pairs, which no UTF-8 holds."""
    return char == "\0" or "\ud800" <= char <= "\udfff"


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


_CALENDAR: Mapping[Kind, Callable[[str], bool]] = {"date": _is_day, "moment": _is_day}
KINDS: Mapping[Kind, Text] = {
    "iri": Text(
        'một IRI đầy đủ, không có dấu cách và các ký tự < > " { } | ^ ` \\',
        'an absolute IRI, without spaces and without < > " { } | ^ ` \\',
    ),
    "text": Text("chữ", "text"),
    "integer": Text("số nguyên", "a whole number"),
    "decimal": Text("số thập phân", "a decimal number"),
    "boolean": Text("true hoặc false", "true or false"),
    "date": Text("ngày YYYY-MM-DD", "a day, YYYY-MM-DD"),
    "month": Text("tháng YYYY-MM", "a month, YYYY-MM"),
    "year": Text("năm YYYY", "a year, YYYY"),
    "moment": Text("thời điểm YYYY-MM-DDThh:mm:ssZ", "a moment, YYYY-MM-DDThh:mm:ssZ"),
}
