"""References into JSON and XML that no row has: in the RML of 2014 an error, as an unknown column is.

Such rows state no columns, so the rows themselves are asked; one that has the member ends the search.
"""

from collections.abc import Iterator
from difflib import get_close_matches

import duckdb

from graph.errors import MappingError, Place
from graph.text import Text
from ingest.mapping.model import Call, Mapping, ParentMap, Reference, Template, TermMap, TriplesMap
from ingest.sources import JSON_COLUMN, LogicalSource, PathError, Vocabulary, path_of
from ingest.sources.relation import quoted, text_literal

_SHOWN_ROWS = 1000
"""Rows whose members are offered in place of one that there is not."""


def check_references(connection: duckdb.DuckDBPyConnection, mapping: Mapping) -> None:
    """Raises MappingError for a reference whose first member no row of a relation has; one without rows has
    nothing to say."""
    known: set[tuple[str, str]] = set()
    for source, reference, place in _references(mapping):
        name = _first_member(reference, source)
        if name is None or (source.name, name) in known:
            continue
        known.add((source.name, name))
        relation = quoted(source.name)
        has = f"list_contains(json_keys({JSON_COLUMN}), {text_literal(name)})"
        [(rows, found)] = connection.execute(
            f"SELECT EXISTS (FROM {relation}), EXISTS (FROM {relation} WHERE {has})"
        ).fetchall()
        if rows and not found:
            raise _undefined(connection, source, reference, name, place)


def _references(mapping: Mapping) -> Iterator[tuple[LogicalSource, Reference, Place]]:
    for triples_map in mapping.triples_maps:
        for source_name, term_map in _term_maps(mapping, triples_map):
            source = mapping.source(source_name)
            if source.format.is_nested and source.vocabulary is Vocabulary.RML_2014:
                for reference in _of(term_map):
                    yield source, reference, term_map.place


def _term_maps(mapping: Mapping, triples_map: TriplesMap) -> Iterator[tuple[str, TermMap]]:
    """The term maps of a triples map, each with the source that it is over."""
    own = triples_map.source
    yield from ((own, one) for one in (triples_map.subject, *triples_map.graphs))
    for pair in triples_map.predicate_objects:
        yield from ((own, one) for one in (*pair.predicates, *pair.graphs))
        for item in pair.objects:
            if isinstance(item, ParentMap):
                parent = mapping.triples_map(item.parent).source
                yield from ((own, join.child) for join in item.joins)
                yield from ((parent, join.parent) for join in item.joins)
            else:
                yield own, item


def _of(term_map: TermMap) -> Iterator[Reference]:
    match term_map.expression:
        case Reference() as reference:
            yield reference
        case Template(parts=parts):
            yield from (part for part in parts if isinstance(part, Reference))
        case Call(arguments=arguments):
            yield from (found for one in arguments if one is not None for found in _of(one))
    for modifier in (term_map.language, term_map.datatype):
        if modifier is not None:
            yield from _of(modifier)


def _first_member(reference: Reference, source: LogicalSource) -> str | None:
    """Members further down may be absent with what holds them."""
    try:
        path = path_of(reference.text, source)
    except PathError:
        return None  # the plan says so, with the place
    first = next(iter(path.steps), None)
    return first.value if first is not None and first.kind == "name" else None


def _undefined(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    reference: Reference,
    name: str,
    place: Place,
) -> MappingError:
    rows = connection.execute(
        f"SELECT DISTINCT unnest(json_keys({JSON_COLUMN})) AS name "
        f"FROM (SELECT {JSON_COLUMN} FROM {quoted(source.name)} LIMIT {_SHOWN_ROWS}) ORDER BY name"
    ).fetchall()
    there = [member for (member,) in rows]
    near = get_close_matches(name, there, n=1, cutoff=0.5)
    listed = ", ".join(there) or "–"
    return MappingError(
        Text(
            f"Không bản ghi nào của «{source.name}» có «{reference.text}».",
            f"No row of “{source.name}” has “{reference.text}”.",
        ),
        hint=Text(
            f"{f'Có phải «{near[0]}»? ' if near else ''}Các phần có: {listed}",
            f"{f'Did you mean “{near[0]}”? ' if near else ''}There are: {listed}",
        ),
        place=Place(place.file, place.line, column=reference.text),
    )
