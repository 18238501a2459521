"""Filters: the text of a parameter as a condition, by the kind of its property."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import datetime

from api.facade import search
from api.facade.operators import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    RANGES,
    STRING,
    Operator,
)
from graph import labels
from graph.errors import ParameterError
from graph.instances import Condition, Constant, Step
from graph.iris import Iris
from graph.resources import Property, ResourceTypes
from graph.resources.identifier import kebab
from graph.sparql import terms
from graph.text import Text
from graph.vocabulary import Vocabulary

_JSON_TYPES: Mapping[str, Mapping[str, object]] = {
    STRING: {"type": "string"},
    DATE: {"type": "string", "format": "date"},
    DATE_TIME: {"type": "string", "format": "date-time"},
    BOOLEAN: {"type": "boolean"},
    INTEGER: {"type": "integer"},
    DECIMAL: {"type": "number"},
}


@dataclass(frozen=True, slots=True)
class Words:
    """What values are read with: a register's key needs `identifier`, the `<type>` of who links to it."""

    types: ResourceTypes
    vocabulary: Vocabulary
    iris: Iris


def schema(one: Property, operator: Operator, vocabulary: Vocabulary) -> dict[str, object]:
    """JSON Schema of one value of the filter."""
    if operator == "exists":
        return {"type": "boolean"}
    if operator in ("in", "contains") or one.kind in ("link", "langString"):
        return {"type": "string"}
    if one.kind == "code":
        return (
            {"type": "string", "enum": [_notation(value, vocabulary) for value in one.values]}
            if one.values
            else {"type": "string"}
        )
    found = dict(_JSON_TYPES[one.datatype or STRING])
    if one.values:
        found["enum"] = list(one.values)
    if one.pattern and found == {"type": "string"}:
        found["pattern"] = one.pattern
    return found


def read(
    path: tuple[Property, ...], operator: Operator, name: str, given: Sequence[str], words: Words, source: str
) -> Condition:
    """The condition for the values given. Raises ParameterError naming what would have worked.

    `source` is the `<type>` in the IRIs of what the last step starts from.
    """
    one, steps = path[-1], tuple(Step(each.path, each.inverse) for each in path)
    if operator == "exists":
        return Condition(steps, "presence", (Constant(str(boolean(name, given[-1])).lower()),))
    if operator == "contains":
        return Condition(steps, "pattern", tuple(_pattern(name, value) for value in given))
    if operator == "in":
        given = [piece.strip() for value in given for piece in value.split(",") if piece.strip()]
        if not given:
            raise wrong(name, "", "a,b,c")
    if operator in RANGES and len(given) > 1:
        raise wrong(name, given[-1], str(Text("chỉ một giá trị", "one value only")))
    if one.kind == "code":
        return Condition(steps, "term", tuple(_code(one, name, value, words.vocabulary) for value in given))
    if one.kind == "link":
        found = (iri for value in given for iri in _link(one, name, value, words, source))
        return Condition(steps, "term", tuple(found))
    if one.kind == "langString":
        return Condition(steps, "text", tuple(Constant(value, STRING) for value in given))
    return _literal(one, steps, operator, name, given)


def _literal(
    one: Property, steps: tuple[Step, ...], operator: Operator, name: str, given: Sequence[str]
) -> Condition:
    if one.datatypes:
        every = tuple(Constant(value, kind) for value in given for kind in one.datatypes)
        return Condition(steps, "term", every)
    datatype = one.datatype or STRING
    unknown = next((value for value in given if value not in one.values), None) if one.values else None
    if unknown is not None:
        raise wrong(name, unknown, ", ".join(one.values))
    lexical = tuple(Constant(_READERS.get(datatype, _as_is)(name, value), datatype) for value in given)
    is_value = operator in RANGES or datatype in (INTEGER, DECIMAL, DATE_TIME)
    return Condition(steps, "value" if is_value else "term", lexical, RANGES.get(operator, "="))


def _pattern(name: str, value: str) -> Constant:
    if not value.strip():
        raise wrong(name, value, "ha noi")
    return Constant(search.pattern(value), STRING)


def _iri(value: str) -> Constant:
    """Raises ParameterError for what is no absolute IRI."""
    terms.iri(value)
    return Constant(value)


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


def _code(one: Property, name: str, value: str, vocabulary: Vocabulary) -> Constant:
    """The concept whose notation or IRI was given."""
    for candidate in one.values:
        if value in (candidate, _notation(candidate, vocabulary)):
            return _iri(candidate)
    if not one.values:
        return _iri(value)
    raise wrong(name, value, ", ".join(_notation(candidate, vocabulary) for candidate in one.values))


def _link(one: Property, name: str, value: str, words: Words, source: str) -> tuple[Constant, ...]:
    """The entities that the value may mean: a whole IRI, a path below the base, or a key.

    A register's key begins with what it registers (`unit-2025-07-01`); the date alone is understood as well.
    """
    if not value:
        raise wrong(name, value, "key, IRI")
    if value.startswith(("http://", "https://")):
        return (_iri(value),)
    if value.startswith("id/"):
        return (_iri(words.iris.resolve(value)),)
    target = words.types.of_class(one.target_class)
    kind = target.identifier if target else kebab(labels.local_name(one.target_class or name))
    keys = (value,) if target and target.collection else (value, f"{source}-{value}")
    return tuple(_iri(words.iris.entity(kind, key)) for key in keys)


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


def _moment(name: str, value: str) -> str:
    """A moment with its time zone (XML Schema, dateTimeStamp); a day is its beginning in Vietnam."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return f"{date(name, value)}T00:00:00+07:00"
    offer = "2025-07-01T08:30:00+07:00, 2025-07-01"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", value, re.ASCII):
        raise wrong(name, value, offer)
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise wrong(name, value, offer) from None
    return value


_READERS: Mapping[str, Callable[[str, str], str]] = {
    DATE: date,
    DATE_TIME: _moment,
    BOOLEAN: _boolean,
    INTEGER: _number(r"[+-]?\d{1,30}", "số nguyên / a whole number, 12"),
    DECIMAL: _number(r"[+-]?\d{1,18}(\.\d{1,18})?", "số / a number, 2.97"),
}
