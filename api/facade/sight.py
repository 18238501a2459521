"""Which fields a caller may see. A field that may not be seen is treated as one that there is not."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph import labels
from graph.access import CLASSES, OPEN, Principal, class_of
from graph.resources import Property
from graph.stores.generations import Generation
from graph.stores.manifest import GraphEntry

MOST = 256


def class_of_field(one: Property) -> str:
    """The class of access of a property's values; open where its shape names none."""
    return labels.local_name(one.access) if one.access else OPEN


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """`graphs` are those of a generation that the caller may read.

    An open field is seen by everybody. Another one is seen by whoever may read a graph of its class, or of a
    stricter one, that holds it: a right to read one register's restricted data shows no other's fields.
    """

    graphs: Mapping[str, GraphEntry]
    _seen: dict[tuple[str, str | None], bool] = field(default_factory=dict)

    @classmethod
    def of(cls, principal: Principal, published: Mapping[str, GraphEntry]) -> "Sight":
        return cls({name: published[name] for name in principal.graphs if name in published})

    def sees(self, one: Property) -> bool:
        asked = one.path, one.access
        if asked not in self._seen:
            self._seen[asked] = self._sees(one)
        return self._seen[asked]

    def _sees(self, one: Property) -> bool:
        needed = class_of_field(one)
        return needed == OPEN or any(
            CLASSES.index(class_of(name)) >= CLASSES.index(needed) and one.path in entry.predicates
            for name, entry in self.graphs.items()
            if class_of(name) in CLASSES
        )

    def seen(self, properties: Iterable[Property]) -> tuple[Property, ...]:
        return tuple(one for one in properties if self.sees(one))


class Sights:
    """One for all requests of whoever may read the same graphs, of one generation at a time."""

    def __init__(self) -> None:
        self._generation: Generation | None = None
        self._known: OrderedDict[frozenset[str], Sight] = OrderedDict()

    def of(self, principal: Principal, generation: Generation) -> Sight:
        if generation is not self._generation:
            self._generation = generation
            self._known.clear()
        found = self._known.get(principal.graphs)
        if found is None:
            found = self._known[principal.graphs] = Sight.of(principal, generation.manifest.graphs)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return found
