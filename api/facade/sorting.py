"""The order of a collection: `sort=-registered,name`, then by IRI, so that no two resources tie."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.facade.filters import wrong
from api.facade.operators import COMPARED, ORDERED, STRING
from graph.instances import Order, Step
from graph.resources import Property
from graph.text import Language

MOST = 3


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of the order. Texts are sorted in one `language`; what has no value comes last either way."""

    field: Property
    descending: bool
    language: Language

    @property
    def order(self) -> Order:
        one = self.field
        by_value = one.kind == "literal" and one.datatype in ORDERED
        language = self.language if one.kind == "langString" else None
        return Order(Step(one.path, one.inverse), by_value, language, self.descending)


def is_sortable(one: Property) -> bool:
    """One value at most (in each language), of a type with an order."""
    if not one.scalar or one.kind == "link" or one.datatypes:
        return False
    return one.kind != "literal" or (one.datatype or STRING) in COMPARED


def read(given: Iterable[str], offered: Iterable[Property], language: Language) -> tuple[Sort, ...]:
    """The keys of `sort`. Raises ParameterError naming those that there are."""
    known = {one.key: one for one in offered if is_sortable(one)}
    found: list[Sort] = []
    for name in (piece.strip() for value in given for piece in value.split(",")):
        if not name:
            continue
        if (one := known.get(name.removeprefix("-"))) is None:
            raise wrong("sort", name, ", ".join(known))
        found.append(Sort(one, name.startswith("-"), language))
    if len(found) > MOST:
        raise wrong("sort", ",".join(given), f"1 … {MOST} khóa/keys")
    return tuple(found)


def text(sort: Iterable[Sort]) -> str:
    """What a cursor holds of the order that it was made for."""
    return ",".join(f"{'-' if one.descending else ''}{one.field.key}@{one.language}" for one in sort)
