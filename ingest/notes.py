"""Notes on what a mapping finds missing: empty values in templates, joins without a match.

Neither is a fault of the mapping (RML: no value, no term), but both are what a typing error looks like.
"""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from graph.text import Text
from ingest.mapping import Mapping as Rules
from ingest.mapping.model import Join, ParentMap, Reference, Template, TermMap, TriplesMap
from ingest.report import EXAMPLES, Example, Finding
from ingest.sources import JSON_COLUMN, ROW_COLUMN, Relation
from ingest.sources.relation import quoted

EMPTY, UNMATCHED = "empty-in-template", "join-without-match"


def take(rules: Rules, relations: Sequence[Relation], connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """The notes on relations of columns; paths into nested rows are not looked at."""
    columns = {one.name: one.columns for one in relations if JSON_COLUMN not in one.columns}
    found = []
    for triples_map in rules.triples_maps:
        if triples_map.source in columns:
            found += list(_empty(triples_map, columns[triples_map.source], connection))
            found += list(_unmatched(rules, triples_map, columns, connection))
    return found


def _empty(
    triples_map: TriplesMap, columns: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> Iterator[Finding]:
    """Columns of templates that are empty in some rows."""
    names = dict.fromkeys(
        name for template in _templates(triples_map) for name in _names(template) if name in columns
    )
    if not names:
        return
    bare = [f"({quoted(name)} IS NULL OR {quoted(name)} = '')" for name in names]
    counted = ", ".join(
        f"count(*) FILTER ({empty}), min({quoted(ROW_COLUMN)}) FILTER ({empty})" for empty in bare
    )
    [values] = connection.execute(f"SELECT {counted} FROM {quoted(triples_map.source)}").fetchall()
    for name, count, first in zip(names, values[::2], values[1::2], strict=True):
        if count:
            message = Text(
                f"Ánh xạ {triples_map.name}: cột «{name}» trống nên mẫu IRI không thành giá trị nào.",
                f"Triples map {triples_map.name}: column “{name}” is empty, so its template makes no term.",
            )
            example = Example(first, None, None, triples_map.source, name)
            yield Finding(EMPTY, "info", message, count, (example,))


def _unmatched(
    rules: Rules,
    triples_map: TriplesMap,
    columns: Mapping[str, Sequence[str]],
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[Finding]:
    for parent_map in _parents(triples_map):
        parent = rules.triples_map(parent_map.parent)
        pairs = [_pair(join, triples_map, parent, columns) for join in parent_map.joins]
        known = [pair for pair in pairs if pair is not None]
        if not known or len(known) != len(pairs):
            continue
        equal = " AND ".join(f"child.{quoted(one)} = parent.{quoted(other)}" for one, other in known)
        given = " AND ".join(f"child.{quoted(one)} IS NOT NULL" for one, _ in known)
        shown = " || ' ' || ".join(f"child.{quoted(one)}" for one, _ in known)
        rows = connection.execute(
            f"SELECT child.{quoted(ROW_COLUMN)}, {shown}, count(*) OVER () "
            f"FROM {quoted(triples_map.source)} AS child "
            f"WHERE {given} AND NOT EXISTS (SELECT 1 FROM {quoted(parent.source)} AS parent WHERE {equal}) "
            f"ORDER BY 1 LIMIT {EXAMPLES}"
        ).fetchall()
        if rows:
            names = ", ".join(one for one, _ in known)
            message = Text(
                f"Ánh xạ {triples_map.name}: giá trị ở cột «{names}» không có trong nguồn «{parent.source}».",
                f"Triples map {triples_map.name}: the value of column “{names}” is not in “{parent.source}”.",
            )
            examples = tuple(Example(row, value, None, triples_map.source, names) for row, value, _ in rows)
            yield Finding(UNMATCHED, "warning", message, rows[0][2], examples)


def _pair(
    join: Join, child: TriplesMap, parent: TriplesMap, columns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The columns that a join condition compares; None for anything but two plain columns."""
    one, other = join.child.expression, join.parent.expression
    if not isinstance(one, Reference) or not isinstance(other, Reference):
        return None
    known = one.text in columns[child.source] and other.text in columns.get(parent.source, ())
    return (one.text, other.text) if known else None


def _templates(triples_map: TriplesMap) -> Iterator[Template]:
    maps: list[TermMap | ParentMap] = [triples_map.subject]
    maps += [item for pair in triples_map.predicate_objects for item in pair.objects]
    for one in maps:
        if isinstance(one, TermMap) and isinstance(one.expression, Template):
            yield one.expression


def _names(template: Template) -> list[str]:
    return [part.text for part in template.parts if isinstance(part, Reference)]


def _parents(triples_map: TriplesMap) -> Iterator[ParentMap]:
    for pair in triples_map.predicate_objects:
        yield from (item for item in pair.objects if isinstance(item, ParentMap) and item.joins)
