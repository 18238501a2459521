"""Which columns of which files stand behind a column of a relation.

A view is one SELECT (`ingest.sources.select`), so its syntax tree says it: names are followed through
sub-queries, WITH, UNION, joins, UNNEST and JSON paths down to what a file holds. Join conditions and filters
play no part. What cannot be followed has no origin, and the caller names the view's own column.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.sources import JSON_COLUMN, ROW_COLUMN, syntax
from ingest.sources.syntax import Tree

_JSON_STEPS = frozenset({"->", "->>", "json_extract", "json_extract_string", "json_extract_path_text"})


@dataclass(frozen=True, slots=True)
class Origin:
    """A column of a file's relation; of a nested one the path within a row (`$.a.b`)."""

    relation: str
    column: str


Columns = dict[str, tuple[Origin, ...]]


@dataclass
class Lineage:
    """`files` gives the columns of each relation that is no view, `views` the SELECT of each that is one."""

    files: Mapping[str, Sequence[str]]
    views: Mapping[str, str]
    _known: dict[str, Columns] = field(default_factory=dict)

    def of(self, relation: str, column: str) -> tuple[Origin, ...]:
        """The origins of a column, the likeliest first; of a file's column or path that one itself."""
        if relation in self.files:
            return (Origin(relation, column),)
        found = self._columns_of(relation).get(column.lower(), ())
        return tuple(dict.fromkeys(found))

    def files_of(self, relation: str) -> tuple[str, ...]:
        """The relations whose rows' numbers its column `row` repeats; none where it numbers anew."""
        return tuple(dict.fromkeys(one.relation for one in self.of(relation, ROW_COLUMN)))

    def _columns_of(self, relation: str) -> Columns:
        if relation not in self._known:
            self._known[relation] = {}  # a view that reads itself finds nothing
            self._known[relation] = self._read(relation)
        return self._known[relation]

    def _read(self, relation: str) -> Columns:
        if relation in self.files:
            return {
                name.lower(): (Origin(relation, "$" if name == JSON_COLUMN else name),)
                for name in (ROW_COLUMN, *self.files[relation])
            }
        if relation not in self.views:
            return {}
        tree = syntax.tree(self.views[relation])
        if tree.get("error"):
            return {}
        return self._output(tree["statements"][0]["node"], {})

    def _output(self, node: Tree, queries: Mapping[str, Columns]) -> Columns:
        """The columns that a query gives; `queries` are the WITH queries it may use."""
        queries = dict(queries)
        for entry in node.get("cte_map", {}).get("map", []):
            given = self._output(_query(entry["value"]), queries)
            queries[entry["key"].lower()] = _renamed(given, entry["value"].get("aliases"))
        if node["type"] == "SET_OPERATION_NODE":
            parts = [self._output(child, queries) for child in _children(node)]
            return {
                name: tuple(
                    one for part in parts for found in list(part.values())[at : at + 1] for one in found
                )
                for at, name in enumerate(parts[0])
            }
        if node["type"] != "SELECT_NODE":
            return {}
        tables = self._tables(node["from_table"], queries, [])
        found: Columns = {}
        for item in node["select_list"]:
            if item["class"] == "STAR":
                for name, columns in tables:
                    if item.get("relation_name", "").lower() in ("", name):
                        found |= {one: columns[one] for one in columns if one not in found}
            else:
                name = item.get("alias") or (item.get("column_names") or [f"#{len(found)}"])[-1]
                found[name.lower()] = tuple(_references(item, tables))
        return found

    def _tables(
        self, table: Tree, queries: Mapping[str, Columns], before: list[tuple[str, Columns]]
    ) -> list[tuple[str, Columns]]:
        """Names and columns of what FROM reads; `before` is what stands to the left (LATERAL)."""
        alias = str(table.get("alias") or table.get("table_name") or "").lower()
        match table["type"]:
            case "JOIN":
                left = self._tables(table["left"], queries, before)
                return [*left, *self._tables(table["right"], queries, [*before, *left])]
            case "BASE_TABLE":
                name = str(table["table_name"]).lower()
                known = {one.lower(): one for one in (*self.files, *self.views)}
                columns = queries[name] if name in queries else self._columns_of(known.get(name, name))
                return [(alias, columns)]
            case "SUBQUERY":
                columns = self._output(table["subquery"]["node"], queries)
                return [(alias, _renamed(columns, table.get("column_name_alias")))]
            case "TABLE_FUNCTION":
                found = tuple(_references(table["function"], before))
                return [
                    (alias, dict.fromkeys(map(str.lower, table.get("column_name_alias") or [alias]), found))
                ]
            case "PIVOT":
                return [(alias, self._unpivoted(table, queries))]
        return []

    def _unpivoted(self, table: Tree, queries: Mapping[str, Columns]) -> Columns:
        """UNPIVOT: name and value of a cell come from any of the columns that are taken apart."""
        [(_, columns)] = self._tables(table["source"], queries, [])
        taken: list[Origin] = []
        names = list(table.get("unpivot_names", []))
        for pivot in table.get("pivots", []):
            names += pivot.get("unpivot_names", [])
            for entry in pivot.get("entries", []):
                pattern = entry.get("star_expr", {}).get("expr", {}).get("literal", {}).get("text", "$^")
                taken += [one for name in columns if re.search(pattern, name) for one in columns[name]]
        return columns | {name.lower(): tuple(taken) for name in names}


def _references(tree: Any, tables: list[tuple[str, Columns]]) -> Iterable[Origin]:
    """The origins of all columns that an expression names; of CASE those of its results come first."""
    if isinstance(tree, list):
        for item in tree:
            yield from _references(item, tables)
        return
    if not isinstance(tree, dict):
        return
    if tree.get("class") == "COLUMN_REF":
        yield from _column(tree["column_names"], tables)
        return
    if (step := _json_step(tree)) is not None:
        base, path = step
        for one in _references(base, tables):
            yield Origin(one.relation, f"{one.column}{path.removeprefix('$')}")
        return
    if tree.get("class") == "CASE":
        checks = tree["case_checks"]
        yield from _references([*(one["then_expr"] for one in checks), tree["else_expr"]], tables)
        yield from _references([one["when_expr"] for one in checks], tables)
        return
    for item in tree.values():
        yield from _references(item, tables)


def _column(names: Sequence[str], tables: list[tuple[str, Columns]]) -> tuple[Origin, ...]:
    *table, column = (name.lower() for name in names)
    for name, columns in tables:
        if column in columns and (not table or table[-1] == name):
            return columns[column]
    return ()


def _json_step(tree: Tree) -> tuple[Tree, str] | None:
    """What a step into a JSON value starts from, and its path. DuckDB reads `->` as a lambda."""
    if tree.get("class") == "LAMBDA":
        base, step = tree["lhs"], tree["expr"]
    elif tree.get("function_name") in _JSON_STEPS:
        base, step = (_argument(one) for one in tree["arguments"][:2])
    else:
        return None
    return base, str(step.get("literal", {}).get("text", "$"))


def _argument(one: Tree) -> Tree:
    inner = one.get("expression", one)
    return inner if isinstance(inner, dict) else {}


def _children(node: Tree) -> list[Tree]:
    return [child.get("node", child) for child in node.get("children") or (node["left"], node["right"])]


def _query(entry: Tree) -> Tree:
    query: Tree = entry.get("query_node") or entry["query"]["node"]
    return query


def _renamed(columns: Columns, names: Sequence[str] | None) -> Columns:
    if not names:
        return columns
    return {new.lower(): origins for new, origins in zip(names, columns.values(), strict=False)}
