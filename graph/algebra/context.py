"""What one compilation shares: the names of its relations, its constants, the names it gives."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import astuple, dataclass, field

from graph.algebra.holding import RESOURCES, Holds
from graph.algebra.plan import Constant, Unsupported
from graph.algebra.stars import Wide
from graph.columns.connection import quote

ABSENT = -1
"""Stands for the id of a constant that the dictionary does not have: equal to no id."""

REFUSAL = "unsupported: "
"""How the message of an error begins that a query raises when it meets a value it cannot treat exactly."""

STAND_IN = re.compile("⟪(\\d+)⟫")
"""What stands in a plan for the value of a parameter."""

_PLACEHOLDER = re.compile("⟦(\\d+)⟧")
_STOOD_IN = re.compile(f"'{STAND_IN.pattern}'")


@dataclass(slots=True)
class Context:
    """`triples`, `terms` and `quads` are SQL names of relations; `quads` is None where there are no named
    graphs. A constant's id is written as a placeholder until it is known."""

    triples: str
    terms: str
    quads: str | None = None
    constants: dict[Constant, int] = field(default_factory=dict)
    required: set[int] = field(default_factory=set)
    """Numbers of the constants without whose id the SQL would not be right."""
    objects: Callable[[Constant], Holds] = lambda predicate: None
    """What the objects of a predicate can be."""
    implies: Callable[[Constant, Constant], bool] = lambda predicate, kind: False
    """Whether each subject of a predicate is of a class, in the default graph."""
    resources: frozenset[str] = RESOURCES
    """What subjects and graphs can be."""
    closure: Callable[[Constant], str | None] = lambda predicate: None
    """The table of the pairs that one or more links of a predicate join in the default graph."""
    are_ids_in_order: Callable[[], bool] = lambda: False
    """Whether ids are in the order of the terms' texts."""
    wide: Sequence[Wide] = ()
    """What there is of the default graph in wide tables."""
    _physical: dict[str, str] = field(default_factory=dict)
    _fresh: int = 0

    def id_of(self, constant: Constant) -> str:
        """SQL: the id of a constant, `ABSENT` where it has none."""
        return f"⟦{self.constants.setdefault(constant, len(self.constants))}⟧"

    def required_id_of(self, constant: Constant) -> str:
        """The same where a constant that is in no triple is a solution (paths of no length, §9.3)."""
        placeholder = self.id_of(constant)
        self.required.add(self.constants[constant])
        return placeholder

    def column(self, variable: str) -> str:
        """The column that holds a variable; SQL folds case, SPARQL does not, so names are numbered."""
        return self._physical.setdefault(variable, f"v{len(self._physical)}")

    def fresh(self, stem: str) -> str:
        self._fresh += 1
        return f"{stem}{self._fresh}"


def with_ids(
    sql: str, ids: Sequence[int | None], constants: Sequence[Constant], required: Collection[int]
) -> str:
    """`sql` with the ids of the constants in place. Raises Unsupported where a required one has none."""

    def written(number: int) -> str:
        known = ids[number]
        if known is None and number in required:
            raise Unsupported(f"a path from {constants[number].value}, which the data does not have")
        return str(ABSENT if known is None else known)

    return _replaced(sql, written)


def stand_in(number: int, constant: Constant) -> Constant:
    return Constant(f"⟪{number}⟫", constant.datatype, constant.language)


def with_values(sql: str, values: Sequence[Constant]) -> str:
    """`sql` with the values of its parameters in place."""
    return _STOOD_IN.sub(lambda found: text(values[int(found[1])].value), sql)


def is_open(sql: str) -> bool:
    """Whether all that `sql` says of its parameters is their value."""
    return not STAND_IN.search(_STOOD_IN.sub("", sql))


def with_look_ups(sql: str, terms: str, constants: Sequence[Constant], required: Collection[int]) -> str:
    """`sql` that looks up the ids of the constants itself."""

    def written(number: int) -> str:
        missing = refuse("a path from a term that the data does not have") if number in required else ABSENT
        return f"coalesce(({look_up(terms, constants[number])}), {missing})"

    return _replaced(sql, written)


def look_up(terms: str, constant: Constant) -> str:
    """SQL: the id of `constant`, no row where it has none."""
    datatype = "IS NULL" if constant.datatype is None else f"= {text(constant.datatype)}"
    language = "IS NULL" if constant.language is None else f"= {text(constant.language)}"
    return (
        f"SELECT id FROM {terms} WHERE value = {text(constant.value)}"
        f" AND datatype {datatype} AND language {language}"
    )


def look_up_all(terms: str, constants: Sequence[Constant]) -> str:
    """SQL: one row of the ids of `constants`, in one scan of the dictionary."""
    if not constants:
        return "SELECT NULL"
    rows = ", ".join(
        f"({number}, {', '.join('NULL' if part is None else text(part) for part in astuple(constant))})"
        for number, constant in enumerate(constants)
    )
    ids = ", ".join(f"max(t.id) FILTER (c.number = {number})" for number in range(len(constants)))
    return (
        f"SELECT {ids} FROM {terms} t JOIN (VALUES {rows}) c(number, value, datatype, language)"
        " ON t.value = c.value AND t.datatype IS NOT DISTINCT FROM c.datatype::VARCHAR"
        " AND t.language IS NOT DISTINCT FROM c.language::VARCHAR"
    )


def _replaced(sql: str, written: Callable[[int], str]) -> str:
    return _PLACEHOLDER.sub(lambda found: written(int(found[1])), sql)


def text(value: str) -> str:
    """`value` as an SQL expression that holds no placeholder."""
    if "⟦" not in value and "\0" not in value:
        return quote(value)
    parts = [quote(part) for part in re.split("⟦|\0", value)]
    signs = [f"chr({ord(sign)})" for sign in re.findall("⟦|\0", value)]
    woven = [parts[0]]
    for sign, part in zip(signs, parts[1:], strict=True):
        woven += [sign, part]
    return f"({' || '.join(woven)})"


def refuse(reason: str) -> str:
    """SQL that ends the query when it is evaluated: a value was met that is not treated exactly."""
    return f"error({quote(REFUSAL + reason)})"
