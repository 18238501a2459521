"""Views that unite several files: which file each of their rows is of.

Row 7 of one file and row 7 of another are the same number. A view says which file a row is of in a column
`relation`; while the mapping runs that file stands in the upper bits of the row's number, and afterwards the
staged quads get the file as their source and the row's own number back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from ingest.sources import ROW_COLUMN, Relation
from ingest.sources.relation import quoted
from ingest.trace import Trace

COLUMN = "relation"
SHIFT = 40
"""Bits of a row's own number. A columns file has 48 for a row (`graph.columns.build`), so 255 files."""

OWN = (1 << SHIFT) - 1


@dataclass(frozen=True, slots=True)
class United:
    """`views` are those relations that say which file each row is of, `files` all relations in order."""

    views: tuple[str, ...]
    files: tuple[str, ...]

    def mark(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Puts the file into the numbers of the rows."""
        for view in self.views:
            connection.execute(
                f"UPDATE {quoted(view)} SET {quoted(ROW_COLUMN)} = {quoted(ROW_COLUMN)} + "
                f"(CAST(coalesce(list_position($files, {quoted(COLUMN)}), 0) AS UBIGINT) << {SHIFT})",
                {"files": list(self.files)},
            )

    def resolve(self, connection: duckdb.DuckDBPyConnection, ids: Mapping[str, int]) -> None:
        """Takes the file out of the numbers again: it is the quad's source."""
        for view in self.views:
            connection.execute(
                f"UPDATE staged SET row = row & {OWN}, source = CASE WHEN row > {OWN} "
                f"THEN CAST($ids[CAST(row >> {SHIFT} AS INTEGER)] AS USMALLINT) ELSE source END "
                "WHERE source = $view",
                {"ids": [ids[name] for name in self.files], "view": ids[view]},
            )

    def place(self, relation: str, row: int) -> tuple[str, int]:
        """The relation and row of a number that may hold a file."""
        file = row >> SHIFT
        return (self.files[file - 1], row & OWN) if relation in self.views and file else (relation, row & OWN)


def of(relations: Iterable[Relation], where: Trace) -> United:
    """The views with a column `relation` that number the rows of more than one file."""
    known = list(relations)
    views = [one.name for one in known if COLUMN in one.columns and len(where.files(one.name)) > 1]
    return United(tuple(views), tuple(one.name for one in known))
