"""Which keys of a resource a caller may see and write, and in which graph of the data set each is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.facade.corrections.state import State, Stated
from api.facade.sight import Sight, class_of_field
from graph.access import CLASSES, Identity, class_of, dataset_of, may_write
from graph.iris import Iris
from graph.resources import Property


@dataclass(frozen=True, slots=True)
class Rights:
    """Those of one caller over one resource in one data set; `floor` is the class of access of the data set,
    or that of the graph which says what the resource is, where that is stricter."""

    identity: Identity
    sight: Sight
    dataset: str
    floor: str
    at: datetime
    iris: Iris

    def graph(self, one: Property, stated: Iterable[Stated] = ()) -> str:
        """Where a value of the key goes: what stands in a stricter graph is not made known by changing it."""
        levels = [self.floor, class_of_field(one)]
        levels += [class_of(said.graph) for said in stated if dataset_of(said.graph) == self.dataset]
        return self.iris.graph(self.dataset, max(levels, key=CLASSES.index))

    def writes(self, graph: str) -> bool:
        return dataset_of(graph) == self.dataset and may_write(self.identity, graph, self.at)

    def changes(self, one: Property) -> bool:
        return not one.inverse and self.writes(self.graph(one))

    def knows(self, one: Property) -> bool:
        """Whether the key is there for the caller: to write a graph is to read it (0014)."""
        return self.sight.sees(one) or self.changes(one)


def floor_of(dataset: str, access: str, state: State) -> str:
    levels = [class_of(said.graph) for said in state.classes() if dataset_of(said.graph) == dataset]
    return max([access, *(level for level in levels if level in CLASSES)], key=CLASSES.index)
