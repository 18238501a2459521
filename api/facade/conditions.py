"""The names of filters: `registered[gte]`, `name~`, `representative.residences`."""

import re
from collections.abc import Iterable
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


def named(name: str, resource: ResourceType, types: ResourceTypes, sight: Sight) -> Named | None:
    """The filter of that name; None where there is none, or one of its fields is not to be seen."""
    match = _NAME.fullmatch(name)
    keys = match["path"].split(".") if match else []
    if match is None or len(keys) > DEEPEST:
        return None
    source: ResourceType | None = resource
    path: list[Property] = []
    for number, key in enumerate(keys):
        one = source.property(key) if source is not None else None
        if source is None or one is None or not sight.sees(one):
            return None
        path.append(one)
        if number < len(keys) - 1:
            source = types.of_class(one.target_class) if one.kind == "link" else None
    chosen = "contains" if match["like"] else match["operator"] or "eq"
    operator = next((known for known in operators(path[-1]) if known == chosen), None)
    return Named(tuple(path), operator, source) if operator and source else None


def names(properties: Iterable[Property]) -> list[str]:
    """The names of the filters of these fields, without the nested ones."""
    return [f"{one.key}{MEANINGS[operator].suffix}" for one in properties for operator in operators(one)]
