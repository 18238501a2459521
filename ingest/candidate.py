"""A data set on its way through a run."""

import json
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from graph.access import OPEN
from graph.columns import Statistics, changes, difference, without
from graph.errors import LienthongError
from graph.settings import Settings
from graph.shacl import ValidationReport, Violation
from graph.stores.generations import Generation
from ingest import account, engines, evidence, fingerprint, versions
from ingest import inputs as records
from ingest.dataset import DataSet
from ingest.increment import Touched
from ingest.inputs import Inputs
from ingest.progress import Clock, Listener
from ingest.quality import left_out
from ingest.quality.left_out import LeftOut
from ingest.report import DataSetReport
from ingest.trace import Trace


@dataclass(slots=True)
class Candidate:
    """`previous` is the published version's folder, `folder` that of the new one once it is built.

    `quarantined` are the entities that were left out of it, for their `violations`. Where it is
    `confidential`, a part of it is not open, and no report may repeat its values. `origin` leads back to the
    sources; `rows_out` are the rows (relation of the file, number) that spoke of quarantined entities;
    `is_judged` says that the shapes have been held against it once; `orphans` are what left out entities
    pointed to and what may need to be pointed to. `results` are what the shapes say of it as it is now.
    `touched` is what it was made of where only files of changes were applied. `faulty` is what its readers
    could have seen of the entities that this run put in quarantine.
    """

    dataset: DataSet
    report: DataSetReport
    clock: Clock
    fingerprint: str
    inputs: Inputs
    previous: Path | None
    folder: Path | None = None
    touched: Touched | None = None
    results: ValidationReport | None = None
    violations: list[Violation] = field(default_factory=list)
    quarantined: frozenset[str] = frozenset()
    confidential: bool = False
    origin: Trace | None = None
    rows_out: set[tuple[str, int]] = field(default_factory=set)
    is_judged: bool = False
    orphans: set[str] = field(default_factory=set)
    faulty: list[LeftOut] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.dataset.name

    @property
    def columns(self) -> Path:
        assert self.folder is not None, "a version is built before it is read"
        return self.folder / versions.COLUMNS

    @property
    def trace(self) -> Trace:
        assert self.origin is not None, "a version is built before it is judged"
        return self.origin

    @property
    def alive(self) -> bool:
        return self.report.error is None

    def attempt(self, work: Callable[["Candidate"], None]) -> None:
        """Does `work`; an error of this data set is its own, the others go on."""
        try:
            work(self)
        except LienthongError as error:
            self.report.error = error
            self.report.outcome = "failed"

    def has_same_inputs(self) -> bool:
        """Whether the published version was made from exactly these inputs; the report then says so."""
        if self.previous is None:
            return False
        record = versions.read(self.previous)
        self.report.previous = record.version
        if record.fingerprint != self.fingerprint:
            return False
        self._stays(record.version, record.quads)
        return True

    def remember(self, blocking: list[Violation]) -> None:
        """Notes what is about to be left out for these violations, for the measures of quality."""
        self.faulty += left_out.of(self.columns, blocking, self.dataset.access)

    def leave_out(self, entities: set[str]) -> Statistics:
        """Writes the new version anew without these entities and those that are in quarantine already."""
        self.quarantined |= frozenset(entities)
        if self.touched is not None:
            return self.touched.write(self.columns.parent, self.quarantined)
        return without(self.columns, entities, self.columns)

    def settle(self) -> None:
        """Balances the accounts once quarantine is done: rows whose every entity was left out say nothing.

        Raises AccountError where the rows of a file do not add up.
        """
        if self.rows_out:
            kept = evidence.rows_left(self.columns, {row for _, row in self.rows_out}, self.trace)
            silent = Counter(file for file, _ in self.rows_out - kept)
            for file, rows in silent.items():
                if file in self.report.accounts:
                    self.report.accounts[file] = self.report.accounts[file].with_quarantined(rows)
        account.check(self.name, self.report.accounts)

    def compare(self) -> bool:
        """Whether the new version's quads differ from the published ones; counts go to the report."""
        with self.clock.step("compare") as step:
            found = self._changes()
            self.report.added, self.report.removed = found.added, found.removed
            self.report.changed = found.changed_subjects
            step.items = found.added + found.removed
        before_quads = versions.read(self.previous).quads if self.previous else 0
        account.check_quads(self.name, before_quads, self.report.quads, found.added, found.removed)
        if found.is_empty and self.report.previous:
            self._stays(self.report.previous, self.report.quads)
            return False
        return True

    def _changes(self) -> changes.Changes:
        """What is new and what is gone, written down beside the version where it is little."""
        file = self.columns.with_name(versions.CHANGES)
        if self.touched is not None:
            return changes.read(file)
        file.unlink(missing_ok=True)
        before = self.previous / versions.COLUMNS if self.previous else None
        with difference(before, self.columns) as found:
            if before is not None and found.is_little(self.report.quads):
                found.write(file)
            return changes.Changes(found.added, found.removed, found.changed_subjects)

    def _stays(self, version: str, quads: int) -> None:
        self.report.outcome, self.report.version, self.report.quads = "unchanged", version, quads


def of(
    dataset: DataSet, settings: Settings, current: Generation | None, rules: str, listener: Listener
) -> Candidate:
    """The candidate of a data set before anything is read but for its digest.

    `rules` is `fingerprint.of_rules`. Files of the sample do not count.
    """
    report = DataSetReport(dataset.name, dataset.title)
    digests = fingerprint.of_each(dataset.inputs())
    report.sources = {
        str(path.resolve()): digest for path, digest in digests.items() if dataset.data in path.parents
    }
    report.mapping = engines.mapping_digest(dataset)
    previous = versions.published(settings, current, dataset.name)
    # What a database holds is known only when it has been read.
    moment = (str(uuid.uuid4()),) if dataset.is_live(settings) else ()
    return Candidate(
        dataset,
        report,
        Clock(dataset.name, report.steps, listener, _rows_of(previous)),
        fingerprint.combined(digests, rules, *moment),
        records.of(dataset, digests, rules),
        previous,
        confidential=dataset.access != OPEN,
    )


def _rows_of(version: Path | None) -> int | None:
    """How many rows a published version was made from."""
    if version is None:
        return None
    report = json.loads((version / "report.json").read_text(encoding="utf-8"))
    return sum(int(rows) for rows in report["rows"].values())
