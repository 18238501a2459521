"""What a generation says of itself."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import Place, SourceError
from graph.text import Text


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

    `rewritten` counts by predicate the quads whose literal only the columns give back as written. `base` is
    the generation that was changed to make this one, None where everything was loaded; `why` it was made so;
    `changed` counts the quads added or removed since everything was loaded.
    """

    id: str
    created: str
    datasets: Mapping[str, DatasetEntry]
    graphs: Mapping[str, GraphEntry]
    quads: int
    terms: int
    rewritten: Mapping[str, int]
    previous: str | None = None
    base: str | None = None
    why: str = ""
    changed: int = 0

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def dump(self, path: Path) -> None:
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Manifest":
        """The manifest in a file. Raises SourceError for one that another release wrote in another way."""
        try:
            return cls._read(json.loads(path.read_text(encoding="utf-8")))
        except (KeyError, TypeError, AttributeError) as wrong:
            raise SourceError(
                Text(
                    f"Thế hệ {path.parent.name} do một phiên bản khác của Liên thông tạo ra.",
                    f"The generation {path.parent.name} was made by another release of Liên thông.",
                ),
                hint=Text(
                    "Dời thư mục dữ liệu đi nơi khác rồi chạy lại lienthong ingest.",
                    "Move the data folder away and run lienthong ingest again.",
                ),
                place=Place(file=str(path)),
            ) from wrong

    @classmethod
    def _read(cls, read: dict[str, Any]) -> "Manifest":
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
