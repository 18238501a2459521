"""A new version made from the published one and new files of changes."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from graph.columns import Statistics
from graph.columns.replacement import replace_subjects
from graph.text import Text
from ingest import deltas, mapping, sources, versions, views
from ingest import inputs as records
from ingest.dataset import DataSet
from ingest.deltas import Increment
from ingest.inputs import Inputs
from ingest.mapping.incremental import obstacle
from ingest.views import Views

PART = "touched.duckdb"
"""The file of a version being built that holds all quads of the touched entities."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a version is to be made: from the `increment` of the published one, of which the relations
    `touched` change; or whole, and `why`."""

    inputs: Inputs
    views: Views
    increment: Increment | None
    touched: frozenset[str]
    why: Text


@dataclass(frozen=True, slots=True)
class Touched:
    """What an incremental version was made of: all quads of the `subjects`, in the file `part`."""

    increment: Increment
    subjects: frozenset[str]
    part: Path
    memory_mb: int
    threads: int

    def write(self, folder: Path, left_out: Collection[str] = ()) -> Statistics:
        """The columns of the new version and its changes in `folder`; entities `left_out` are in neither."""
        return replace_subjects(
            self.increment.previous / versions.COLUMNS,
            self.part,
            self.subjects,
            folder / versions.COLUMNS,
            changes=folder / versions.CHANGES,
            left_out=left_out,
            memory_mb=self.memory_mb,
            threads=self.threads,
        )


def choose(
    dataset: DataSet, rules: mapping.Mapping, now: Inputs, previous: Path | None, *, is_live: bool
) -> Way:
    """Raises SourceError where files of changes contradict what was applied before, or a view is wrong."""
    changing = {one.name: one for one in rules.logical_sources if one.delta is not None}
    changes = {name: sources.files_of(one, dataset.data) for name, one in changing.items()}
    now = replace(now, changes=changes)
    ordered = sources.in_order(rules.logical_sources, mapping_dir=dataset.folder)
    found = views.of(ordered, dataset.folder)

    def whole(why: Text) -> Way:
        return Way(now, found, None, frozenset(), why)

    if not changing or is_live:
        return whole(Text("mọi nguồn đều là toàn bộ", "every source is whole"))
    before = records.read(previous) if previous is not None else None
    wholes = {name: f"data/{one.path}" for name, one in changing.items()}
    decided = deltas.decide(previous, before, now, wholes, dataset.data)
    if isinstance(decided, Text):
        return whole(decided)
    touched = deltas.touched(decided.fresh, found.reads, found.behind)
    if isinstance(touched, Text):
        return whole(touched)
    if (wall := obstacle(rules, touched)) is not None:
        return whole(wall)
    return Way(now, found, decided, touched, Text("", ""))
