"""Filters: the text of a parameter as SPARQL terms, by the kind of its property."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date

from graph import labels
from graph.errors import ParameterError
from graph.iris import Iris
from graph.resources import Property, ResourceType, ResourceTypes
from graph.resources.identifier import kebab
from graph.sparql import terms
from graph.sparql.terms import XSD
from graph.text import Text
from graph.vocabulary import Vocabulary

STRING, DATE, BOOLEAN, INTEGER, DECIMAL = (
    XSD + name for name in ("string", "date", "boolean", "integer", "decimal")
)
_JSON_TYPES: Mapping[str, Mapping[str, object]] = {
    STRING: {"type": "string"},
    DATE: {"type": "string", "format": "date"},
    BOOLEAN: {"type": "boolean"},
    INTEGER: {"type": "integer"},
    DECIMAL: {"type": "number"},
}


@dataclass(frozen=True, slots=True)
class Filter:
    """The values of `property` that are wanted, any of them, as SPARQL terms.

    `by_value` compares numbers by their value (`1.50` finds `1.5`), everything else is the same term.
    """

    property: Property
    terms: tuple[str, ...]
    by_value: bool = False


def is_filterable(one: Property) -> bool:
    if one.kind == "literal":
        return bool(one.datatypes) or (one.datatype or STRING) in _JSON_TYPES
    return one.kind in ("code", "link")


def schema(one: Property, vocabulary: Vocabulary) -> dict[str, object]:
    """JSON Schema of one value of the filter."""
    if one.kind == "code":
        return (
            {"type": "string", "enum": [_notation(value, vocabulary) for value in one.values]}
            if one.values
            else {"type": "string"}
        )
    if one.kind == "link":
        return {"type": "string"}
    found = dict(_JSON_TYPES[one.datatype or STRING])
    if one.values:
        found["enum"] = list(one.values)
    if one.pattern and found == {"type": "string"}:
        found["pattern"] = one.pattern
    return found


def read(
    one: Property,
    name: str,
    given: Sequence[str],
    types: ResourceTypes,
    vocabulary: Vocabulary,
    resource: ResourceType,
    iris: Iris,
) -> Filter:
    """The filter for the values given. Raises ParameterError naming what would have worked."""
    if one.kind == "code":
        return Filter(one, tuple(_code(one, name, value, vocabulary) for value in given))
    if one.kind == "link":
        return Filter(
            one, tuple(term for value in given for term in _link(one, name, value, types, resource, iris))
        )
    if one.datatypes:
        return Filter(one, tuple(terms.literal(value, kind) for value in given for kind in one.datatypes))
    datatype = one.datatype or STRING
    if (
        one.values
        and (unknown := next((value for value in given if value not in one.values), None)) is not None
    ):
        raise wrong(name, unknown, ", ".join(one.values))
    lexical = tuple(terms.literal(_READERS.get(datatype, _as_is)(name, value), datatype) for value in given)
    return Filter(one, lexical, by_value=datatype in (INTEGER, DECIMAL))


def date(name: str, value: str) -> str:
    """An ISO date (`YYYY-MM-DD`)."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return calendar_date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise wrong(name, value, "YYYY-MM-DD, 2025-07-01")


def boolean(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise wrong(name, value, "true, false")
    return value == "true"


def wrong(name: str, value: str, offer: str) -> ParameterError:
    """The error for a value that cannot be used; `offer` says what could."""
    return ParameterError(
        Text(
            f"Tham số «{name}»: không dùng được giá trị «{value}».",
            f"Parameter “{name}”: “{value}” cannot be used.",
        ),
        hint=Text(f"{name}: {offer}", f"{name}: {offer}"),
    )


def _code(one: Property, name: str, value: str, vocabulary: Vocabulary) -> str:
    """The concept whose notation or IRI was given."""
    for candidate in one.values:
        if value in (candidate, _notation(candidate, vocabulary)):
            return terms.iri(candidate)
    if not one.values:
        return terms.iri(value)
    raise wrong(name, value, ", ".join(_notation(candidate, vocabulary) for candidate in one.values))


def _link(
    one: Property, name: str, value: str, types: ResourceTypes, resource: ResourceType, iris: Iris
) -> tuple[str, ...]:
    """The entities that the value may mean: a whole IRI, a path below the base, or a key.

    A register's key begins with what it registers (`unit-2025-07-01`); the date alone is understood as well.
    """
    if not value:
        raise wrong(name, value, "key, IRI")
    if value.startswith(("http://", "https://")):
        return (terms.iri(value),)
    if value.startswith("id/"):
        return (terms.iri(iris.resolve(value)),)
    target = types.of_class(one.target_class)
    kind = target.identifier if target else kebab(labels.local_name(one.target_class or name))
    keys = (value,) if target and target.collection else (value, f"{resource.identifier}-{value}")
    return tuple(terms.iri(iris.entity(kind, key)) for key in keys)


def _notation(concept: str, vocabulary: Vocabulary) -> str:
    found = vocabulary.concepts.get(concept)
    return found.notation if found else labels.local_name(concept)


def _as_is(_: str, value: str) -> str:
    return value


def _boolean(name: str, value: str) -> str:
    return str(boolean(name, value)).lower()


def _number(pattern: str, offer: str) -> Callable[[str, str], str]:
    def read_number(name: str, value: str) -> str:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise wrong(name, value, offer)
        return value

    return read_number


_READERS: Mapping[str, Callable[[str, str], str]] = {
    DATE: date,
    BOOLEAN: _boolean,
    INTEGER: _number(r"[+-]?\d{1,30}", "12"),
    DECIMAL: _number(r"[+-]?\d{1,18}(\.\d{1,18})?", "2.97"),
}
