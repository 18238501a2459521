"""Views whose rows each come of one row of one relation, whatever the others are.

Only through such a view can a change of the relation be followed: the rows that change behind it are the view
of the rows that change.
"""

from functools import cache
from typing import Any

import duckdb

from ingest.sources import syntax
from ingest.sources.relation import ROW_COLUMN
from ingest.sources.select import Select

_OWN_MACROS = frozenset({"person_key"})
_WHOLE = ("group_expressions", "group_sets", "having", "qualify", "sample")


def relation_behind(select: Select) -> str | None:
    """The relation that a row-wise view reads; None for a view that joins, groups, orders, limits, compares
    rows, asks for the time or chance, or does not say which source row stands behind its rows."""
    if len(select.relations) != 1:
        return None
    node = syntax.tree(select.sql)["statements"][0]["node"]
    if node.get("type") != "SELECT_NODE" or node.get("modifiers") or node["cte_map"]["map"]:
        return None
    if any(node.get(part) for part in _WHOLE) or node["from_table"].get("type") != "BASE_TABLE":
        return None
    if not all(_depends_on_its_row_alone(part) for part in (node["select_list"], node.get("where_clause"))):
        return None
    return select.relations[0] if any(map(_is_row, node["select_list"])) else None


def _is_row(expression: dict[str, Any]) -> bool:
    names = expression.get("column_names") or []
    written = [str(name).lower() for name in names]
    return bool(written) and written[-1] == ROW_COLUMN and expression.get("alias", "") in ("", ROW_COLUMN)


def _depends_on_its_row_alone(tree: Any) -> bool:
    if isinstance(tree, list):
        return all(map(_depends_on_its_row_alone, tree))
    if not isinstance(tree, dict):
        return True
    kind = tree.get("class")
    if kind in ("WINDOW", "SUBQUERY"):
        return False
    if kind == "FUNCTION" and str(tree["function_name"]).lower() not in _scalar_functions():
        return False
    return all(map(_depends_on_its_row_alone, tree.values()))


@cache
def _scalar_functions() -> frozenset[str]:
    """Functions that always give the same for the same arguments."""
    with duckdb.connect() as asked:
        rows = asked.execute(
            "SELECT lower(function_name) FROM duckdb_functions() WHERE function_type IN ('scalar', 'macro')"
            " GROUP BY ALL HAVING bool_and(stability IS NULL OR stability = 'CONSISTENT')"
            " EXCEPT SELECT lower(function_name) FROM duckdb_functions() WHERE function_type = 'aggregate'"
        ).fetchall()
    return frozenset(name for (name,) in rows) | _OWN_MACROS
