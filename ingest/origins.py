"""Which file and row a quad goes back to, where a source has files of changes or a view lies between."""

from collections.abc import Sequence

import duckdb

from graph.columns import Builder
from ingest.sources import Relation
from ingest.views import Views


def locations(relations: Sequence[Relation]) -> dict[str, str]:
    """Where each source is, files of changes among them, by name."""
    found = {one.name: one.location for one in relations}
    return found | {part.name: part.location for one in relations for part in one.parts}


def register(builder: Builder, relations: Sequence[Relation], views: Views) -> dict[str, int]:
    """Registers all sources; gives their ids, to a view of a source with changes that of the source."""
    ids = {name: builder.source(name, location) for name, location in locations(relations).items()}
    parted = {one.name for one in relations if one.parts}
    roots = {view: views.root(view) for view in views.behind}
    return ids | {view: ids[root] for view, root in roots.items() if root in parted}


def settle(connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation], ids: dict[str, int]) -> None:
    """Moves staged quads from a relation with files of changes to the very file and row."""
    for relation in relations:
        changes = relation.parts[1:]
        for part, following in zip(changes, [*changes[1:], None], strict=False):
            until = f" AND row <= {following.before}" if following is not None else ""
            connection.execute(
                f"UPDATE staged SET source = {ids[part.name]}, row = row - {part.before}"
                f" WHERE source = {ids[relation.name]} AND row > {part.before}{until}"
            )
