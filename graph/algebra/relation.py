"""Relations of solutions: a SELECT and what its columns hold."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from graph.algebra.comparison import category_of
from graph.algebra.context import Context
from graph.algebra.holding import NUMBERS, Holds, datatypes, is_only
from graph.algebra.numbers import rank_of
from graph.algebra.values import (
    STRUCT,
    Boolean,
    Decimal,
    Integer,
    Iri,
    Term,
    Text,
    Value,
    struct,
)
from graph.columns.connection import quote
from graph.columns.schema import XSD
from graph.columns.typed import instant_of, number_of


class Kind(Enum):
    """What a column holds, with its SQL type. All but ID hold computed terms."""

    ID = "UINTEGER"
    STRUCT = STRUCT
    TEXT = "VARCHAR"
    IRI = "VARCHAR "
    BOOLEAN = "BOOLEAN"
    INTEGER = "HUGEINT"
    DECIMAL = "DECIMAL(38,18)"
    KEY = "BIGINT"
    """Not a term: the row of a given relation that a solution belongs to."""


@dataclass(frozen=True, slots=True)
class Column:
    """`certain`: bound in every solution. `loaded`: the parts of the term of an id stand beside it
    (`v1_value`, …). `holds`: what the terms of ids can be, where that is known. `beside`: parts that stand
    beside an id without having been loaded (`graph.columns.wide.PARTS`)."""

    kind: Kind
    certain: bool
    loaded: bool = False
    holds: Holds = None
    beside: frozenset[str] = frozenset()

    @property
    def parts(self) -> list[str]:
        loaded = PARTS if self.loaded else ()
        return [*loaded, *sorted(self.beside.difference(loaded))]


PARTS = ("value", "datatype", "language", "number", "instant")
"""What is loaded of a term that is kept as an id: its columns of the dictionary."""


@dataclass(frozen=True, slots=True)
class Relation:
    """`order`: columns to sort by, each with its direction, where the solutions have an order. `identified`:
    terms beside which their id stands (`v1_id`), NULL where there is none."""

    sql: str
    columns: Mapping[str, Column]
    order: tuple[str, ...] = ()
    identified: frozenset[str] = frozenset()

    def row_keys(self) -> list[str]:
        """The columns that hold the row of a given relation."""
        return [name for name, column in self.columns.items() if column.kind is Kind.KEY]


def physical(context: Context, relation: Relation, prefix: str = "") -> list[str]:
    """The SQL names of all columns, with the parts that stand beside them."""
    names = []
    for variable, column in relation.columns.items():
        name = context.column(variable)
        names += [f"{prefix}{name}", *(f"{prefix}{name}_{part}" for part in column.parts)]
    return names


def unloaded(columns: Mapping[str, Column]) -> dict[str, Column]:
    return {name: replace(column, loaded=False, beside=frozenset()) for name, column in columns.items()}


def read(context: Context, variable: str, column: Column) -> Value:
    """The value of a column: an id must be loaded; what a term has besides its parts, derived."""
    name = context.column(variable)
    match column.kind:
        case Kind.TEXT:
            return Text(name)
        case Kind.IRI:
            return Iri(name)
        case Kind.BOOLEAN:
            return Boolean(name)
        case Kind.INTEGER:
            return Integer(name)
        case Kind.DECIMAL:
            return Decimal(name)
        case Kind.ID:
            value, datatype, language, number, instant = (f"{name}_{part}" for part in PARTS)
            term = Term(value, datatype, language, number, instant, id=name, holds=column.holds)
            if "exact" in column.beside:
                term = replace(term, exact=f"{name}_exact")
        case _:
            parts = (f"{name}.v", f"{name}.d", f"{name}.l", f"{name}_number", f"{name}_instant")
            term = Term(*parts, holds=column.holds)
    return replace(term, rank=f"{name}_rank", category=f"{name}_category")


def stored(value: Value) -> tuple[Kind, str]:
    """How a value is kept in a column: its kind and SQL."""
    match value:
        case Boolean(sql):
            return Kind.BOOLEAN, sql
        case Integer(sql):
            return Kind.INTEGER, sql
        case Decimal(sql):
            return Kind.DECIMAL, f"({sql})::{Kind.DECIMAL.value}"
        case Text(sql, None):
            return Kind.TEXT, sql
        case Iri(sql):
            return Kind.IRI, sql
        case Term(id=str() as identity):
            return Kind.ID, identity
        case _:
            return Kind.STRUCT, struct(value)


def load(context: Context, relation: Relation, variables: Iterable[str]) -> Relation:
    """`relation` with the parts of the terms of those `variables` that are kept as ids."""
    columns = dict(relation.columns)
    joins, parts = [], []
    for variable in variables:
        name, column = context.column(variable), columns[variable]
        if column.loaded or column.kind is not Kind.ID:
            continue
        columns[variable] = replace(column, loaded=True)
        join = "JOIN" if column.certain else "LEFT JOIN"
        joins.append(f"{join} {context.terms} {name}_t ON {name}_t.id = q.{name}")
        parts += [f"{name}_t.{part} AS {name}_{part}" for part in PARTS if part not in column.beside]
    if not joins:
        return relation
    sql = f"SELECT q.*, {', '.join(parts)} FROM ({relation.sql}) q {' '.join(joins)}"
    return replace(relation, sql=sql, columns=columns)


def derive(context: Context, relation: Relation, variables: Iterable[str], written: str) -> Relation:
    """A loaded `relation` with those columns that the SQL `written` over it reads of the terms besides their
    parts: rank and category, and for computed terms number and instant."""
    sql = relation.sql
    for variable in variables:
        name, kind = context.column(variable), relation.columns[variable].kind
        ranked = [part for part in ("rank", "category") if f"{name}_{part}" in written]
        if kind is Kind.STRUCT:
            holds = relation.columns[variable].holds
            kinds = None if holds is None else datatypes(holds)
            known = {"number": _number(holds), "instant": instant_of(kinds)}
            typed = [part for part in known if ranked or f"{name}_{part}" in written]
            parts = ", ".join(f"{_of_struct(known[part], name)} AS {name}_{part}" for part in typed)
            sql = f"SELECT q.*, {parts} FROM ({sql}) q" if parts else sql
        if ranked:
            datatype = f"q.{name}.d" if kind is Kind.STRUCT else f"q.{name}_datatype"
            number, instant = f"q.{name}_number", f"q.{name}_instant"
            known = {"rank": rank_of(datatype, number), "category": category_of(datatype, number, instant)}
            parts = ", ".join(f"{known[part]} AS {name}_{part}" for part in ranked)
            sql = f"SELECT q.*, {parts} FROM ({sql}) q"
    return replace(relation, sql=sql)


def _number(holds: Holds) -> str:
    """SQL of the DOUBLE of a computed term, over value and datatype."""
    if not is_only(holds, NUMBERS):
        return number_of(None if holds is None else datatypes(holds))
    double = "TRY_CAST(value AS DOUBLE)"
    if holds is None or f"{XSD}float" not in holds:
        return double
    return (
        f"CASE WHEN datatype = {quote(XSD + 'float')} THEN TRY_CAST(value AS FLOAT)::DOUBLE ELSE {double} END"
    )


def _of_struct(typed: str, name: str) -> str:
    return (
        renamed(typed, f"q.{name}.")
        .replace(f"q.{name}.value", f"q.{name}.v")
        .replace(f"q.{name}.datatype", f"q.{name}.d")
    )


def renamed(typed: str, prefix: str) -> str:
    """SQL of `graph.columns.typed`, which reads the columns value and datatype, with a prefix to both."""
    return re.sub(r"\b(value|datatype)\b", rf"{prefix}\1", typed)
