"""What a server holds of a generation: its graphs, each under the name of its version there.

A graph of a version never changes, so that a query, which names versions, sees one generation whatever is
being loaded meanwhile.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple, Self

ABSENT = "urn:lienthong:absent"
"""A graph that no server has. It is sent where nothing may be read, for a request that names no graph is
answered from all of them (Protocol §2.1.4), and always among the named ones: what a query says of a graph
that is not in its dataset it says of this one, which Virtuoso knows how to answer."""


class Held(NamedTuple):
    """The name of a graph on the server, and its triples there."""

    name: str
    triples: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """By the name that callers know it by: each graph that the server holds."""

    graphs: Mapping[str, Held]

    @classmethod
    def read(cls, path: Path) -> Self:
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls({graph: Held(*held) for graph, held in found["graphs"].items()})

    def dump(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    def names(self, graphs: Iterable[str]) -> tuple[str, ...]:
        """Their names on the server, never none: `ABSENT` where there are none."""
        return tuple(self.graphs[one].name for one in graphs if one in self.graphs) or (ABSENT,)


def name_of(graph: str, version: str) -> str:
    """What a graph is called on the server in one version of its data set."""
    return f"{graph}?version={version}"
