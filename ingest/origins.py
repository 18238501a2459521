"""Which file and row a quad goes back to, where a source has files of changes or a view lies between."""

from collections.abc import Mapping, Sequence

import duckdb

from graph.columns import Builder
from ingest.sources import Relation
from ingest.trace import Trace


def register(builder: Builder, relations: Sequence[Relation], where: Trace) -> dict[str, int]:
    """Registers all relations and files; gives their ids, to a view over a relation of several files the id
    of that."""
    ids = {name: builder.source(name, location) for name, location in where.locations.items()}
    parted = {one.name for one in relations if one.parts}
    behind = {one.name: where.files(one.name) for one in relations}
    views = {view: files[0] for view, files in behind.items() if len(files) == 1 and files[0] in parted}
    return ids | {view: ids[relation] for view, relation in views.items()}


def settle(
    connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation], ids: Mapping[str, int]
) -> None:
    """Moves staged quads from a relation with files of changes to the very file and row."""
    for relation in relations:
        changes = relation.parts[1:]
        for part, following in zip(changes, [*changes[1:], None], strict=False):
            until = f" AND row <= {following.before}" if following is not None else ""
            connection.execute(
                f"UPDATE staged SET source = {ids[part.name]}, row = row - {part.before}"
                f" WHERE source = {ids[relation.name]} AND row > {part.before}{until}"
            )
