"""Which fields a caller may see. A field that may not be seen is treated as one that there is not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph import labels
from graph.access import CLASSES, OPEN, Principal, class_of
from graph.resources import Property
from graph.stores.manifest import GraphEntry


def class_of_field(one: Property) -> str:
    """The class of access of a property's values; open where its shape names none."""
    return labels.local_name(one.access) if one.access else OPEN


@dataclass(frozen=True, slots=True)
class Sight:
    """`graphs` are those of a generation that the caller may read.

    An open field is seen by everybody. Another one is seen by whoever may read a graph of its class, or of a
    stricter one, that holds it: a right to read one register's restricted data shows no other's fields.
    """

    graphs: Mapping[str, GraphEntry]

    @classmethod
    def of(cls, principal: Principal, published: Mapping[str, GraphEntry]) -> "Sight":
        return cls({name: published[name] for name in principal.graphs if name in published})

    def sees(self, one: Property) -> bool:
        needed = class_of_field(one)
        if needed == OPEN:
            return True
        return any(
            CLASSES.index(class_of(name)) >= CLASSES.index(needed) and one.path in entry.predicates
            for name, entry in self.graphs.items()
            if class_of(name) in CLASSES
        )

    def seen(self, properties: Iterable[Property]) -> tuple[Property, ...]:
        return tuple(one for one in properties if self.sees(one))
