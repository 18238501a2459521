"""What a view or a check may be: one SELECT that reads nothing but named relations.

DuckDB itself parses the text; its syntax tree is walked, so that neither a file, a network address nor a
setting can be reached (`enable_external_access` cannot be turned on again, and extraction needs it).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources import syntax

# Functions in FROM that make rows of their arguments alone.
_ROW_FUNCTIONS = frozenset({"unnest", "range", "generate_series", "json_each", "json_tree"})
_REFUSED_FUNCTIONS = frozenset({"getenv", "write_log"})


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT and the relations it names."""

    sql: str
    relations: tuple[str, ...]


def parse_select(sql: str, *, known: Collection[str], place: Place) -> Select:
    """Raises SourceError, with the line, where `sql` is not one SELECT over `known` relations."""
    sql = sql.strip().rstrip(";")
    tree = syntax.tree(sql)
    if tree.get("error"):
        position = int(tree.get("position") or 0)
        raise _wrong(str(tree["error_message"]), str(tree["error_message"]), sql, position, place)
    if len(tree["statements"]) != 1:
        raise _wrong("có nhiều câu lệnh", "there is more than one statement", sql, 0, place)
    names = {name.lower(): name for name in known}
    relations: dict[str, None] = {}
    for node, own in _nodes(tree["statements"][0]["node"], frozenset()):
        _check_function(node, sql, place)
        if node.get("type") == "BASE_TABLE":
            name, key = str(node["table_name"]), str(node["table_name"]).lower()
            qualified = bool(node.get("schema_name") or node.get("catalog_name"))
            if key in own and not qualified:
                continue
            if key not in names or qualified:
                raise _unknown(name, sorted(known), sql, int(node["query_location"]), place)
            relations[names[key]] = None
    return Select(sql, tuple(relations))


def _nodes(tree: Any, own: frozenset[str]) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Every node with the names of the WITH queries it may use."""
    if isinstance(tree, list):
        for item in tree:
            yield from _nodes(item, own)
    elif isinstance(tree, dict):
        if "cte_map" in tree:
            # A WITH query may not be called like a file: DuckDB would open that file outside its scope.
            queries = {str(entry["key"]).lower() for entry in tree["cte_map"]["map"]}
            own = own | {name for name in queries if re.fullmatch(r"\w+", name)}
        yield tree, own
        for value in tree.values():
            yield from _nodes(value, own)


def _check_function(node: dict[str, Any], sql: str, place: Place) -> None:
    kind = node.get("type")
    if kind == "SHOW_REF":
        raise _wrong("DESCRIBE và SHOW không dùng được", "DESCRIBE and SHOW may not be used", sql, 0, place)
    if kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        refused = name not in _ROW_FUNCTIONS
    else:
        name = str(node.get("function_name", "")).lower()
        refused = name in _REFUSED_FUNCTIONS
    if refused:
        position = int(node.get("query_location", 0))
        raise _wrong(
            f"hàm {name} không dùng được", f"the function {name} may not be used", sql, position, place
        )


def _wrong(vi: str, en: str, sql: str, position: int, place: Place) -> SourceError:
    return SourceError(
        Text(f"Không phải một câu SELECT dùng được: {vi}", f"Not a SELECT that may be used: {en}"),
        hint=Text(
            "Viết đúng một câu SELECT trên các quan hệ của ánh xạ.",
            "Write exactly one SELECT over the mapping's relations.",
        ),
        place=_at(place, sql, position),
    )


def _unknown(name: str, known: list[str], sql: str, position: int, place: Place) -> SourceError:
    near = get_close_matches(name, known, n=1)
    listed = ", ".join(known) or "–"
    return SourceError(
        Text(f"Không có quan hệ «{name}».", f"There is no relation “{name}”."),
        hint=Text(
            f"{f'Có phải {near[0]}? ' if near else ''}Các quan hệ: {listed}",
            f"{f'Did you mean {near[0]}? ' if near else ''}Relations: {listed}",
        ),
        place=_at(place, sql, position),
    )


def _at(place: Place, sql: str, position: int) -> Place:
    # A position beyond the text is DuckDB's word for "unknown".
    line = sql.count("\n", 0, position) + 1 if position <= len(sql) else None
    return Place(place.file, line)
