"""What a run did, as values: for the console, as JSON, and (`ingest.provenance`) as PROV."""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from graph.errors import LienthongError, UpdateRefusedError
from graph.text import Text
from ingest import engines
from ingest.account import RowAccount
from ingest.fingerprint import FileDigest
from ingest.quarantine import Entry

Outcome = Literal["published", "unchanged", "valid", "failed"]
EXAMPLES = 20
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Example:
    """One place where a finding holds: source row (from 1), the value, a note, each where known."""

    row: int | None
    value: str | None
    note: str | None = None
    source: str | None = None
    column: str | None = None

    def without_value(self) -> "Example":
        """The same place; nothing of what stands there."""
        return replace(self, value=None, note=self.note if self.note and "://" in self.note else None)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that rows or entities break, how often, and the first `EXAMPLES` of them; of a shape's rule the
    IRIs of shape and constraint component, and the path."""

    rule: str
    severity: Literal["info", "warning", "violation"]
    message: Text
    count: int
    examples: tuple[Example, ...]
    shape: str = ""
    constraint: str = ""
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the pipeline: seconds, and how many items (rows, quads, focus nodes) went through."""

    name: str
    seconds: float
    items: int


@dataclass(frozen=True, slots=True)
class UpdateNote:
    """Who changed a data set, how (`update`, `put`, `post`, `delete`), and SHA-256 of what was sent."""

    agent: str
    title: str
    verb: str
    digest: str


@dataclass(slots=True)
class DataSetReport:
    """What happened to one data set.

    `rows` counts by file; `rejected` the rows that could not be read, `faulty` those that could not be
    mapped; `accounts` says of each file where its rows went, of the new ones where only these were applied;
    `entities` counts the focus nodes of shapes without the `quarantined` ones; `entries` are all faults, one
    by one; quads are of the whole version. `taken_up`: the version was built by an earlier run
    that did not publish it. `sources` gives the digest of each source file, `mapping` that of the mapping;
    `quarantine` is where the steward's file is. `increment` says that only new files of changes were applied
    to the version before, `why_whole` why that was not so. `update` tells of a version that an update made.
    """

    name: str
    title: Text
    outcome: Outcome = "failed"
    version: str | None = None
    previous: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    locations: dict[str, str] = field(default_factory=dict)
    rejected: int = 0
    entities: int = 0
    quarantined: int = 0
    faulty: int = 0
    accounts: dict[str, RowAccount] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    taken_up: bool = False
    sources: dict[str, FileDigest] = field(default_factory=dict)
    mapping: str = ""
    quarantine: Path | None = None
    quads: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    findings: list[Finding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    error: LienthongError | None = None
    increment: bool = False
    why_whole: Text = NOTHING
    update: UpdateNote | None = None

    def count(self, severity: str) -> int:
        """How often rules of this severity are broken."""
        return sum(finding.count for finding in self.findings if finding.severity == severity)

    @property
    def unchanged(self) -> int:
        """Quads of the new version that the one before had too."""
        return self.quads - self.added if self.outcome in ("published", "valid") else self.quads

    def hide_values(self) -> None:
        """Takes values out of all examples and of the error's place.

        Source, row, column and the entity's IRI, which tells nothing of a person, say where to look.
        """
        self.findings = [
            replace(one, examples=tuple(each.without_value() for each in one.examples))
            for one in self.findings
        ]
        self.entries = [one.without_value() for one in self.entries]
        if self.error is not None and self.error.place is not None:
            self.error.place = replace(self.error.place, value=None)

    def as_json(self) -> dict[str, Any]:
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "entries"}
        return values | {
            "unchanged": self.unchanged,
            "accounts": {file: one.as_json() for file, one in self.accounts.items()},
            "title": asdict(self.title),
            "why_whole": asdict(self.why_whole),
            "sources": {path: asdict(one) for path, one in self.sources.items()},
            "quarantine": str(self.quarantine) if self.quarantine else None,
            "update": asdict(self.update) if self.update else None,
            "findings": [asdict(finding) for finding in self.findings],
            "steps": [asdict(step) for step in self.steps],
            "error": error_as_json(self.error) if self.error else None,
        }


@dataclass(slots=True)
class RunReport:
    """One call of the pipeline. `generation` is the published one, None when nothing was published."""

    id: str
    started: datetime
    dry_run: bool
    datasets: list[DataSetReport] = field(default_factory=list)
    generation: str | None = None
    seconds: float = 0.0

    def count(self, outcome: Outcome) -> int:
        return sum(dataset.outcome == outcome for dataset in self.datasets)

    @property
    def failed(self) -> bool:
        return self.count("failed") > 0

    def summary(self) -> Text:
        """The last line: how many data sets met which end, and the seconds it took."""
        total, done = len(self.datasets), "valid" if self.dry_run else "published"
        counts = (
            self.count("valid" if self.dry_run else "published"),
            self.count("unchanged"),
            self.count("failed"),
        )
        vi_done = "hợp lệ" if self.dry_run else "đã công bố"
        return Text(
            f"{total} bộ dữ liệu · {counts[0]} {vi_done} · {counts[1]} không đổi · {counts[2]} lỗi"
            f" · {self.seconds:.1f} s",
            f"{total} data sets · {counts[0]} {done} · {counts[1]} unchanged · {counts[2]} failed"
            f" · {self.seconds:.1f} s",
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.id,
            "started": self.started.isoformat(),
            "seconds": round(self.seconds, 3),
            "dryRun": self.dry_run,
            "generation": self.generation,
            "engines": engines.versions(),
            "summary": asdict(self.summary()),
            "datasets": [dataset.as_json() for dataset in self.datasets],
        }


def error_as_json(error: LienthongError) -> dict[str, Any]:
    return {
        "type": type(error).__name__,
        "message": asdict(error.message),
        "hint": asdict(error.hint) if error.hint else None,
        "place": asdict(error.place) if error.place else None,
        **(
            {"faults": [asdict(one) for one in error.faults]} if isinstance(error, UpdateRefusedError) else {}
        ),
    }


def now() -> datetime:
    return datetime.now(UTC)
