"""The description of a table: what a process is told, and nothing of HTTP or of shapes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from graph.columns.schema import XSD

LANGUAGES = ("vi", "en")
TableFormat = Literal["ndjson", "csv", "parquet"]
FieldKind = Literal["text", "texts", "code", "link", "boolean", "integer", "decimal", "date"]

_KINDS: Mapping[str, FieldKind] = {
    XSD + "boolean": "boolean",
    XSD + "integer": "integer",
    XSD + "decimal": "decimal",
    XSD + "date": "date",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A column: the values of one predicate, read backwards where `inverse`.

    `texts` are in several languages, with a column for each; where it is not `scalar`, a row may have several
    values.
    """

    key: str
    path: str
    kind: FieldKind
    inverse: bool = False
    scalar: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """The instances of a class as rows: which file of columns, which of its graphs, which columns.

    `codes` are the notations of code lists' entries, by IRI; `subjects`: these instances alone.
    """

    columns: str
    graphs: tuple[str, ...]
    target_class: str
    fields: tuple[Field, ...]
    format: TableFormat
    memory_mb: int
    threads: int = 2
    codes: Mapping[str, str] = field(default_factory=dict)
    subjects: tuple[str, ...] | None = None

    def dumps(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> "Request":
        told = json.loads(text)
        fields = tuple(Field(**one) for one in told.pop("fields"))
        subjects = told.pop("subjects")
        return cls(
            fields=fields,
            graphs=tuple(told.pop("graphs")),
            subjects=tuple(subjects) if subjects is not None else None,
            **told,
        )


def literal_kind(datatype: str | None) -> FieldKind:
    """The kind of a column of literals of one datatype; those that no column type holds exactly are text."""
    return _KINDS.get(datatype or "", "text")
