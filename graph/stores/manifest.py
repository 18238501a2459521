"""What a generation says of itself."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """One data set: the version that was published, its distinct quads, its named graphs."""

    version: str
    quads: int
    graphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GraphEntry:
    """One named graph: its quads and its class of access (open, shared, restricted); the classes it holds;
    `predicates`: those it holds, each with the graphs that describe an object of it; `neighbours`: the other
    graphs that describe one of its subjects too."""

    quads: int
    access: str
    predicates: Mapping[str, tuple[str, ...]]
    classes: tuple[str, ...]
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`created` is ISO 8601 in UTC; `previous` is the generation that was current before this one.

    `rewritten` counts by predicate the quads whose literal only the columns give back as written.
    """

    id: str
    created: str
    datasets: Mapping[str, DatasetEntry]
    graphs: Mapping[str, GraphEntry]
    quads: int
    terms: int
    rewritten: Mapping[str, int]
    previous: str | None = None

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def dump(self, path: Path) -> None:
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Manifest":
        read = json.loads(path.read_text(encoding="utf-8"))
        datasets = {
            name: DatasetEntry(entry["version"], entry["quads"], tuple(entry["graphs"]))
            for name, entry in read.pop("datasets").items()
        }
        graphs = {name: _graph_entry(entry) for name, entry in read.pop("graphs").items()}
        return cls(datasets=datasets, graphs=graphs, **read)


def _graph_entry(read: dict[str, Any]) -> GraphEntry:
    lists = {name: tuple(read[name]) for name in ("classes", "neighbours")}
    predicates = {name: tuple(graphs) for name, graphs in read["predicates"].items()}
    return GraphEntry(**{**read, **lists, "predicates": predicates})
