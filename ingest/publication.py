"""From validated versions to one published generation."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from graph.columns import Builder, difference
from graph.errors import LienthongError
from graph.settings import Settings
from graph.stores.generations import Generation, Generations
from ingest import fingerprint, provenance, reference, results, versions
from ingest.candidate import Candidate
from ingest.dataset import DataSet
from ingest.increment import PART
from ingest.quality import left_out, series
from ingest.quality.measuring import Meter, Version
from ingest.quality.series import Measured
from ingest.reference import NAMES as REFERENCE_SETS
from ingest.reference import Published, ReferenceSet
from ingest.report import RunReport
from ingest.versions import VersionRecord


def publish(
    changed: Sequence[Candidate],
    known: Sequence[DataSet],
    settings: Settings,
    generations: Generations,
    run: RunReport,
    on_step: Callable[[str], None],
) -> Generation | None:
    """Publishes the changed versions beside the unchanged ones; None when nothing at all is new, and the
    published generation has the index that this release makes.

    The caller holds the writer lock. When publishing fails the new versions are removed again and the
    error goes on; the published generation is as it was.
    """
    current = generations.current()
    folders = {
        name: versions.folder_of(settings, name) / entry.version
        for name, entry in (current.manifest.datasets.items() if current else ())
    }
    fresh: dict[str, Path] = {}
    try:
        on_step("measure")
        measured = _measure(changed, folders, settings, run)
        for candidate in changed:
            on_step(f"keep {candidate.name}")
            context = _context(candidate, folders, changed, run)
            folders[candidate.name] = _keep(candidate, run, settings.base_iri, context)
            fresh[candidate.name] = folders[candidate.name]
        on_step("quality")
        access = {dataset.name: dataset.access for dataset in known}
        kept = series.keep(measured, access, folders.get(series.NAME), settings, run.started)
        if kept is not None:
            folders[series.NAME] = fresh[series.NAME] = kept
        for source, published in _reference_sets(known, folders, settings):
            on_step(f"reference {source.name}")
            folder = _reference_version(source, published, settings, generations, run.started)
            if folder is not None:
                folders[source.name] = fresh[source.name] = folder
        if not fresh and (current is None or current.search.is_file()):
            generations.complete(on_step)
            return None
        changes = {name: folder / versions.CHANGES for name, folder in fresh.items()}
        known_changes = {name: path for name, path in changes.items() if path.exists()}
        return generations.publish(folders, changes=known_changes, on_step=on_step)
    except LienthongError:
        serving = generations.current()
        entries = serving.manifest.datasets if serving else {}
        for name, folder in fresh.items():
            if name not in entries or entries[name].version != folder.name:
                shutil.rmtree(folder)
        raise


def _context(
    candidate: Candidate, folders: Mapping[str, Path], beside: Sequence[Candidate], run: RunReport
) -> dict[str, str]:
    """The versions of the other data sets that the candidate was validated with."""
    versions_of = {name: folder.name for name, folder in folders.items() if name != series.NAME}
    versions_of |= {one.name: versions.name_of(run.started, one.fingerprint) for one in beside}
    return {name: version for name, version in versions_of.items() if name != candidate.name}


def _measure(
    changed: Sequence[Candidate], folders: Mapping[str, Path], settings: Settings, run: RunReport
) -> list[Measured]:
    """The quality of the new versions, each seen with what all data sets will say once they are published."""
    if not changed:
        return []
    newest = {name: folder / versions.COLUMNS for name, folder in folders.items()}
    newest = {name: path for name, path in newest.items() if name not in REFERENCE_SETS}
    with Meter(settings, newest | {one.name: one.columns for one in changed}) as meter:
        return [_measured(one, meter, run) for one in changed]


def _measured(candidate: Candidate, meter: Meter, run: RunReport) -> Measured:
    with candidate.clock.step("measure") as step:
        gone = tuple(left_out.united(candidate.faulty, candidate.previous, candidate.quarantined))
        version = Version(candidate.dataset, candidate.columns, candidate.results, gone)
        measurements = meter.measure(version, run.started)
        step.items = candidate.report.quads
    left_out.write(candidate.columns.parent, gone)
    return Measured(
        candidate.name,
        candidate.dataset.access,
        versions.name_of(run.started, candidate.fingerprint),
        run.id,
        run.started,
        tuple(measurements),
    )


def _keep(candidate: Candidate, run: RunReport, base: str, context: Mapping[str, str]) -> Path:
    """The new version with its report and its provenance, under its name."""
    assert candidate.folder is not None, "a version is built before it is kept"
    report = candidate.report
    report.version = versions.name_of(run.started, candidate.fingerprint)
    report.outcome = "published"
    versions.write_json(candidate.folder / "report.json", report.as_json())
    quarantined = tuple(sorted(candidate.quarantined))
    inputs = replace(candidate.inputs, quarantined=quarantined, faulty=report.faulty, context=context)
    inputs.write(candidate.folder)
    if candidate.results is not None:
        results.write(candidate.folder, candidate.results, confidential=candidate.confidential)
    (candidate.folder / PART).unlink(missing_ok=True)
    provenance.write(candidate.folder / "provenance.ttl", run, [report], base=base)
    record = VersionRecord(
        report.version, candidate.name, run.started.isoformat(), candidate.fingerprint, report.quads
    )
    return versions.keep(candidate.folder, record)


def _reference_sets(
    known: Sequence[DataSet], folders: dict[str, Path], settings: Settings
) -> list[tuple[ReferenceSet, dict[str, Published]]]:
    described = [dataset for dataset in known if dataset.name in folders]
    records = [(dataset, versions.read(folders[dataset.name])) for dataset in described]
    published = {
        dataset.name: Published(record.version, record.quads, record.issued, dataset.access)
        for dataset, record in records
    }
    return [
        (reference.ontology(settings), {}),
        (reference.shapes(settings), {}),
        (reference.catalogue((dataset.description for dataset in described), settings), published),
    ]


def _reference_version(
    source: ReferenceSet,
    published: dict[str, Published],
    settings: Settings,
    generations: Generations,
    issued: datetime,
) -> Path | None:
    """A new version of a reference set; None when the published one has the same inputs."""
    digest = fingerprint.of_files(source.files, settings.base_iri, repr(sorted(published.items())))
    current = versions.published(settings, generations.current(), source.name)
    if current is not None and versions.read(current).fingerprint == digest:
        return None
    folder = versions.new_folder(versions.folder_of(settings, source.name))
    with Builder(
        folder / versions.COLUMNS,
        memory_mb=settings.columns_memory_mb,
        threads=settings.columns_threads,
        keep_source=True,
    ) as builder:
        builder.stage(reference.quads(source, published, base=settings.base_iri))
        quads = builder.finish().quads
    if current is not None:
        with difference(current / versions.COLUMNS, folder / versions.COLUMNS) as found:
            if found.is_little(quads):
                found.write(folder / versions.CHANGES)
    version = versions.name_of(issued, digest)
    return versions.keep(folder, VersionRecord(version, source.name, issued.isoformat(), digest, quads))
