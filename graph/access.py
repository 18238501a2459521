"""Access is a set of graphs, decided once per principal."""

from collections.abc import Iterable
from dataclasses import dataclass

OPEN = "open"
CLASSES = (OPEN, "shared", "restricted")
"""The classes of access, from what anybody may read to what only a grant opens."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and the named graphs this one may read."""

    name: str
    graphs: frozenset[str]


def class_of(graph: str) -> str:
    """The class of access of a named graph: the last segment of its IRI."""
    return graph.rsplit("/", 1)[-1]


def up_to(access: str, graphs: Iterable[str]) -> Principal:
    """Whoever holds the data folder itself, and looks at it as one who may read up to a class of access."""
    seen = CLASSES[: CLASSES.index(access) + 1]
    return Principal(f"local:{access}", frozenset(graph for graph in graphs if class_of(graph) in seen))


def anonymous(graphs: Iterable[str]) -> Principal:
    """Somebody unknown: may read what is open, nothing else."""
    return Principal("anonymous", frozenset(graph for graph in graphs if class_of(graph) == OPEN))
