"""New versions against the shapes, together with what the other data sets hold."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graph.errors import Place, ViolationsError
from graph.shacl import Validator, Violation
from graph.text import Text
from ingest.candidate import Candidate
from ingest.report import EXAMPLES, Example, Finding


def validate(
    candidates: Sequence[Candidate], published: Mapping[str, Path], validator: Validator, *, jobs: int
) -> None:
    """Validates each against the newest columns of all; marks those that fail.

    `published` gives the columns files of the current generation by data set. Where one fails, its
    published version stays, so the others are validated again against that one.
    """
    remaining = list(candidates)
    while remaining:
        newest = dict(published) | {one.name: one.columns for one in remaining}

        def check(one: Candidate, newest: Mapping[str, Path] = newest) -> None:
            _validate(one, [path for name, path in newest.items() if name != one.name], validator)

        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda one: one.attempt(check), remaining))
        survivors = [one for one in remaining if one.alive]
        if len(survivors) == len(remaining):
            return
        remaining = survivors


def _validate(candidate: Candidate, context: Sequence[Path], validator: Validator) -> None:
    with candidate.clock.step("validate") as step:
        result = validator.validate(candidate.columns, context)
        step.items = result.focus_nodes
    kept = [finding for finding in candidate.report.findings if not finding.rule.startswith("shape:")]
    candidate.report.findings = kept + findings(result.violations)
    if failed := candidate.report.count("violation"):
        raise _error(candidate, failed)


def findings(violations: Sequence[Violation]) -> list[Finding]:
    """Violations grouped by shape, path and constraint, the most frequent first."""
    groups: dict[tuple[str, ...], list[Violation]] = defaultdict(list)
    for violation in violations:
        key = (violation.shape, violation.path or "", violation.constraint, violation.message.en)
        groups[key].append(violation)
    found = [
        Finding(
            rule=f"shape:{_local(first.shape)}:{_local(first.path or first.constraint)}",
            severity=first.severity,
            message=first.message,
            count=len(group),
            examples=tuple(_example(violation) for violation in group[:EXAMPLES]),
        )
        for group in groups.values()
        for first in group[:1]
    ]
    return sorted(found, key=lambda finding: -finding.count)


def _example(violation: Violation) -> Example:
    origin = violation.source_row
    return Example(
        row=origin.row if origin else None,
        value=violation.value,
        note=violation.focus,
        source=origin.source if origin else None,
    )


def _error(candidate: Candidate, failed: int) -> ViolationsError:
    first = next(finding for finding in candidate.report.findings if finding.severity == "violation")
    example = first.examples[0]
    source = candidate.report.locations.get(example.source or "", example.source)
    return ViolationsError(
        Text(
            f"{failed} vi phạm; phổ biến nhất: {first.message.vi}",
            f"{failed} violations; the most frequent: {first.message.en}",
        ),
        hint=Text(
            "Sửa nguồn hoặc ánh xạ rồi chạy lại; bản đã công bố giữ nguyên.",
            "Mend the source or the mapping and run again; what is published stays as it was.",
        ),
        place=Place(file=source, row=example.row, value=example.value),
    )


def _local(iri: str) -> str:
    return iri.rstrip("/").replace("#", "/").rsplit("/", 1)[-1]
