"""One run: build the versions, validate them against each other, compare, publish one generation.

A data set that fails keeps its published version; a run in which nothing changed publishes nothing. Of what
was published before, the last generations stay (setting `generations_kept`).
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from graph.access import OPEN, class_of
from graph.errors import LienthongError
from graph.settings import Settings
from graph.shacl.native import NativeValidator
from graph.stores.generations import Generations
from ingest import access, fingerprint, provenance, retention, versions
from ingest import candidate as candidates
from ingest import dataset as datasets
from ingest.build import build
from ingest.candidate import Candidate
from ingest.progress import Listener, silent
from ingest.publication import publish
from ingest.report import RunReport, now
from ingest.validation import validate


def run(
    settings: Settings,
    names: Sequence[str] = (),
    *,
    dry_run: bool = False,
    jobs: int = 2,
    listener: Listener = silent,
    on_step: Callable[[str], None] = lambda step: None,
) -> RunReport:
    """Ingests the named data sets, all when none is named.

    A dry run does everything but publish and writes nothing below the data folder. `on_step` is called
    before each step of publishing.

    Raises UnknownNameError, WriterBusyError; the errors of single data sets are in the report.
    """
    known = datasets.discover(settings)
    selected = datasets.select(known, names)
    generations = Generations(settings.data_dir)
    started = now()
    report = RunReport(f"{started:%Y%m%dT%H%M%S}{started.microsecond:06d}Z", started, dry_run)
    with _workplace(settings, generations, dry_run) as place:
        current = generations.current()
        rules = fingerprint.of_rules(settings)
        all_candidates = [candidates.of(one, settings, current, rules, listener) for one in selected]
        report.datasets = [one.report for one in all_candidates]
        fresh = [one for one in all_candidates if not one.has_same_inputs()]
        access_rules = access.rules(settings) if fresh else ()
        with ThreadPoolExecutor(jobs) as pool:
            list(
                pool.map(lambda one: one.attempt(lambda it: _build(it, settings, access_rules, place)), fresh)
            )
        validator = NativeValidator(settings.shapes_dir, settings.ontology_dir, settings.base_iri)
        published = {
            name: versions.folder_of(settings, name) / entry.version / versions.COLUMNS
            for name, entry in (current.manifest.datasets.items() if current else ())
        }
        validate([one for one in fresh if one.alive], published, validator, jobs=jobs)
        changed = [one for one in fresh if one.alive and one.compare()]
        for one in all_candidates:
            if one.confidential:
                one.report.hide_values()
        for one in changed:
            one.report.outcome = "valid"
        if not dry_run and (changed or not report.failed):
            _publish(changed, list(known.values()), settings, generations, report, on_step)
        report.seconds = (now() - started).total_seconds()
        if not dry_run:
            _write_report(report, settings)
    return report


@contextmanager
def _workplace(settings: Settings, generations: Generations, dry_run: bool) -> Iterator[Path]:
    """Where versions are built: the data folder under its lock, or a passing folder for a dry run."""
    if dry_run:
        with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
            yield Path(passing)
        return
    with generations.writing():
        versions.discard_unfinished(settings)
        yield settings.data_dir / "datasets"


def _build(
    candidate: Candidate, settings: Settings, access_rules: Sequence[access.Rule], place: Path
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
    candidate.folder, candidate.touched, candidate.inputs = folder, built.touched, built.inputs
    candidate.report.quads = built.statistics.quads
    candidate.confidential |= any(class_of(graph) != OPEN for graph in built.statistics.graphs)


def _publish(
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
    if generation is not None:
        report.generation = generation.id
        retention.prune(settings, generations)


def _write_report(report: RunReport, settings: Settings) -> None:
    """`<data>/runs/<run>/report.json` and `provenance.ttl`; versions that came to nothing go."""
    folder = settings.data_dir / "runs" / report.id
    folder.mkdir(parents=True)
    versions.write_json(folder / "report.json", report.as_json())
    provenance.write(folder / "provenance.ttl", report, report.datasets, base=settings.base_iri)
    versions.discard_unfinished(settings)
