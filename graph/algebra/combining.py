"""Joins, unions and differences of relations (SPARQL 1.1 §18.5), with unbound variables and bags."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from graph.algebra.context import Context
from graph.algebra.holding import both, either
from graph.algebra.relation import Column, Kind, Relation, load, physical, read, unloaded
from graph.algebra.values import struct


def unit() -> Relation:
    """The one solution that binds nothing."""
    return Relation("SELECT 1 AS nothing", {})


def alike(context: Context, left: Relation, right: Relation) -> tuple[Relation, Relation]:
    """Both with their shared variables in columns of the same kinds."""
    for name in left.columns.keys() & right.columns.keys():
        a, b = left.columns[name], right.columns[name]
        if a.kind is b.kind:
            continue
        if Kind.ID in (a.kind, b.kind) and a.certain and b.certain:
            if a.kind is Kind.ID:
                right = as_id(context, right, name)
            else:
                left = as_id(context, left, name)
            continue
        left, right = as_struct(context, left, name), as_struct(context, right, name)
    return left, right


def as_struct(context: Context, relation: Relation, name: str) -> Relation:
    """`relation` with a variable as a computed term."""
    column = relation.columns[name]
    if column.kind is Kind.STRUCT:
        return replace(relation, columns={**relation.columns, name: replace(column, loaded=False)})
    if column.kind is Kind.ID:
        relation = load(context, relation, [name])
    value = read(context, name, relation.columns[name])
    made = Column(Kind.STRUCT, column.certain, holds=column.holds)
    return _recast(context, relation, name, made, struct(value))


def as_id(context: Context, relation: Relation, name: str) -> Relation:
    """`relation` with a computed variable as an id; solutions whose term the dictionary lacks are left out:
    they join with no id."""
    column = context.column(name)
    made = Column(Kind.ID, relation.columns[name].certain, holds=relation.columns[name].holds)
    if name in relation.identified:
        kept = f"FROM ({relation.sql}) q WHERE {column}_id IS NOT NULL"
        sql = f"SELECT * REPLACE ({column}_id AS {column}) {kept}"
        return replace(relation, sql=sql, columns={**relation.columns, name: made})
    relation = as_struct(context, relation, name)
    sql = (
        f"SELECT {', '.join([*_others(context, relation, name), f't.id AS {column}'])}"
        f" FROM ({relation.sql}) q JOIN {context.terms} t ON t.value = q.{column}.v"
        f" AND t.datatype IS NOT DISTINCT FROM q.{column}.d AND t.language IS NOT DISTINCT FROM q.{column}.l"
    )
    return replace(relation, sql=sql, columns={**relation.columns, name: made}, identified=frozenset())


def _recast(context: Context, relation: Relation, name: str, column: Column, value: str) -> Relation:
    selected = [*_others(context, relation, name), f"{value} AS {context.column(name)}"]
    return replace(
        relation,
        sql=f"SELECT {', '.join(selected)} FROM ({relation.sql}) q",
        columns={**relation.columns, name: column},
        identified=frozenset(),
    )


def _others(context: Context, relation: Relation, name: str) -> list[str]:
    others = {other: column for other, column in relation.columns.items() if other != name}
    kept = physical(context, replace(relation, columns=others), "q.")
    return kept + [f"q.{one.split()[0]}" for one in relation.order]


@dataclass(frozen=True, slots=True)
class _Shared:
    """How two relations are joined: the condition, and what is selected of each variable."""

    condition: str
    selected: tuple[str, ...]
    columns: Mapping[str, Column]


def _shared(context: Context, left: Relation, right: Relation, *, optional: bool) -> _Shared:
    conditions, selected, columns = [], [], {}
    for name, column in left.columns.items():
        physical_name = context.column(name)
        other = right.columns.get(name)
        if other is None or column.certain:
            selected += physical(context, Relation("", {name: column}), "l.")
            columns[name] = column
            if other is not None and other.certain and not optional:
                columns[name] = replace(column, holds=both(column.holds, other.holds))
        else:
            selected.append(f"coalesce(l.{physical_name}, r.{physical_name}) AS {physical_name}")
            holds = either(column.holds, other.holds)
            columns[name] = Column(column.kind, other.certain and not optional, holds=holds)
        if other is not None:
            conditions.append(_compatible(physical_name, column, other))
    for name, column in right.columns.items():
        if name not in left.columns:
            selected += physical(context, Relation("", {name: column}), "r.")
            columns[name] = replace(column, certain=column.certain and not optional)
    return _Shared(" AND ".join(conditions) or "TRUE", tuple(selected), columns)


def _compatible(name: str, left: Column, right: Column) -> str:
    equal = f"l.{name} = r.{name}"
    unbound = [f"{side}.{name} IS NULL" for side, one in (("l", left), ("r", right)) if not one.certain]
    return f"({' OR '.join([equal, *unbound])})" if unbound else equal


def join(context: Context, left: Relation, right: Relation) -> Relation:
    if not left.columns and left.sql == unit().sql:
        return right
    if not right.columns and right.sql == unit().sql:
        return left
    left, right = alike(context, left, right)
    shared = _shared(context, left, right, optional=False)
    selected = ", ".join(shared.selected) or "1 AS nothing"
    sql = f"SELECT {selected} FROM ({left.sql}) l JOIN ({right.sql}) r ON {shared.condition}"
    return Relation(sql, shared.columns)


def left_join(context: Context, left: Relation, right: Relation) -> Relation:
    """OPTIONAL without a condition of its own."""
    for name in left.columns.keys() & right.columns.keys():
        if left.columns[name].kind is not right.columns[name].kind:
            a, b = left.columns[name], right.columns[name]
            if a.kind is Kind.ID and a.certain and b.certain:
                right = as_id(context, right, name)
            else:
                left, right = as_struct(context, left, name), as_struct(context, right, name)
    shared = _shared(context, left, right, optional=True)
    selected = ", ".join(shared.selected) or "1 AS nothing"
    sql = f"SELECT {selected} FROM ({left.sql}) l LEFT JOIN ({right.sql}) r ON {shared.condition}"
    return Relation(sql, shared.columns)


def union(context: Context, left: Relation, right: Relation) -> Relation:
    for name in left.columns.keys() & right.columns.keys():
        if left.columns[name].kind is not right.columns[name].kind:
            left, right = as_struct(context, left, name), as_struct(context, right, name)
    names = [*left.columns, *(name for name in right.columns if name not in left.columns)]
    columns = {}
    for name in names:
        a, b = left.columns.get(name), right.columns.get(name)
        known = a or b
        assert known is not None
        columns[name] = Column(
            known.kind,
            a is not None and b is not None and a.certain and b.certain,
            a is not None and b is not None and a.loaded and b.loaded,
            either(*(one.holds for one in (a, b) if one is not None)),
            a.beside & b.beside if a is not None and b is not None else frozenset(),
        )
    branches = [_branch(context, relation, columns) for relation in (left, right)]
    return Relation(" UNION ALL ".join(branches), columns)


def _branch(context: Context, relation: Relation, columns: Mapping[str, Column]) -> str:
    selected = []
    for name, column in columns.items():
        physical_name = context.column(name)
        if name not in relation.columns:
            selected.append(f"NULL::{column.kind.value.strip()} AS {physical_name}")
        else:
            selected.append(physical_name)
            selected += [f"{physical_name}_{part}" for part in column.parts]
    return f"SELECT {', '.join(selected) or '1 AS nothing'} FROM ({relation.sql}) q"


def minus(context: Context, left: Relation, right: Relation, apart: Collection[str] = ()) -> Relation:
    """MINUS: a solution goes when a compatible one shares a bound variable with it, other than `apart`."""
    for name in left.columns.keys() & right.columns.keys():
        if left.columns[name].kind is not right.columns[name].kind:
            left, right = as_struct(context, left, name), as_struct(context, right, name)
    shared = [name for name in left.columns if name in right.columns]
    terms = [name for name in shared if left.columns[name].kind is not Kind.KEY and name not in apart]
    if not terms:
        return left
    compatible = " AND ".join(
        _compatible(context.column(name), left.columns[name], right.columns[name]) for name in shared
    )
    overlapping = " OR ".join(
        f"(l.{context.column(name)} IS NOT NULL AND r.{context.column(name)} IS NOT NULL)" for name in terms
    )
    if any(left.columns[name].certain and right.columns[name].certain for name in terms):
        overlapping = "TRUE"
    sql = f"SELECT l.* FROM ({left.sql}) l ANTI JOIN ({right.sql}) r ON {compatible} AND ({overlapping})"
    return Relation(sql, left.columns)


def distinct(context: Context, relation: Relation) -> Relation:
    columns = unloaded(relation.columns)
    names = ", ".join(physical(context, replace(relation, columns=columns)))
    selected = names or "1 AS nothing"
    if not relation.order:
        return Relation(f"SELECT DISTINCT {selected} FROM ({relation.sql}) q", columns)
    # Solutions that are the same are sorted by the same values, but for expressions over other variables.
    order = [one.split()[0] for one in relation.order]
    kept = ", ".join(f"any_value({one}) AS {one}" for one in order)
    sql = f"SELECT {selected}, {kept} FROM ({relation.sql}) q GROUP BY {names or 1}"
    return Relation(sql, columns, relation.order)
