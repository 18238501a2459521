"""What is published, as far as one may see it: what data that is checked is judged together with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.columns import within
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import versions


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`columns` are files by data set. Of the classes `unseen` some instances may be where one may not look,
    so that nothing can be said of what is not found."""

    columns: Mapping[str, Path]
    unseen: frozenset[str]


NOTHING = Surroundings({}, frozenset())


def seen(settings: Settings, graphs: Collection[str] | None, place: Path) -> Surroundings:
    """The current generation's versions; of those that hold other graphs than `graphs`, a part, below
    `place`. None stands for all graphs."""
    current = Generations(settings.data_dir).current()
    if current is None:
        return NOTHING
    held = current.manifest.graphs
    permitted = set(held) if graphs is None else set(held) & set(graphs)
    found: dict[str, Path] = {}
    for name, entry in current.manifest.datasets.items():
        whole = versions.folder_of(settings, name) / entry.version / versions.COLUMNS
        mine = permitted & set(entry.graphs)
        if mine == set(entry.graphs):
            found[name] = whole
        elif mine:
            found[name] = place / name / entry.version / versions.COLUMNS
            within(
                whole,
                mine,
                found[name],
                memory_mb=settings.columns_memory_mb,
                threads=settings.columns_threads,
            )
    hidden = (held[graph].classes for graph in set(held) - permitted)
    return Surroundings(found, frozenset(one for classes in hidden for one in classes))
