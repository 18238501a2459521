"""One run: build the versions, validate them against each other, compare, publish one generation.

A data set that fails keeps its published version; a run in which nothing changed publishes nothing. What a
run that was killed had finished is taken up. Of what was published before, the last generations stay
(setting `generations_kept`).
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from graph.access import OPEN, class_of
from graph.errors import LienthongError, WriterBusyError
from graph.settings import Settings
from graph.stores.generations import Generation, Generations
from graph.stores.http.server import Server
from ingest import (
    access,
    account,
    backward,
    fingerprint,
    provenance,
    quarantine,
    resumption,
    retention,
    since,
    versions,
)
from ingest import candidate as candidates
from ingest import dataset as datasets
from ingest.build import build
from ingest.candidate import Candidate
from ingest.checking import keeping
from ingest.progress import Listener, silent
from ingest.publication import publish
from ingest.quality import series
from ingest.remedies import Remedies
from ingest.report import RunReport, now
from ingest.rules import load
from ingest.validation import validate

LOCK_PAUSE = 0.2
"""Seconds between two looks at the lock of a data folder in which another process is writing."""


def run(
    settings: Settings,
    names: Sequence[str] = (),
    *,
    dry_run: bool = False,
    resume: bool = True,
    changed_since: str | None = None,
    wait: float = 0.0,
    jobs: int = 2,
    listener: Listener = silent,
    on_step: Callable[[str], None] = lambda step: None,
) -> RunReport:
    """Ingests the named data sets, all when none is named.

    A dry run does everything but publish and writes nothing below the data folder. `resume`: versions that
    a killed run had finished are taken up. `changed_since` (a date or a run) leaves out data sets whose
    sources are older. `wait` is how many seconds to wait for another process that is writing. `on_step` is
    called before each step of publishing.

    Raises UnknownNameError, ParameterError, WriterBusyError; errors of single data sets are in the report.
    """
    known = datasets.discover(settings)
    selected = datasets.mapped(datasets.select(known, names), is_named=bool(names))
    generations = Generations(settings.data_dir, server=Server.of(settings))
    with workplace(settings, generations, dry_run, wait) as place:
        # Under the lock: two runs that begin in one moment never share a name.
        started = now()
        report = RunReport(f"{started:%Y%m%dT%H%M%S}{started.microsecond:06d}Z", started, dry_run)
        current = generations.current()
        if changed_since is not None:
            selected = since.changed(selected, changed_since, settings, current)
        rules = fingerprint.of_rules(settings)
        all_candidates = [candidates.of(one, settings, current, rules, listener) for one in selected]
        report.datasets = [one.report for one in all_candidates]
        fresh = [one for one in all_candidates if not one.has_same_inputs()]
        waiting = _taken_up(fresh, settings, generations) if resume and not dry_run else []
        _make(fresh, waiting, settings, place, jobs, can_resume=not dry_run, on_step=on_step)
        changed = _judge(fresh, settings, current, jobs, can_resume=not dry_run, on_step=on_step)
        for one in all_candidates:
            if one.confidential:
                one.report.hide_values()
        for one in changed:
            one.report.outcome = "valid"
        checked = [] if dry_run else keeping.take(fresh, settings, report)
        if not dry_run and (changed or not report.failed):
            publish_changed(changed, list(known.values()), settings, generations, report, on_step)
        report.seconds = (now() - started).total_seconds()
        if not dry_run:
            write_report(report, settings)
            keeping.write(settings.data_dir / "runs" / report.id, checked, report)
    return report


@contextmanager
def workplace(settings: Settings, generations: Generations, dry_run: bool, wait: float) -> Iterator[Path]:
    """Where versions are built: the data folder under its lock, or a passing folder for a dry run."""
    if dry_run:
        with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
            yield Path(passing)
        return
    with ExitStack() as held:
        deadline = time.monotonic() + wait
        while True:
            try:
                held.enter_context(generations.writing())
                break
            except WriterBusyError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(LOCK_PAUSE)
        versions.discard_unfinished(settings)
        yield settings.data_dir / "datasets"


def _taken_up(fresh: Sequence[Candidate], settings: Settings, generations: Generations) -> list[Candidate]:
    """Those that an earlier run built and did not publish."""
    published = {entry.version for one in generations.list() for entry in one.manifest.datasets.values()}
    return [one for one in fresh if resumption.take_up(one, settings, published)]


def _make(
    fresh: Sequence[Candidate],
    taken: Sequence[Candidate],
    settings: Settings,
    place: Path,
    jobs: int,
    *,
    can_resume: bool,
    on_step: Callable[[str], None],
) -> None:
    """Builds the versions that were not taken up; the error of one is its own."""
    if can_resume:
        kept = [one.folder for one in taken if one.folder is not None]
        resumption.discard(settings, [one.name for one in fresh], kept)
    missing = [one for one in fresh if one not in taken]
    access_rules = access.rules(settings) if missing else ()

    def make(candidate: Candidate) -> None:
        _build(candidate, settings, access_rules, place, can_resume=can_resume)
        on_step(f"built {candidate.name}")

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda one: one.attempt(make), missing))


def _build(
    candidate: Candidate,
    settings: Settings,
    access_rules: Sequence[access.Rule],
    place: Path,
    *,
    can_resume: bool,
) -> None:
    folder = versions.new_folder(place / candidate.name)
    built = build(
        candidate.dataset,
        settings,
        access_rules,
        folder / versions.COLUMNS,
        candidate.report,
        candidate.clock,
        candidate.inputs,
        candidate.previous,
    )
    candidate.folder, candidate.origin = folder, built.trace
    candidate.touched, candidate.inputs = built.touched, built.inputs
    candidate.quarantined = built.left_out
    candidate.report.quads = built.statistics.quads
    candidate.confidential |= any(class_of(graph) != OPEN for graph in built.statistics.graphs)
    account.check(candidate.name, candidate.report.accounts)
    # Applying files of changes again costs less than keeping what it needs.
    if can_resume and built.touched is None:
        resumption.keep_built(candidate, built.relations)


def _judge(
    fresh: Sequence[Candidate],
    settings: Settings,
    current: Generation | None,
    jobs: int,
    *,
    can_resume: bool,
    on_step: Callable[[str], None],
) -> list[Candidate]:
    """Validates what was built, balances the accounts; gives the versions that differ from the published."""
    alive = [one for one in fresh if one.alive]
    published = {
        name: versions.folder_of(settings, name) / entry.version / versions.COLUMNS
        for name, entry in (current.manifest.datasets.items() if current else ())
        # Measurements speak of data sets, not of what is in them: no shape of theirs looks at one.
        if name != series.NAME
    }
    together = resumption.digest(alive, published)
    if not resumption.take_up_validated(alive, together):
        rules = load(settings)
        words, against = Remedies(rules.shapes, settings.base_iri), backward.predicates(rules.shapes)
        validate(alive, published, rules.validator, words, backward=against, jobs=jobs)
        for one in alive:
            if one.alive:
                one.attempt(Candidate.settle)
        if can_resume:
            resumption.keep_validated([one for one in alive if one.alive], together)
        on_step("validated")
    return [one for one in alive if one.alive and _differs(one)]


def _differs(candidate: Candidate) -> bool:
    differs: list[bool] = []
    candidate.attempt(lambda one: differs.append(one.compare()))
    return any(differs)


def publish_changed(
    changed: list[Candidate],
    known: list[datasets.DataSet],
    settings: Settings,
    generations: Generations,
    report: RunReport,
    on_step: Callable[[str], None],
) -> None:
    try:
        generation = publish(changed, known, settings, generations, report, on_step)
    except LienthongError as error:
        for one in changed:
            one.report.outcome, one.report.error, one.report.version = "failed", error, None
        return
    resumption.strip(
        versions.folder_of(settings, one.name) / one.report.version for one in changed if one.report.version
    )
    if generation is not None:
        report.generation = generation.id
        retention.prune(settings, generations)


def write_report(report: RunReport, settings: Settings) -> None:
    """`<data>/runs/<run>/`: `report.json`, `provenance.ttl`, and of each data set with faults
    `quarantine/<data set>.csv` and `.json`; versions that came to nothing go."""
    folder = settings.data_dir / "runs" / report.id
    folder.mkdir(parents=True)
    for one in report.datasets:
        if one.entries:
            one.quarantine = quarantine.write(folder / quarantine.FOLDER, one.name, one.entries).csv
    versions.write_json(folder / "report.json", report.as_json())
    provenance.write(folder / "provenance.ttl", report, report.datasets, base=settings.base_iri)
    versions.discard_unfinished(settings)
    resumption.discard(settings, [one.name for one in report.datasets])
