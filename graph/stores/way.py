"""How a generation is made: everything loaded anew, or the one before changed. Decided by what each costs."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.columns import Changes
from graph.stores.manifest import Manifest

LOADED_PER_SECOND = 200_000
"""Quads merged and loaded in a whole publication, measured on two cores."""

CHANGED_PER_SECOND = 20_000
"""Quads added to or removed from columns and store, measured beside it."""

TURNOVER = 0.2
"""Largest share of the quads that may have changed since all were loaded: what was removed still takes room,
and what was added is not sorted in."""


@dataclass(frozen=True, slots=True)
class Way:
    """Change generation `base` (None: load everything), and `why`. `changed` counts the quads that were
    added or removed since all were loaded."""

    base: str | None
    why: str
    changed: int = 0


def choose(
    current: Manifest | None,
    versions: Mapping[str, str],
    graphs: Mapping[str, tuple[str, ...]],
    changes: Mapping[str, Changes],
) -> Way:
    """The way from the generation `current` to one of these `versions` (data set → version).

    `graphs` gives the named graphs of each version, `changes` of those of which it is known what changed
    since `current`. A store gives blank nodes labels of its own as it loads them, so that no later change
    can name them.
    """
    if current is None:
        return Way(None, "there is no generation to change")
    if gone := sorted(set(current.datasets) - set(versions)):
        return Way(None, f"data sets are gone: {', '.join(gone)}")
    changed = {name for name, one in versions.items() if _version(current, name) != one}
    if unknown := sorted(changed - set(changes)):
        return Way(None, f"changes are not known: {', '.join(unknown)}")
    if shared := _shared(current, graphs, changed):
        return Way(None, f"graphs of several data sets: {', '.join(shared)}")
    if blank := sorted(name for name in changed if changes[name].blank):
        return Way(None, f"blank nodes changed: {', '.join(blank)}")
    now = sum(changes[name].added + changes[name].removed for name in changed)
    if current.changed + now > TURNOVER * current.quads:
        return Way(None, f"{current.changed + now} quads changed since all were loaded")
    if now / CHANGED_PER_SECOND > current.quads / LOADED_PER_SECOND:
        return Way(None, f"{now} changed quads cost more than loading {current.quads}")
    return Way(
        current.id, f"{now} changed quads cost less than loading {current.quads}", current.changed + now
    )


def _version(current: Manifest, name: str) -> str | None:
    entry = current.datasets.get(name)
    return None if entry is None else entry.version


def _shared(current: Manifest, graphs: Mapping[str, tuple[str, ...]], changed: set[str]) -> list[str]:
    """Graphs of changed data sets in which another data set states something: there a quad that one of them
    no longer states may still be stated."""
    owners: dict[str, set[str]] = {}
    for name, its in graphs.items():
        before = current.datasets[name].graphs if name in current.datasets else ()
        for graph in (*its, *before):
            owners.setdefault(graph, set()).add(name)
    return sorted(graph for graph, names in owners.items() if len(names) > 1 and names & changed)
