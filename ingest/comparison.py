"""Two versions of a data set, entity by entity: what was added, what changed, what went."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.access import OPEN, class_of
from graph.columns import Columns, TextQuad, difference
from graph.errors import UnknownNameError, unknown_name
from graph.settings import Settings
from graph.stores.generations import Generations
from graph.text import Text
from ingest import versions

WITHHELD = "…"
KIND = Text("phiên bản", "version")


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """Values of one property that went and that came; `…` where they are not open."""

    path: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(slots=True)
class Comparison:
    """Entities by what became of them. `properties` counts the entities in which each property changed."""

    old: str
    new: str
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: dict[str, list[PropertyChange]] = field(default_factory=dict)
    properties: Counter[str] = field(default_factory=Counter)
    quads_added: int = 0
    quads_removed: int = 0

    def summary(self) -> Text:
        counts = (len(self.added), len(self.changed), len(self.removed), self.quads_added, self.quads_removed)
        return Text(
            "{} thực thể thêm · {} đổi · {} bớt · {} bộ thêm · {} bộ bớt".format(*counts),
            "{} entities added · {} changed · {} removed · {} quads added · {} removed".format(*counts),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "old": self.old,
            "new": self.new,
            "quads": {"added": self.quads_added, "removed": self.quads_removed},
            "properties": dict(self.properties.most_common()),
            "added": self.added,
            "removed": self.removed,
            "changed": {
                entity: {one.path: {"before": one.before, "after": one.after} for one in changes}
                for entity, changes in self.changed.items()
            },
        }


def last_two(settings: Settings, name: str) -> tuple[str, str]:
    """The version before the published one, and that one. Raises UnknownNameError where there are not two."""
    known = kept(settings, name)
    current = Generations(settings.data_dir).current()
    entry = current.manifest.datasets.get(name) if current else None
    earlier = [one for one in known if entry is not None and one < entry.version]
    if entry is None or not earlier:
        listed = ", ".join(known) or "–"
        raise UnknownNameError(
            Text(f"«{name}» chưa có hai phiên bản để so.", f"“{name}” has no two versions to compare."),
            hint=Text(f"Đang giữ: {listed}", f"Kept: {listed}"),
        )
    return earlier[-1], entry.version


def kept(settings: Settings, name: str) -> list[str]:
    """The versions of a data set that are on disk, oldest first."""
    return sorted(path.parent.name for path in versions.folder_of(settings, name).glob("*/version.json"))


def compare(settings: Settings, name: str, old: str, new: str, *, values: bool = False) -> Comparison:
    """What happened between two versions. Values that are not open are withheld unless `values`.

    Raises UnknownNameError for a version that is not kept.
    """
    known = kept(settings, name)
    for one in (old, new):
        if one not in known:
            raise unknown_name(KIND, one, known)
    before, after = (versions.folder_of(settings, name) / one / versions.COLUMNS for one in (old, new))
    found = Comparison(old, new)
    with difference(before, after) as changes:
        found.quads_added, found.quads_removed = changes.added, changes.removed
        gone, come = _by_subject(changes.removed_quads()), _by_subject(changes.added_quads())
    touched = gone.keys() | come.keys()
    had, has = _subjects(before, touched), _subjects(after, touched)
    found.added, found.removed = sorted(touched - had), sorted(touched - has)
    for subject in sorted(had & has & touched):
        changed = _changes(gone.get(subject, []), come.get(subject, []), values=values)
        found.changed[subject] = changed
        found.properties.update(one.path for one in changed)
    return found


def _by_subject(quads: Iterable[TextQuad]) -> Mapping[str, list[TextQuad]]:
    found: dict[str, list[TextQuad]] = defaultdict(list)
    for quad in quads:
        found[quad.s].append(quad)
    return found


def _subjects(path: Path, wanted: Iterable[str]) -> set[str]:
    """Those of `wanted` of which a version says something."""
    with Columns(path) as columns:
        rows = columns.connection.execute(
            "SELECT DISTINCT value FROM terms JOIN quads ON quads.s = terms.id "
            "WHERE datatype IS NULL AND value IN (SELECT unnest($wanted))",
            {"wanted": list(wanted)},
        ).fetchall()
    return {value for (value,) in rows}


def _changes(gone: list[TextQuad], come: list[TextQuad], *, values: bool) -> list[PropertyChange]:
    def shown(quads: list[TextQuad], path: str) -> tuple[str, ...]:
        own = [quad for quad in quads if quad.p == path]
        return tuple(sorted(quad.o if values or class_of(quad.g) == OPEN else WITHHELD for quad in own))

    paths = sorted({quad.p for quad in (*gone, *come)})
    return [PropertyChange(path, shown(gone, path), shown(come, path)) for path in paths]
