"""What a run found, kept for people: a report of each data set that it read, published or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from graph.access import CLASSES
from graph.settings import Settings
from graph.shacl.reporting import Report, kept
from ingest import access, rules
from ingest.candidate import Candidate
from ingest.checking import reports
from ingest.remedies import Remedies
from ingest.report import RunReport

MOST = 2_000
"""Most results of one report that are kept one by one; counts and ids are of all."""


def take(candidates: Sequence[Candidate], settings: Settings, run: RunReport) -> list[Report]:
    """The reports as the candidates are now: before publication moves them."""
    if not candidates:
        return []
    words, confined = Remedies(rules.load(settings).shapes, settings.base_iri), access.rules(settings)
    return [
        reports.of_candidate(
            one,
            confined,
            words,
            checked=run.started.isoformat(),
            targeted=one.results.shapes if one.results else 0,
        ).first(MOST)
        for one in candidates
    ]


def write(folder: Path, found: Iterable[Report], run: RunReport) -> None:
    """Each with what became of it, below the run's `folder`."""
    ends = {one.name: one for one in run.datasets}
    for one in found:
        end = ends[one.subject]
        # Publication of all together may fail after a data set was judged: that is told to few.
        late = reports.refusal(end.error, CLASSES[-1]) if end.error and not one.refusal else one.refusal
        kept.write(folder, replace(one, outcome=end.outcome, version=end.version, run=run.id, refusal=late))
