"""What is published now, as an update sees it: quads by graph, from the versions of the data sets."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.columns import Columns, TextQuad
from graph.columns.merge import prefix_of
from graph.settings import Settings
from graph.stores.generations import Generation
from ingest import versions


@dataclass(frozen=True, slots=True)
class PublishedQuads:
    """Blank nodes carry the prefix of their data set: labels of two data sets may be equal by chance."""

    settings: Settings
    current: Generation | None

    def graphs(self) -> frozenset[str]:
        return frozenset(self.current.manifest.graphs if self.current else ())

    def version(self, dataset: str) -> Path | None:
        """The folder of the published version; None where there is none."""
        return versions.published(self.settings, self.current, dataset)

    def quads(self, graphs: Iterable[str]) -> Iterator[TextQuad]:
        """Those of some graphs, as written."""
        wanted = frozenset(graphs)
        for name, entry in self.current.manifest.datasets.items() if self.current else ():
            if not (here := wanted.intersection(entry.graphs)):
                continue
            prefix = prefix_of(name)
            with self._open(name) as columns:
                for graph in sorted(here):
                    yield from (prefixed(quad, prefix) for quad in columns.quads(graph))

    def _open(self, name: str) -> Columns:
        folder = self.version(name)
        assert folder is not None, "a data set of the generation has a version"
        return Columns(
            folder / versions.COLUMNS,
            memory_mb=self.settings.columns_memory_mb,
            threads=self.settings.columns_threads,
        )


def prefixed(quad: TextQuad, prefix: str) -> TextQuad:
    """With blank nodes as `quads` gives them."""
    if not quad.s.startswith("_:") and (quad.datatype is not None or not quad.o.startswith("_:")):
        return quad
    return _relabelled(quad, lambda label: prefix + label[2:])


def unprefixed(quads: Collection[TextQuad], dataset: str) -> frozenset[TextQuad]:
    """With blank nodes as the data set's own versions label them; those of others keep their prefix."""
    prefix = prefix_of(dataset)

    def own(label: str) -> str:
        return f"_:{label.removeprefix(prefix)}" if label.startswith(prefix) else label

    return frozenset(_relabelled(quad, own) for quad in quads)


def _relabelled(quad: TextQuad, change: Callable[[str], str]) -> TextQuad:
    s = change(quad.s) if quad.s.startswith("_:") else quad.s
    o = change(quad.o) if quad.datatype is None and quad.o.startswith("_:") else quad.o
    return quad._replace(s=s, o=o)
