"""How much a generation holds, told for any set of its graphs (the counts of VoID, §4)."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from graph.columns import Columns
from graph.columns.statistics import GraphStatistics
from graph.errors import Place, SourceError
from graph.text import Text


@dataclass(frozen=True, slots=True)
class Counts:
    """`described`: sets of graphs, each with how many subjects these and no others describe.

    A subject may be described in several graphs, so that the subjects of graphs together are no sum; a triple
    is in one graph alone (`graph.columns.overlap`), so that all else is.
    """

    graphs: Mapping[str, GraphStatistics]
    described: tuple[tuple[frozenset[str], int], ...]

    @classmethod
    def of(cls, columns: Columns) -> "Counts":
        """Counts what a columns file holds."""
        described = tuple((frozenset(graphs), number) for graphs, number in columns.described())
        return cls(columns.statistics().graphs, described)

    def within(self, graphs: Iterable[str]) -> GraphStatistics:
        """The counts of the merge of some graphs; those that are not there count nothing."""
        chosen = frozenset(graphs)
        counted = [self.graphs[name] for name in sorted(chosen & self.graphs.keys())]
        return GraphStatistics(
            sum(one.quads for one in counted),
            sum(number for among, number in self.described if not among.isdisjoint(chosen)),
            _sums(one.predicates for one in counted),
            _sums(one.classes for one in counted),
        )

    def dump(self, path: Path) -> None:
        told = {
            "graphs": {name: asdict(one) for name, one in self.graphs.items()},
            "described": [[sorted(graphs), number] for graphs, number in self.described],
        }
        path.write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")


@cache
def load(path: Path, created: str) -> Counts:
    """The counts in the file of the generation made at `created`, which tells a data folder made anew.

    Raises SourceError where an earlier release made the generation without them.
    """
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise SourceError(
            Text(
                f"Thế hệ {path.parent.name} không có số đếm.", f"Generation {path.parent.name} has no counts."
            ),
            hint=Text("Chạy lại: lienthong ingest", "Run again: lienthong ingest"),
            place=Place(file=str(path)),
        ) from missing
    return Counts(
        {name: GraphStatistics(**one) for name, one in read["graphs"].items()},
        tuple((frozenset(graphs), number) for graphs, number in read["described"]),
    )


def _sums(counted: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total = Counter[str]()
    for one in counted:
        total.update(one)
    return dict(sorted(total.items()))
