"""The values: `Report` ▸ `Count`, `ColumnCount`, `Result` ▸ `Origin`."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from graph.access import OPEN
from graph.shacl.report import Severity
from graph.text import Text

Outcome = Literal["published", "unchanged", "valid", "failed", "checked"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a result stands in what was sent, as far as it is known.

    `rows` are data rows of `file` counted from 1 (a CSV header is not one), `line` counts all its lines from
    1; `column` names one column or several, joined by a comma.
    """

    file: str | None = None
    rows: tuple[int, ...] = ()
    line: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL §3.6.2), or one row of which nothing could be made.

    `rule` names what is broken for people; `shape` and `constraint` are IRIs, empty where no shape was asked;
    `focus`, `path` and `value` are written as in `graph.shacl.Violation`. `id` is the same in every report
    of the same fault (`identity`). `access` is the class of access of what the result tells of.
    `is_consequence`: nothing is to be mended here, only where it follows from.
    """

    id: str
    rule: str
    severity: Severity
    shape: str
    constraint: str
    path: str | None
    focus: str | None
    value: str | None
    message: Text
    remedy: Text
    origin: Origin
    access: str = OPEN
    is_consequence: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many results are of one shape, path, constraint and message: exact, however few are listed."""

    rule: str
    severity: Severity
    shape: str
    constraint: str
    path: str | None
    message: Text
    access: str
    count: int


@dataclass(frozen=True, slots=True)
class ColumnCount:
    """How many of the results that were looked into stand in a column of a file."""

    file: str
    column: str
    access: str
    count: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was made of the data."""

    message: Text
    hint: Text | None
    origin: Origin
    access: str = OPEN


@dataclass(frozen=True, slots=True)
class Report:
    """What one validation found in `subject`, the name of a data set or of a file.

    `checked` is ISO 8601 in UTC. `counts` are of all results, `columns` and `ids` (id → class of access) of
    those that were looked into, `results` the first of these. `version` is what was published of it.
    """

    subject: str
    checked: str
    outcome: Outcome
    focus_nodes: int = 0
    shapes: int = 0
    counts: tuple[Count, ...] = ()
    columns: tuple[ColumnCount, ...] = ()
    results: tuple[Result, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None
    run: str | None = None
    version: str | None = None

    @property
    def total(self) -> int:
        return sum(one.count for one in self.counts)

    @property
    def violations(self) -> int:
        return sum(one.count for one in self.counts if one.severity == "violation")

    @property
    def conforms(self) -> bool:
        """True without any result of severity violation (SHACL §3.6.1.1), where all could be looked at."""
        return self.violations == 0 and self.refusal is None

    def first(self, most: int) -> "Report":
        """The report with no more than so many results listed; the counts stay as they are."""
        return replace(self, results=self.results[:most])

    def seen_with(self, classes: Collection[str]) -> "Report":
        """What may be told to one who may see these classes of access."""
        return replace(
            self,
            counts=tuple(one for one in self.counts if one.access in classes),
            columns=tuple(one for one in self.columns if one.access in classes),
            results=tuple(one for one in self.results if one.access in classes),
            ids={one: access for one, access in self.ids.items() if access in classes},
            refusal=self.refusal if self.refusal and self.refusal.access in classes else None,
        )


def columns_of(results: Sequence[Result]) -> tuple[ColumnCount, ...]:
    """The results counted by file, column and class of access, the most frequent first."""
    found = Counter((one.origin.file or "–", one.origin.column or "–", one.access) for one in results)
    return tuple(ColumnCount(*place, count) for place, count in found.most_common())


def counts_of(results: Sequence[Result]) -> tuple[Count, ...]:
    """Results counted by shape, path, constraint and message; violations first, then the most frequent."""
    found: dict[tuple[object, ...], Count] = {}
    for one in results:
        key = (one.rule, one.severity, one.shape, one.constraint, one.path, one.message.en, one.access)
        before = found.get(key)
        found[key] = (
            replace(before, count=before.count + 1)
            if before
            else Count(
                one.rule, one.severity, one.shape, one.constraint, one.path, one.message, one.access, 1
            )
        )
    return tuple(sorted(found.values(), key=lambda one: (one.severity != "violation", -one.count, one.rule)))
