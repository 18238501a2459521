"""EXISTS for all solutions at once (SPARQL 1.1 §8.1, §18.6): a column that says whether it holds."""

from collections.abc import Callable, Sequence

from graph.algebra import combining
from graph.algebra.context import Context
from graph.algebra.relation import Column, Kind, Relation, unloaded


def semi_joined(
    context: Context, relation: Relation, inner: Relation, shared: Sequence[str], mark: str
) -> str:
    """Of a pattern that reads no value from outside but those that its own triples bind."""
    if not shared:
        return f"SELECT q.*, EXISTS (SELECT 1 FROM ({inner.sql}) e) AS {mark} FROM ({relation.sql}) q"
    names = [context.column(one) for one in shared]
    found = f"SELECT DISTINCT {', '.join(names)}, TRUE AS found FROM ({inner.sql}) e"
    on = " AND ".join(f"q.{one} = e.{one}" for one in names)
    return f"SELECT q.*, e.found IS NOT NULL AS {mark} FROM ({relation.sql}) q LEFT JOIN ({found}) e ON {on}"


def substituting(
    context: Context,
    relation: Relation,
    shared: Sequence[str],
    mark: str,
    compiled: Callable[[Relation], Relation],
) -> str:
    """Of any pattern: it is `compiled` with the distinct values of the shared variables as given ones."""
    rows, distinct = context.fresh("outer"), context.fresh("given")
    key = f"#{context.fresh('key')}"
    names, key_column = [context.column(one) for one in shared], context.column(key)
    columns = unloaded({one: relation.columns[one] for one in shared})
    given = Relation(f"SELECT * FROM {distinct}", {**columns, key: Column(Kind.KEY, certain=True)})
    inner = compiled(given)
    if key not in inner.columns:
        inner = combining.join(context, given, inner)
    on = " AND ".join(f"q.{one} IS NOT DISTINCT FROM d.{one}" for one in names)
    found = f"SELECT DISTINCT {key_column} FROM ({inner.sql}) i"
    return (
        f"WITH {rows} AS MATERIALIZED ({relation.sql}),"
        f" {distinct} AS MATERIALIZED (SELECT *, row_number() OVER () AS {key_column}"
        f" FROM (SELECT DISTINCT {', '.join(names)} FROM {rows}) q)"
        f" SELECT q.*, e.{key_column} IS NOT NULL AS {mark} FROM {rows} q JOIN {distinct} d ON {on}"
        f" LEFT JOIN ({found}) e ON e.{key_column} = d.{key_column}"
    )
