"""What a validation says (SHACL §3.6), and who can say it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from graph.columns import SourceRow
from graph.stores.lines import Statements
from graph.text import Text

Severity = Literal["info", "warning", "violation"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One validation result.

    `focus`, `shape` and `constraint` (the constraint component) are IRIs; `path` is the property's IRI, or
    for a longer path its SPARQL form; `value` the lexical form or IRI of the offending value, None where
    there is none (a count). A blank node is written `_:label`. `source_row` is where the offending quad,
    else what is said of the focus node, came from. `is_absent`: the value is of a kind that nobody has
    published, so that it could not be judged (`absence`).
    """

    focus: str
    path: str | None
    value: str | None
    message: Text
    severity: Severity
    shape: str
    constraint: str
    source_row: SourceRow | None
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """All results; `focus_nodes` counts the nodes looked at, `shapes` the shapes that have targets."""

    violations: tuple[Violation, ...]
    focus_nodes: int
    shapes: int

    def without(self, entities: Collection[str]) -> "ValidationReport":
        """The report once these focus nodes are left out."""
        kept = tuple(one for one in self.violations if one.focus not in entities)
        return replace(self, violations=kept, focus_nodes=self.focus_nodes - len(entities))

    @property
    def conforms(self) -> bool:
        """True without any result of severity violation."""
        return not any(one.severity == "violation" for one in self.violations)


def in_order(violations: Iterable[Violation]) -> list[Violation]:
    """By focus node, path, constraint, value and words, so that two reports of the same are the same."""
    return sorted(
        violations,
        key=lambda one: (one.focus, one.path or "", one.constraint, one.value or "", one.message.en),
    )


class Validator(Protocol):
    """Validates what one version says, seen together with what other data sets hold."""

    def validate(self, version: Path | Statements, context: Sequence[Path]) -> ValidationReport:
        """Results about the subjects of `version`, a columns file or what was read from documents; `context`
        are the columns files of other data sets.

        Raises SourceError for a file that is not readable, OntologyError for a shape that is wrong.
        """
        ...
