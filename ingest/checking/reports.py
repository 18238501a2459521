"""The report of a validation, from what a run found in one data set."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from graph.access import OPEN
from graph.columns import Columns
from graph.errors import LienthongError, Place
from graph.shacl.reporting import Count, Origin, Refusal, Report, Result
from graph.shacl.reporting.identity import identified
from graph.shacl.reporting.report import columns_of
from graph.text import Text
from ingest import reasons
from ingest.access import Rule
from ingest.candidate import Candidate
from ingest.checking.sensitivity import Sensitivity
from ingest.quarantine import Entry
from ingest.remedies import Remedies
from ingest.report import DataSetReport, Finding
from ingest.versions import COLUMNS

NOTED = ("info", "warning")
REMEDY = Text(
    "Đối chiếu bản ghi này với hồ sơ gốc; nếu sai thì sửa trong nguồn rồi gửi lại tệp.",
    "Compare this row with the original papers; where it is wrong, mend the source and send the file again.",
)


def of_candidate(
    candidate: Candidate,
    rules: Iterable[Rule],
    words: Remedies,
    *,
    checked: str,
    targeted: int,
    hide: bool = True,
) -> Report:
    """What was found, whether it is to be published or was refused. Where a part of the data set is not open,
    no value is in it, unless they are not to be hidden. `targeted` counts the shapes that have targets."""
    sensitivity = Sensitivity.of(candidate.dataset.access, _graphs(candidate), rules)
    entries = [*candidate.report.entries, *_mild(candidate, words), *noted(candidate.report)]
    hidden = hide and (candidate.confidential or sensitivity.ceiling != OPEN)
    results = identified((of_entry(one, sensitivity) for one in entries), with_values=not hidden)
    if hidden:
        results = [replace(one, value=None) for one in results]
    return of_results(candidate.report, results, sensitivity, checked=checked, targeted=targeted)


def of_results(
    report: DataSetReport, results: list[Result], sensitivity: Sensitivity, *, checked: str, targeted: int
) -> Report:
    """The report of a data set, of whose faults the first are `results`."""
    return Report(
        subject=report.name,
        checked=checked,
        outcome=report.outcome,
        focus_nodes=report.entities + report.quarantined,
        shapes=targeted,
        counts=tuple(_count(one, sensitivity) for one in report.findings if _tells(one)),
        columns=columns_of(results),
        results=tuple(results),
        ids={one.id: one.access for one in results},
        refusal=refusal(report.error, sensitivity.ceiling) if report.error else None,
    )


def of_entry(entry: Entry, sensitivity: Sensitivity) -> Result:
    """A fault as a result that has no id yet."""
    return Result(
        id="",
        rule=entry.rule,
        severity=entry.severity,
        shape=entry.shape,
        constraint=entry.constraint,
        path=entry.path,
        focus=entry.entity,
        value=entry.value,
        message=entry.reason,
        remedy=entry.remedy,
        origin=Origin(entry.file or None, entry.rows, None, entry.column),
        access=sensitivity.of_path(entry.path),
        is_consequence=entry.is_consequence,
    )


def noted(report: DataSetReport) -> list[Entry]:
    """The first rows of each rule of the source (`checks/`) and of what a mapping finds missing."""
    known = {one.rule for one in report.entries}
    return [
        Entry(
            "unmapped",
            one.rule,
            example.source or "",
            (example.row,) if example.row is not None else (),
            example.column,
            example.value,
            one.message,
            REMEDY,
            severity=one.severity,
        )
        for one in report.findings
        if _tells(one) and not one.shape and one.rule not in known
        for example in one.examples
    ]


def _tells(finding: Finding) -> bool:
    """Whether there is something to mend, or a shape said it."""
    return bool(finding.shape) or finding.severity != "info"


def refusal(error: LienthongError, access: str) -> Refusal:
    """An error without the value that it may name."""
    place = error.place or Place()
    rows = (place.row,) if place.row is not None else ()
    file = Path(place.file).name if place.file else None
    return Refusal(error.message, error.hint, Origin(file, rows, place.line, place.column), access)


def _count(finding: Finding, sensitivity: Sensitivity) -> Count:
    return Count(
        finding.rule,
        finding.severity,
        finding.shape,
        finding.constraint,
        finding.path,
        finding.message,
        sensitivity.of_path(finding.path),
        finding.count,
    )


def _mild(candidate: Candidate, words: Remedies) -> list[Entry]:
    """Results that keep nothing from being published."""
    if candidate.results is None or candidate.folder is None:
        return []
    mild = [one for one in candidate.results.violations if one.severity in NOTED]
    return reasons.entries(candidate, mild, words) if mild else []


def _graphs(candidate: Candidate) -> list[str] | None:
    """The graphs of the new version, else of the published one; None where neither is there."""
    folders = (candidate.folder, candidate.previous)
    for path in (folder / COLUMNS for folder in folders if folder is not None):
        if path.is_file():
            with Columns(path) as columns:
                return [*columns.statistics().graphs]
    return None
