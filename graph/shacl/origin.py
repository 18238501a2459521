"""Which source row a validation result goes back to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from graph.columns import Columns, SourceRow
from graph.stores.lines import Statements

_ROWS_OF = """
SELECT s.value, p.value, o.value, sources.name, sources.location, q.row
FROM quads q JOIN terms s ON s.id = q.s JOIN terms p ON p.id = q.p JOIN terms o ON o.id = q.o
JOIN sources ON sources.id = q.source
WHERE s.datatype IS NULL AND s.value IN (SELECT unnest($subjects))
ORDER BY q.row NULLS LAST, q.source
"""


@dataclass(frozen=True, slots=True)
class Origins:
    """The first source row of quads and of nodes, looked up for many nodes in one go."""

    quads: dict[tuple[str, str, str], SourceRow] = field(default_factory=dict)
    nodes: dict[str, SourceRow] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Columns, subjects: Iterable[str]) -> "Origins":
        """The origins of all that is said of `subjects`; empty for a file that does not keep them."""
        origins = cls()
        kept = columns.connection.execute("SELECT sourced FROM about").fetchone()
        wanted = list(subjects)
        if not wanted or kept is None or not kept[0]:
            return origins
        for s, p, o, *where in columns.connection.execute(_ROWS_OF, {"subjects": wanted}).fetchall():
            origins._add(s, p, o, SourceRow(*where))
        return origins

    @classmethod
    def in_documents(cls, statements: Statements, subjects: Collection[str]) -> "Origins":
        """As `of`: the lines of documents."""
        origins = cls()
        for s, p, o, name, line in statements.about(subjects):
            origins._add(s, p, o, SourceRow(name, name, line))
        return origins

    def _add(self, s: str, p: str, o: str, row: SourceRow) -> None:
        self.quads.setdefault((s, p, o), row)
        self.nodes.setdefault(s, row)

    def find(self, focus: str, path: str | None, value: str | None) -> SourceRow | None:
        """The row of the quad that the result is about, else the first row that says anything of the node."""
        exact = self.quads.get((focus, path, value)) if path is not None and value is not None else None
        return exact or self.nodes.get(focus)
