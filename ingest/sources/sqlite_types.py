"""The types of SQLite: a column states one, each value has one of its own.

A column of a table has the natural datatype of what it is declared as (R2RML §10.2); one that a SELECT
computes, of which nothing is declared, that of its values where they all have the same.
"""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.sources.relation import quoted

_VIEW = "lienthong_declared"
# The first that a declared type contains; SQLite's own rules, but for what it holds as numbers or texts.
_DECLARED = (
    ("BOOL", "boolean"),
    ("DATETIME", "dateTime"),
    ("TIMESTAMP", "dateTime"),
    ("DATE", "date"),
    ("TIME", "time"),
    ("INT", "integer"),
    ("CHAR", "string"),
    ("CLOB", "string"),
    ("TEXT", "string"),
    ("BLOB", "hexBinary"),
    ("BINARY", "hexBinary"),
    ("REAL", "double"),
    ("FLOA", "double"),
    ("DOUB", "double"),
    ("NUMERIC", "decimal"),
    ("DECIMAL", "decimal"),
)
_OF_VALUES = {int: "integer", float: "double", bytes: "hexBinary", str: "string"}
_TRUTH = {0: "false", 1: "true"}
_FORMS = {
    "integer": r"-?\d+",
    "decimal": r"-?\d+(\.\d+)?",
    "double": r"-?(\d+(\.\d+)?([eE][+-]?\d+)?|INF)|NaN",
    "boolean": "true|false",
    "date": r"\d{4,}-\d\d-\d\d",
    "time": r"\d\d:\d\d:\d\d(\.\d+)?",
    "dateTime": r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?",
    "hexBinary": "([0-9A-F]{2})*",
}


def declared_types(database: sqlite3.Connection, query: str) -> Mapping[str, str]:
    """What the columns of a SELECT are declared as, in upper case; empty for what it computes.

    Python's driver tells names alone; a view of the connection's own knows the types too.
    """
    name = quoted(_VIEW)
    database.execute(f"CREATE TEMP VIEW {name} AS {query}")
    try:
        found = database.execute(f"PRAGMA table_xinfo({name})").fetchall()
    finally:
        database.execute(f"DROP VIEW {name}")
    return {str(column[1]): str(column[2]).upper() for column in found}


@dataclass
class Column:
    """A column while it is read. SQLite takes any value into any column: one that is not what was declared
    makes the column a column of texts."""

    name: str
    declared: str
    _stated: str | None = field(init=False)
    _form: re.Pattern[str] | None = field(init=False)
    _kinds: set[type] = field(default_factory=set)
    _is_broken: bool = False

    def __post_init__(self) -> None:
        self._stated = next((datatype for part, datatype in _DECLARED if part in self.declared), None)
        form = _FORMS.get(self._stated or "")
        self._form = None if form is None else re.compile(form)

    @property
    def datatype(self) -> str:
        """The XSD name, known when all rows have been read."""
        if self._is_broken:
            return "string"
        if self._stated is not None:
            return self._stated
        if self._kinds <= {int, float} and float in self._kinds:
            return "double"
        return _OF_VALUES[next(iter(self._kinds))] if len(self._kinds) == 1 else "string"

    def text(self, value: object) -> str | None:
        """The text of a value."""
        if value is None:
            return None
        self._kinds.add(type(value))
        text = self._lexical(value)
        if self._form is not None and not self._is_broken and self._form.fullmatch(text) is None:
            self._is_broken = True
        return text

    def _lexical(self, value: object) -> str:
        if isinstance(value, str):
            return value.replace(" ", "T", 1) if self._stated == "dateTime" else value
        if isinstance(value, bytes):
            return value.hex().upper()
        if self._stated == "boolean" and isinstance(value, int):
            return _TRUTH.get(value, str(value))
        return repr(value).replace("inf", "INF").replace("nan", "NaN")
