"""A violation as its steward sees it: file, rows, column, what is wrong and what to do."""

from collections.abc import Sequence

from graph.labels import local_name
from graph.shacl import Violation
from ingest import remedies
from ingest.candidate import Candidate
from ingest.evidence import Evidence
from ingest.quarantine import Entry
from ingest.remedies import Remedies

SHAPE = "shape:"
EXPLAINED = 20_000
"""Most violations of one validation that are looked into one by one; all are counted."""


def rule(violation: Violation) -> str:
    """The name of the rule that is broken: shape and property, `shape:Enterprise:code`."""
    return f"{SHAPE}{local_name(violation.shape)}:{local_name(violation.path or violation.constraint)}"


def entries(candidate: Candidate, blocking: Sequence[Violation], words: Remedies) -> list[Entry]:
    """One for each of the first `EXPLAINED` violations. In a version judged before, they only follow from
    what was left out."""
    explained = blocking[:EXPLAINED]
    evidence = Evidence.read(candidate.columns, {one.focus for one in explained})
    return [_entry(candidate, one, evidence, words) for one in explained]


def _entry(candidate: Candidate, violation: Violation, evidence: Evidence, words: Remedies) -> Entry:
    where = candidate.trace
    found = evidence.find(violation, where)
    if found.is_duplicate:
        column = where.key(violation.focus, found.relation)
        remedy = remedies.filled(remedies.DUPLICATE, found.rows, column)
    else:
        column = where.columns(violation.focus, violation.path, found.relation)
        remedy = (
            remedies.filled(remedies.CONSEQUENCE, found.rows, column)
            if candidate.is_judged and violation.severity == "violation"
            else words.of(violation, found.rows, column)
        )
    return Entry(
        "entity",
        rule(violation),
        " | ".join(map(where.name_of, where.files(found.relation))) if found.relation else "",
        found.rows,
        column,
        violation.value if violation.value != violation.focus else None,
        violation.message,
        remedy,
        violation.focus,
        is_consequence=candidate.is_judged and violation.severity == "violation",
        shape=violation.shape,
        constraint=violation.constraint,
        path=violation.path,
        severity=violation.severity,
    )
