"""From versions to one published generation, in steps each of which may be the last the process makes."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from graph.access import class_of
from graph.columns import Columns, Statistics, merge
from graph.columns.durable import sync, sync_tree
from graph.errors import OverlapError
from graph.stores import loading
from graph.stores.layout import COLUMNS, MANIFEST, OXIGRAPH, Layout, linked
from graph.stores.manifest import DatasetEntry, GraphEntry, Manifest
from graph.text import Text

STEPS = ("prepare", "merge", "check", "load", "manifest", "sync", "announce", "name", "switch")
"""In order; before "switch" is done the old generation serves, and nothing of the new one is listed."""


def publish(
    layout: Layout,
    versions: Mapping[str, Path],
    *,
    memory_mb: int,
    threads: int,
    on_step: Callable[[str], None],
) -> str:
    """Publish the versions (data set name → version folder) as a new generation; returns its id.

    The caller holds the writer lock, and clears what is unfinished should this raise.
    Raises OverlapError, SourceError.
    """
    name = layout.next_id()
    building = layout.building(name)
    columns = building / COLUMNS

    on_step("prepare")
    building.mkdir(parents=True)
    on_step("merge")
    inputs = [folder / COLUMNS for folder in versions.values()]
    statistics = merge(inputs, columns, labels=list(versions), memory_mb=memory_mb, threads=threads)
    on_step("check")
    _refuse_overlap(columns, statistics)
    on_step("load")
    loading.build(columns, building / OXIGRAPH, memory_mb=memory_mb, threads=threads)
    on_step("manifest")
    _manifest(name, versions, columns, statistics, linked(layout.current)).dump(building / MANIFEST)
    on_step("sync")
    sync_tree(building)
    on_step("announce")
    layout.link(layout.publishing, name)
    sync(layout.data_dir)
    on_step("name")
    building.rename(layout.folder(name))
    sync(layout.generations)
    on_step("switch")
    layout.switch(layout.publishing)
    return name


def _manifest(
    name: str, versions: Mapping[str, Path], columns: Path, statistics: Statistics, previous: str | None
) -> Manifest:
    return Manifest(
        id=name,
        created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        datasets={dataset: _entry(folder) for dataset, folder in versions.items()},
        graphs=_graphs(columns, statistics),
        quads=statistics.quads,
        terms=statistics.terms,
        rewritten=statistics.rewritten,
        previous=previous,
    )


def _graphs(columns: Path, statistics: Statistics) -> dict[str, GraphEntry]:
    with Columns(columns) as opened:
        neighbours, links = opened.neighbours(), opened.links()
    return {
        graph: GraphEntry(
            counted.quads,
            class_of(graph),
            {one: links.get(graph, {}).get(one, ()) for one in counted.predicates},
            tuple(counted.classes),
            neighbours.get(graph, ()),
        )
        for graph, counted in statistics.graphs.items()
    }


def _entry(folder: Path) -> DatasetEntry:
    with Columns(folder / COLUMNS) as columns:
        statistics = columns.statistics()
    return DatasetEntry(folder.name, statistics.quads, tuple(statistics.graphs))


def _refuse_overlap(path: Path, statistics: Statistics) -> None:
    if not statistics.overlaps:
        return
    with Columns(path) as columns:
        overlap = columns.overlap()
    if overlap is None:
        return
    graphs = ", ".join(f"<{graph}>" for graph in overlap.graphs)
    s, p, o = overlap.example[:3]
    example = f"{s} {p} {o!r}" if overlap.example.datatype else f"{s} {p} {o}"
    raise OverlapError(
        Text(
            f"{overlap.triples:,} bộ ba có trong nhiều hơn một đồ thị ({graphs}), ví dụ: {example}",
            f"{overlap.triples:,} triples are in more than one graph ({graphs}), for example: {example}",
        ),
        hint=Text(
            "Mỗi sự thật chỉ do cơ quan sở hữu khai báo một lần: bỏ nó khỏi ánh xạ của bộ dữ liệu khác.",
            "Each fact is declared once, by its owner: take it out of the other data sets' mappings.",
        ),
    )
