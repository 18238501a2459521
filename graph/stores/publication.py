"""From versions to one published generation, in steps each of which may be the last the process makes."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from graph import search
from graph.access import class_of
from graph.columns import Columns, Statistics, Stream, changes, merge, succeed, wide
from graph.columns.durable import sync, sync_tree
from graph.errors import OverlapError
from graph.stores import copying, loading, way
from graph.stores.counts import Counts
from graph.stores.http.loaded import Loaded
from graph.stores.http.server import Server
from graph.stores.layout import COLUMNS, COUNTS, MANIFEST, OXIGRAPH, SEARCH, Layout, linked
from graph.stores.manifest import DatasetEntry, GraphEntry, Manifest
from graph.stores.way import Way
from graph.text import Text

STEPS = ("prepare", "merge", "check", "load", "index", "manifest", "sync", "announce", "name", "switch")
"""In order, with "send" before "sync" where another server answers queries.

Before "switch" is done the old generation serves, and nothing of the new one is listed. Where no generation
serves yet, nobody gains by waiting for the store: "load" is then last, and the new one answers from its
columns until it is done.
"""


def publish(
    layout: Layout,
    versions: Mapping[str, Path],
    known_changes: Mapping[str, Path],
    *,
    memory_mb: int,
    threads: int,
    on_step: Callable[[str], None],
    server: Server | None = None,
) -> str:
    """Publish the versions (data set name → version folder) as a new generation; returns its id.

    `known_changes` are files of what a version changes in the one that is published now, where there are
    such: with them the published generation may be changed instead of loading all (`graph.stores.way`).
    `server` is to hold the graphs before they are switched to.
    The caller holds the writer lock, and clears what is unfinished should this raise.
    Raises OverlapError, SourceError, and with a server what `graph.stores.http.loading.load` does.
    """
    name = layout.next_id()
    building = layout.building(name)
    columns = building / COLUMNS

    on_step("prepare")
    building.mkdir(parents=True)
    entries = {dataset: _entry(folder) for dataset, folder in versions.items()}
    chosen = _way(layout, entries, known_changes)
    on_step("merge")
    if chosen.base is None:
        inputs = [folder / COLUMNS for folder in versions.values()]
        statistics = merge(inputs, columns, labels=list(versions), memory_mb=memory_mb, threads=threads)
    else:
        base = layout.folder(chosen.base)
        stream = Stream(building / "removed.nq", building / "added.nq")
        new = {dataset: path for dataset, path in known_changes.items() if dataset in versions}
        statistics = succeed(base / COLUMNS, new, columns, stream, memory_mb=memory_mb, threads=threads)
    on_step("check")
    _refuse_overlap(columns, statistics)
    if chosen.base is not None:
        on_step("load")
        copying.copy(base / OXIGRAPH, building / OXIGRAPH, stream.removed, stream.added)
        stream.removed.unlink()
        stream.added.unlink()
    elif linked(layout.current) is not None:
        on_step("load")
        loading.build(columns, building / OXIGRAPH, memory_mb=memory_mb, threads=threads)
    on_step("index")
    if chosen.base is not None and (base / SEARCH).is_file():
        subjects = {subject for path in new.values() for subject, *_ in changes.ends(path, ())}
        index = building / SEARCH
        search.succeed(base / SEARCH, columns, subjects, index, memory_mb=memory_mb, threads=threads)
    else:
        search.build(columns, building / SEARCH, memory_mb=memory_mb, threads=threads)
    wide.build(columns, building / wide.FILE, memory_mb=memory_mb, threads=threads)
    on_step("manifest")
    _manifest(name, entries, columns, statistics, linked(layout.current), chosen).dump(building / MANIFEST)
    with Columns(columns) as opened:
        Counts.of(opened).dump(building / COUNTS)
    if server is not None:
        send(layout, building, server, memory_mb=memory_mb, threads=threads, on_step=on_step)
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


def complete(
    layout: Layout, name: str, *, memory_mb: int, threads: int, on_step: Callable[[str], None]
) -> None:
    """Load the store of a published generation that has none yet; nothing is done where it has one.

    The caller holds the writer lock. The store appears as a whole or not at all.
    Raises SourceError, DataError.
    """
    folder, store = layout.folder(name), layout.loading(name)
    if (folder / OXIGRAPH).exists():
        return
    on_step("load")
    loading.build(folder / COLUMNS, store, memory_mb=memory_mb, threads=threads)
    sync_tree(store)
    store.rename(folder / OXIGRAPH)
    sync(folder)


def send(
    layout: Layout,
    folder: Path,
    server: Server,
    *,
    memory_mb: int,
    threads: int,
    on_step: Callable[[str], None],
) -> None:
    """Have the server hold the graphs of a generation's folder, and record that; nothing where it does.

    Raises what `graph.stores.http.loading.load` does.
    """
    record = folder / server.record
    if record.exists():
        return
    on_step("send")
    from graph.stores.http import loading  # its client of HTTP takes 0.2 s, which most commands need not

    known = [*_records(layout, server).values()]
    manifest = Manifest.load(folder / MANIFEST)
    sent = loading.load(server, folder / COLUMNS, manifest, known, memory_mb=memory_mb, threads=threads)
    sent.dump(record)
    sync(folder)


def take_back(layout: Layout, gone: Collection[str], server: Server) -> None:
    """Remove from the server the graphs that only these published generations have.

    Raises what `graph.stores.http.loading.remove` does.
    """
    from graph.stores.http import loading

    records = _records(layout, server)
    kept = [one for name, one in records.items() if name not in gone]
    loading.remove(server, [one for name, one in records.items() if name in gone], kept)


def _records(layout: Layout, server: Server) -> dict[str, Loaded]:
    """What the server holds of each published generation that it was sent."""
    found = {name: layout.folder(name) / server.record for name in layout.published()}
    return {name: Loaded.read(path) for name, path in found.items() if path.exists()}


def _way(layout: Layout, entries: Mapping[str, DatasetEntry], known_changes: Mapping[str, Path]) -> Way:
    name = linked(layout.current)
    if name is not None and not (layout.folder(name) / OXIGRAPH).exists():
        return Way(None, f"the store of {name} is not loaded")
    current = Manifest.load(layout.folder(name) / MANIFEST) if name is not None else None
    counts = {dataset: changes.read(path) for dataset, path in known_changes.items()}
    return way.choose(
        current,
        {dataset: entry.version for dataset, entry in entries.items()},
        {dataset: entry.graphs for dataset, entry in entries.items()},
        counts,
    )


def _manifest(
    name: str,
    entries: Mapping[str, DatasetEntry],
    columns: Path,
    statistics: Statistics,
    previous: str | None,
    chosen: Way,
) -> Manifest:
    return Manifest(
        id=name,
        created=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        datasets=entries,
        graphs=_graphs(columns, statistics),
        quads=statistics.quads,
        terms=statistics.terms,
        rewritten=statistics.rewritten,
        previous=previous,
        base=chosen.base,
        why=chosen.why,
        changed=chosen.changed,
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
