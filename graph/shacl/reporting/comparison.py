"""Two reports of the same data, one after the other: what is new, what is still there, what was mended."""

from dataclasses import dataclass

from graph.shacl.reporting.report import Report


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ids of results. Of a report with more results than were looked into, of those that were."""

    new: frozenset[str]
    still: frozenset[str]
    mended: frozenset[str]


def compare(before: Report | None, after: Report) -> Comparison:
    """`before` is None where there is nothing to compare with: then everything is new."""
    old, now = frozenset(before.ids if before else ()), frozenset(after.ids)
    return Comparison(now - old, now & old, old - now)
