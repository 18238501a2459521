"""From an edit to a new version of a data set: built, held against the rules, ready to be published."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from graph.access import CLASSES, OPEN, class_of
from graph.columns import Builder, Columns, Statistics, TextQuad
from graph.errors import Fault, Place, UpdateRefusedError
from graph.settings import Settings
from graph.shacl import Validator, Violation
from graph.text import Text
from ingest import access, versions
from ingest import inputs as records
from ingest.candidate import Candidate
from ingest.deltas import Increment
from ingest.increment import PART, Touched
from ingest.inputs import Inputs
from ingest.judgement import judge
from ingest.progress import Clock, silent
from ingest.report import DataSetReport, RunReport, UpdateNote
from ingest.updates.edit import Edit
from ingest.validation import findings

SHOWN = 5
"""Violations that a refusal names."""
MOST_FAULTS = 100
"""Those of the caller's own doing that it lists."""


def build(
    edit: Edit, previous: Path | None, note: UpdateNote, run: RunReport, rules: str, settings: Settings
) -> Candidate:
    """The version `previous` with the edit made, in a folder of its own; `rules` is
    `fingerprint.of_rules`."""
    name = edit.dataset.name
    report = DataSetReport(name, edit.dataset.title, update=note)
    report.previous = previous.name if previous else None
    made = hashlib.sha256("\0".join((run.id, name, note.digest, str(report.previous))).encode()).hexdigest()
    folder = versions.new_folder(versions.folder_of(settings, name))
    candidate = Candidate(
        edit.dataset,
        report,
        Clock(name, report.steps, silent),
        made,
        Inputs(rules, {}),
        previous,
        folder,
    )
    with candidate.clock.step("write") as step:
        if previous is None:
            statistics = _written(folder / versions.COLUMNS, edit.added, settings)
        else:
            touched = _touched(edit, previous, folder, settings)
            statistics = touched.write(folder)
            known = records.read(previous)
            if known is not None and known.rules == rules:
                candidate.touched = touched
        step.items = report.quads = statistics.quads
    candidate.confidential = any(class_of(graph) != OPEN for graph in statistics.graphs)
    return candidate


def hold_against_access(edit: Edit, candidate: Candidate, settings: Settings) -> None:
    """Raises UpdateRefusedError for a quad that is more restricted than the graph it was written into."""
    floor = CLASSES.index(edit.dataset.access)
    levels: dict[tuple[str, str], int] = {}
    for rule in access.rules(settings):
        place = (rule.target_class, rule.path)
        levels[place] = max(levels.get(place, 0), CLASSES.index(rule.access))
    with Columns(candidate.columns) as columns:
        said = columns.about(edit.subjects)
    types: dict[str, set[str]] = {}
    for quad in said:
        if quad.p == access.RDF_TYPE:
            types.setdefault(quad.s, set()).add(quad.o)
    for quad in said:
        level = max([floor, *(levels.get((kind, quad.p), 0) for kind in types.get(quad.s, ()))])
        if CLASSES.index(class_of(quad.g)) < level:
            graph = f"{quad.g.rpartition('/')[0]}/{CLASSES[level]}"
            raise UpdateRefusedError(
                Text(
                    f"<{quad.p}> của <{quad.s}> thuộc loại {CLASSES[level]}, không ghi được vào <{quad.g}>.",
                    f"<{quad.p}> of <{quad.s}> is of the class {CLASSES[level]} and cannot go into "
                    f"<{quad.g}>.",
                ),
                hint=Text(f"Ghi vào <{graph}>.", f"Write it into <{graph}>."),
                place=Place(column=quad.p),
                faults=[Fault(quad.p, Text(f"Thuộc loại {CLASSES[level]}.", f"It is {CLASSES[level]}."))],
            )


def hold_against_shapes(
    edit: Edit, candidate: Candidate, context: Sequence[Path], validator: Validator
) -> None:
    """Raises UpdateRefusedError with the first violations; milder results go to the report."""
    with candidate.clock.step("validate") as step:
        found = judge(candidate, context, validator)
        step.items = candidate.report.entities = found.focus_nodes
    candidate.results = found
    candidate.report.findings = findings(found.violations)
    if candidate.confidential:
        candidate.report.hide_values()
    if blocking := [one for one in found.violations if one.severity == "violation"]:
        raise refused([edit], blocking)


def refused(edits: Sequence[Edit], blocking: Sequence[Violation]) -> UpdateRefusedError:
    """Of what is not the caller's own doing, no value is told: it may be in a graph that this one may not
    read."""
    subjects = frozenset(one for edit in edits for one in edit.subjects)
    written = {quad.o for edit in edits for quad in edit.added}
    ordered = sorted(blocking, key=lambda one: one.focus not in subjects)
    told = [_told(one, subjects, written) for one in ordered[:SHOWN]]
    entities = len({one.focus for one in blocking})
    first = ordered[0]
    return UpdateRefusedError(
        Text(
            f"{len(blocking)} vi phạm ở {entities} thực thể. " + " · ".join(one.vi for one in told),
            f"{len(blocking)} violations by {entities} entities. " + " · ".join(one.en for one in told),
        ),
        hint=Text(
            "Sửa cập nhật cho đúng hình dạng dữ liệu (xem /validate). Bản đã công bố giữ nguyên.",
            "Mend the update so that it meets the shapes (see /validate). What is published stays as it was.",
        ),
        place=Place(
            column=first.path,
            value=first.value if first.focus in subjects and first.value in written else None,
        ),
        faults=[
            Fault(one.path or "", one.message, one.value if one.value in written else None)
            for one in ordered[:MOST_FAULTS]
            if one.focus in subjects
        ],
    )


def _told(one: Violation, subjects: frozenset[str], written: set[str]) -> Text:
    if one.focus not in subjects:
        return one.message
    value = f" ({one.value})" if one.value in written else ""
    return Text(f"<{one.focus}>: {one.message.vi}{value}", f"<{one.focus}>: {one.message.en}{value}")


def _touched(edit: Edit, previous: Path, folder: Path, settings: Settings) -> Touched:
    """All that the new version says of the subjects that the edit is about."""
    with Columns(previous / versions.COLUMNS) as columns:
        quads = (columns.about(edit.subjects) - edit.removed) | edit.added
    part = folder / PART
    _written(part, quads, settings)
    increment = Increment(previous, {}, ())
    return Touched(increment, edit.subjects, part, settings.columns_memory_mb, settings.columns_threads)


def _written(path: Path, quads: Iterable[TextQuad], settings: Settings) -> Statistics:
    with Builder(
        path, memory_mb=settings.columns_memory_mb, threads=settings.columns_threads, keep_source=True
    ) as builder:
        builder.stage(quads)
        return builder.finish()
