"""What a column holds: its datatype, whether it is the key, a code of a list, or data about a person."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rdflib import SKOS

from graph import turtle
from ingest.proposal import identifiers
from ingest.proposal.reading import Table

Kind = Literal[
    "text", "integer", "decimal", "date", "vietnamese-date", "boolean", "vietnamese-boolean", "code",
    "enterprise", "person", "commune",
]  # fmt: skip
FORMS: Sequence[tuple[Kind, str]] = (
    ("boolean", r"true|false"),
    ("vietnamese-boolean", r"(?i)có|không|x"),
    ("date", r"\d{4}-\d{2}-\d{2}"),
    ("vietnamese-date", r"\d{1,2}/\d{1,2}/\d{4}"),
    ("integer", r"-?(0|[1-9]\d{0,17})"),
    ("decimal", r"-?\d+\.\d+|-?(0|[1-9]\d{0,17})"),
)
FEW = 40
"""Most different values of a column that may be codes of a list."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `reference` as the mapping writes it, `name` for SQL and IRIs. `scheme` is the code list's
    name; `is_personal` keeps the column out of the mapping; `examples` are its first values."""

    reference: str
    name: str
    kind: Kind
    is_key: bool
    is_personal: bool
    is_empty_somewhere: bool
    scheme: str | None = None


def guess(table: Table, schemes: Mapping[str, frozenset[str]]) -> list[Column]:
    """The columns in order; exactly one is the key, the first that is unique and nowhere empty, if any is."""
    names = _names(table.columns)
    key = _key(table)
    found = []
    for reference, values in table.columns.items():
        filled = [value for value in values if value not in (None, "")]
        texts = [value for value in filled if value is not None]
        kind, scheme = _kind(reference, texts, schemes)
        found.append(
            Column(
                reference,
                names[reference],
                kind,
                is_key=reference == key,
                is_personal=kind == "person" or identifiers.tells_of_a_person(reference),
                is_empty_somewhere=len(texts) < len(values),
                scheme=scheme,
            )
        )
    return found


def schemes(folder: Path, *, base: str) -> dict[str, frozenset[str]]:
    """The notations of each code list of the ontology, by the list's name in IRIs."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted(folder.glob("codelists/*.ttl")):
        graph = turtle.read(path, base=base)
        notations = frozenset(str(one) for one in graph.objects(None, SKOS.notation))
        found[path.stem] = notations
    return found


def _kind(
    reference: str, values: Sequence[str], lists: Mapping[str, frozenset[str]]
) -> tuple[Kind, str | None]:
    match identifiers.known_kind(reference, values):
        case "enterprise":
            return "enterprise", None
        case "person":
            return "person", None
        case "commune":
            return "commune", None
    different = set(values)
    if different and len(different) <= FEW and not all(value.isdigit() for value in different):
        fitting = [name for name, notations in lists.items() if different <= notations]
        if fitting:
            return "code", min(fitting, key=lambda name: len(lists[name]))
    for kind, form in FORMS:
        if values and all(re.fullmatch(form, value) for value in values):
            return kind, None
    return "text", None


def _key(table: Table) -> str | None:
    for reference, values in table.columns.items():
        filled = [value for value in values if value not in (None, "")]
        if values and len(filled) == len(values) == len(set(values)) and _may_be_a_key(reference, filled):
            return reference
    return None


def _may_be_a_key(reference: str, values: Iterable[str | None]) -> bool:
    texts = [value for value in values if value is not None]
    return not identifiers.tells_of_a_person(reference) and all(len(value) <= 60 for value in texts)


def _names(references: Iterable[str]) -> dict[str, str]:
    """A name for each reference, none twice."""
    found: dict[str, str] = {}
    for reference in references:
        name = bare = identifiers.plain(reference)
        number = 2
        while name in found.values() or name == "row":
            name, number = f"{bare}_{number}", number + 1
        found[reference] = name
    return found
