"""New versions against the shapes, together with what the other data sets hold.

By its data set's policy a version with violations is rejected whole, or the entities at fault are put in
quarantine and the rest goes on. What one data set loses, another may have referred to: validation goes on
until nothing changes any more.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graph.columns import Columns
from graph.errors import Place, ViolationsError
from graph.shacl import ValidationReport, Validator, Violation
from graph.text import Text
from ingest import evidence, reasons
from ingest.candidate import Candidate
from ingest.judgement import judge
from ingest.quarantine import Entry
from ingest.remedies import Remedies
from ingest.report import EXAMPLES, Example, Finding

QUARANTINE_LIMIT = 0.2
"""Largest share of a version's focus nodes that quarantine may take; beyond it the mapping or the file is
wrong as a whole, and the version is rejected."""


def validate(
    candidates: Sequence[Candidate],
    published: Mapping[str, Path],
    validator: Validator,
    words: Remedies,
    *,
    backward: frozenset[str] = frozenset(),
    jobs: int,
) -> None:
    """Validates each against the newest columns of all; puts entities in quarantine; marks what fails.

    `published` gives the columns files of the current generation by data set; where a candidate fails,
    its published version is what the others are judged with. `words` say what to do about a violation.
    `backward` are the predicates that shapes follow from object to subject: what a left out entity pointed to
    by one of them is judged again.
    """
    stale = list(candidates)
    while stale:
        newest = dict(published) | {one.name: one.columns for one in candidates if one.alive}

        def judge_one(one: Candidate, newest: Mapping[str, Path] = newest) -> None:
            _judge(
                one, [path for name, path in newest.items() if name != one.name], validator, words, backward
            )

        before = {one.name: one.quarantined | one.orphans for one in stale}
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda one: one.attempt(judge_one), stale))
        if any(not one.alive for one in stale):
            stale = [one for one in candidates if one.alive]
            continue
        gone = {one.name: (one.quarantined | one.orphans) - before[one.name] for one in stale}
        stale = [
            one
            for one in candidates
            if one.alive and _mentions(one, {iri for name in gone if name != one.name for iri in gone[name]})
        ]


def _mentions(candidate: Candidate, entities: set[str]) -> bool:
    """Whether the new version says anything of or to one of these entities."""
    if not entities:
        return False
    with Columns(candidate.columns) as columns:
        return columns.mentions(entities)


def _judge(
    candidate: Candidate,
    context: Sequence[Path],
    validator: Validator,
    words: Remedies,
    backward: frozenset[str],
) -> None:
    with candidate.clock.step("validate") as step:
        result = judge(candidate, context, validator)
        step.items = candidate.report.entities = result.focus_nodes
        while blocking := [one for one in result.violations if one.severity == "violation"]:
            candidate.violations += blocking
            candidate.report.entries += reasons.entries(candidate, blocking, words)
            _report(candidate, result)
            _refuse(candidate, blocking, result)
            entities = {one.focus for one in blocking}
            candidate.is_judged = True
            orphans = evidence.objects_of(candidate.columns, entities, backward)
            candidate.orphans |= orphans
            candidate.rows_out |= evidence.rows_of(candidate.columns, entities, candidate.trace)
            candidate.remember(blocking)
            _quarantine(candidate, entities)
            if not _mentions(candidate, entities | orphans):
                result = result.without(entities)
                break
            result = judge(candidate, context, validator)
        candidate.is_judged = True
        candidate.results = result
        candidate.report.entities = result.focus_nodes
        _report(candidate, result)


def _report(candidate: Candidate, result: ValidationReport) -> None:
    """Findings of the source's checks stay; those of shapes are every violation so far, and milder ones."""
    others = [finding for finding in candidate.report.findings if not finding.rule.startswith(reasons.SHAPE)]
    mild = [one for one in result.violations if one.severity != "violation"]
    found = findings([*candidate.violations, *mild], candidate.report.entries)
    candidate.report.findings = others + found


def _refuse(candidate: Candidate, blocking: Sequence[Violation], result: ValidationReport) -> None:
    """Raises ViolationsError where the policy is to reject, or too much would go into quarantine."""
    faulty = len(candidate.quarantined | {one.focus for one in blocking})
    share = faulty / max(result.focus_nodes + len(candidate.quarantined), 1)
    if candidate.dataset.on_violation == "quarantine" and share <= QUARANTINE_LIMIT:
        return
    first = next(one for one in candidate.report.findings if one.rule.startswith(reasons.SHAPE))
    example = first.examples[0]
    source = candidate.report.locations.get(example.source or "", example.source)
    entries = [one for one in candidate.report.entries if one.kind == "entity"]
    remedy = next((one for one in entries if one.reason == first.message), entries[0]).remedy
    raise ViolationsError(
        Text(
            f"{len(blocking)} vi phạm ở {faulty} thực thể; phổ biến nhất: {first.message.vi}",
            f"{len(blocking)} violations by {faulty} entities; the most frequent: {first.message.en}",
        ),
        hint=Text(
            f"{remedy.vi} Bản đã công bố giữ nguyên.", f"{remedy.en} What is published stays as it was."
        ),
        place=Place(file=source, row=example.row, column=example.column, value=example.value),
    )


def _quarantine(candidate: Candidate, entities: set[str]) -> None:
    """Leaves the entities out of the new version and counts what is left."""
    statistics = candidate.leave_out(entities)
    candidate.report.quarantined = len(candidate.quarantined)
    candidate.report.quads = statistics.quads


def findings(violations: Sequence[Violation], entries: Sequence[Entry] = ()) -> list[Finding]:
    """Violations grouped by shape, path and constraint, the gravest and most frequent first; where there are
    `entries` about them, these say file and column."""
    placed = {(one.entity, one.reason, one.value): one for one in entries}
    groups: dict[tuple[str, ...], list[Violation]] = defaultdict(list)
    for violation in violations:
        key = (violation.shape, violation.path or "", violation.constraint, violation.message.en)
        groups[key].append(violation)
    found = [
        Finding(
            rule=reasons.rule(first),
            severity=first.severity,
            message=first.message,
            count=len(group),
            examples=tuple(
                _example(one, placed.get((one.focus, one.message, one.value))) for one in group[:EXAMPLES]
            ),
            shape=first.shape,
            constraint=first.constraint,
            path=first.path,
        )
        for group in groups.values()
        for first in group[:1]
    ]
    return sorted(found, key=lambda finding: (finding.severity != "violation", -finding.count))


def _example(violation: Violation, entry: Entry | None) -> Example:
    origin = violation.source_row
    if entry is not None and entry.rows:
        return Example(entry.rows[0], violation.value, violation.focus, entry.file, entry.column)
    return Example(
        row=origin.row if origin else None,
        value=violation.value,
        note=violation.focus,
        source=origin.source if origin else None,
    )
