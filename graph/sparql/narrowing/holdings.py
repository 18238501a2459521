"""What each graph of a generation holds, as its manifest tells."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.stores.manifest import GraphEntry

Graphs = frozenset[str]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is where. `predicates` and `classes`: the graphs that hold each; `links`: of a predicate, by the
    graph that holds it, the graphs that describe objects of it; `neighbours` of a graph: those that describe
    one of its subjects too, itself included."""

    predicates: Mapping[str, Graphs]
    links: Mapping[str, Mapping[str, Graphs]]
    classes: Mapping[str, Graphs]
    neighbours: Mapping[str, Graphs]

    @classmethod
    def of(cls, graphs: Mapping[str, GraphEntry]) -> "Holdings":
        """The holdings that a generation's manifest tells."""
        links: dict[str, dict[str, Graphs]] = {}
        classes: dict[str, set[str]] = {}
        for graph, entry in graphs.items():
            for predicate, targets in entry.predicates.items():
                links.setdefault(predicate, {})[graph] = frozenset(targets)
            for kind in entry.classes:
                classes.setdefault(kind, set()).add(graph)
        return cls(
            {predicate: frozenset(holding) for predicate, holding in links.items()},
            links,
            {name: frozenset(found) for name, found in classes.items()},
            {graph: frozenset({graph, *entry.neighbours}) for graph, entry in graphs.items()},
        )
