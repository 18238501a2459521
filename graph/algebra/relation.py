"""Relations of solutions: a SELECT and what its columns hold."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from graph.algebra.context import Context
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
from graph.columns.typed import INSTANT, NUMBER


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
    """`certain`: bound in every solution. `loaded`: the term's parts stand beside it (`v1_value`, …)."""

    kind: Kind
    certain: bool
    loaded: bool = False


PARTS = ("value", "datatype", "language", "number", "instant")


@dataclass(frozen=True, slots=True)
class Relation:
    """`order`: columns to sort by, each with its direction, where the solutions have an order."""

    sql: str
    columns: Mapping[str, Column]
    order: tuple[str, ...] = ()

    def row_keys(self) -> list[str]:
        """The columns that hold the row of a given relation."""
        return [name for name, column in self.columns.items() if column.kind is Kind.KEY]


def physical(context: Context, relation: Relation, prefix: str = "") -> list[str]:
    """The SQL names of all columns, with the parts of the loaded ones."""
    names = []
    for variable, column in relation.columns.items():
        name = context.column(variable)
        names.append(f"{prefix}{name}")
        if column.loaded:
            names += [f"{prefix}{name}_{part}" for part in PARTS]
    return names


def unloaded(columns: Mapping[str, Column]) -> dict[str, Column]:
    return {name: replace(column, loaded=False) for name, column in columns.items()}


def read(context: Context, variable: str, column: Column) -> Value:
    """The value of a column; an ID or a struct must be loaded."""
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
        case _:
            identity = name if column.kind is Kind.ID else None
            value, datatype, language, number, instant = (f"{name}_{part}" for part in PARTS)
            return Term(value, datatype, language, number, instant, id=identity)


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
    """`relation` with the parts of the terms of `variables` beside them."""
    wanted = [name for name in variables if not relation.columns[name].loaded]
    if not wanted:
        return relation
    sql = relation.sql
    columns = dict(relation.columns)
    joins, parts = [], []
    for variable in wanted:
        name, column = context.column(variable), columns[variable]
        columns[variable] = replace(column, loaded=True)
        if column.kind is Kind.ID:
            join = "JOIN" if column.certain else "LEFT JOIN"
            joins.append(f"{join} {context.terms} {name}_t ON {name}_t.id = q.{name}")
            parts += [f"{name}_t.{part} AS {name}_{part}" for part in PARTS]
        else:
            sql = _with_parts_of_struct(sql, name)
    if joins:
        sql = f"SELECT q.*, {', '.join(parts)} FROM ({sql}) q {' '.join(joins)}"
    return replace(relation, sql=sql, columns=columns)


def _with_parts_of_struct(sql: str, name: str) -> str:
    fields = (("v", "value"), ("d", "datatype"), ("l", "language"))
    taken = f"SELECT q.*, {', '.join(f'q.{name}.{one} AS {name}_{part}' for one, part in fields)}"
    number, instant = (renamed(typed, f"q.{name}_") for typed in (NUMBER, INSTANT))
    return (
        f"SELECT q.*, {number} AS {name}_number, {instant} AS {name}_instant FROM ({taken} FROM ({sql}) q) q"
    )


def renamed(typed: str, prefix: str) -> str:
    """SQL of `graph.columns.typed`, which reads the columns value and datatype, with a prefix to both."""
    return re.sub(r"\b(value|datatype)\b", rf"{prefix}\1", typed)
