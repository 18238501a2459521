"""What an operation changes in one data set."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from graph.columns import TextQuad
from ingest.dataset import DataSet
from ingest.updates.published import unprefixed
from ingest.updates.rights import Rights


@dataclass(frozen=True, slots=True)
class Edit:
    """Quads that go and quads that come, as they are written in the data set's versions."""

    dataset: DataSet
    removed: frozenset[TextQuad]
    added: frozenset[TextQuad]

    @property
    def subjects(self) -> frozenset[str]:
        return frozenset(quad.s for quads in (self.removed, self.added) for quad in quads)


def edits(removed: Collection[TextQuad], added: Collection[TextQuad], rights: Rights) -> list[Edit]:
    """By data set; raises as `Rights.owner` for a graph that may not be written."""
    gone, new = frozenset(removed), frozenset(added)
    parts: dict[str, tuple[set[TextQuad], set[TextQuad]]] = defaultdict(lambda: (set(), set()))
    for place, quads in enumerate((gone - new, new - gone)):
        for quad in quads:
            parts[quad.g][place].add(quad)
    owned: dict[str, tuple[DataSet, set[TextQuad], set[TextQuad]]] = {}
    for graph, (its_gone, its_new) in sorted(parts.items()):
        owner = rights.owner(graph)
        known = owned.setdefault(owner.name, (owner, set(), set()))
        known[1].update(its_gone)
        known[2].update(its_new)
    return [
        Edit(owner, unprefixed(its_gone, name), unprefixed(its_new, name))
        for name, (owner, its_gone, its_new) in owned.items()
    ]
