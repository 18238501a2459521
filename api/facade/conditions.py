"""The names of filters: `registered[gte]`, `name~`, `representative.residences`."""

import re
from dataclasses import dataclass

from api.facade.operators import MEANINGS, Operator, operators
from api.facade.sight import Sight
from graph.resources import Property, ResourceType, ResourceTypes

DEEPEST = 3
"""Steps of a nested filter: each is a join."""
_NAME = re.compile(r"(?P<path>[^\[\]~]+)(?:\[(?P<operator>[a-z]+)\]|(?P<like>~))?")


@dataclass(frozen=True, slots=True)
class Named:
    """What the name of a filter asks: `source` is the resource type that the last step starts from."""

    path: tuple[Property, ...]
    operator: Operator
    source: ResourceType


def path_of(
    text: str, resource: ResourceType, types: ResourceTypes, sight: Sight
) -> tuple[tuple[Property, ...], ResourceType] | None:
    """The fields in `a.b.c` and the type that the last one is of; None where one is not there to be seen."""
    keys = text.split(".")
    source: ResourceType | None = resource
    path: list[Property] = []
    for number, key in enumerate(keys[:DEEPEST]):
        one = source.property(key) if source is not None else None
        if source is None or one is None or not sight.sees(one):
            return None
        path.append(one)
        if number < len(keys) - 1:
            source = types.of_class(one.target_class) if one.kind == "link" else None
    return (tuple(path), source) if source is not None and len(path) == len(keys) else None


def named(name: str, resource: ResourceType, types: ResourceTypes, sight: Sight) -> Named | None:
    """The filter of that name; None where there is none, or one of its fields is not to be seen."""
    match = _NAME.fullmatch(name)
    found = path_of(match["path"], resource, types, sight) if match else None
    if match is None or found is None:
        return None
    path, source = found
    chosen = "contains" if match["like"] else match["operator"] or "eq"
    operator = next((known for known in operators(path[-1]) if known == chosen), None)
    return Named(path, operator, source) if operator else None


def near(name: str, resource: ResourceType, types: ResourceTypes, sight: Sight) -> list[str]:
    """Filters of the field that a name is about, where the field is there and cannot be asked so."""
    text = re.split(r"[\[~]", name, maxsplit=1)[0]
    found = path_of(text, resource, types, sight)
    return [f"{text}{MEANINGS[operator].suffix}" for operator in operators(found[0][-1])] if found else []
