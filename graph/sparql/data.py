"""What the compiler asks of a generation's data: told from what is kept beside its columns, or looked up."""

from collections.abc import Collection, Iterable

from graph.algebra import Constant
from graph.algebra.holding import KNOWN, RESOURCES, Holds
from graph.algebra.stars import Wide
from graph.columns import Columns, known, wide
from graph.columns.connection import attach
from graph.columns.ids import are_in_order
from graph.columns.kinds import IRI, IS_TOLD, KIND
from graph.columns.known import Known
from graph.columns.schema import RDF_TYPE

_MOST = 10_000
_KINDS = f"""
    SELECT {KIND} AS kind, bool_and({IS_TOLD}) FROM terms
    WHERE id IN (SELECT o FROM columns.quads WHERE p = ?) GROUP BY kind"""
_BLANK = "SELECT 1 FROM terms WHERE datatype IS NULL AND starts_with(value, '_:') LIMIT 1"


class Data:
    """Of one columns file, through its connection. `triples` below is the name of a view of its quads, and
    `graphs` the ids of those that the view has all of; what does not say so is of the whole file."""

    def __init__(self, columns: Columns) -> None:
        self._connection = columns.connection
        rows = self._connection.execute(
            "SELECT value, id FROM terms WHERE id IN (SELECT DISTINCT g FROM quads)"
        )
        self.graphs: dict[str, int] = dict(rows.fetchall())
        has_blank = bool(self._connection.execute(_BLANK).fetchall())
        self.resources = RESOURCES if has_blank else frozenset((IRI,))
        """What subjects and graphs are."""
        self._tables, self._known = _beside(columns)
        self.rewritten = self._known.rewritten
        """See `graph.columns.known.rewritten`."""
        self._classes = {one.kind: one.g for one in self._tables if one.kind is not None}
        self._words = {identity: Constant(value) for value, identity in self._known.words.items()}
        self._ids: dict[Constant, int | None] = {word: identity for identity, word in self._words.items()}
        self._holds: dict[Constant, Holds] = {}
        self._implied: dict[tuple[str, Constant, Constant], bool] = {}
        self._in_order: bool | None = bool(self._known.marks) or None

    def id_of(self, constant: Constant) -> int | None:
        """Of a term of the dictionary."""
        if constant not in self._ids:
            within = self._known.within(constant.value)
            narrowed = "" if within is None else f" AND id BETWEEN {within[0]} AND {within[1]}"
            rows = self._connection.execute(
                "SELECT id FROM terms WHERE value = ? AND datatype IS NOT DISTINCT FROM ?"
                f" AND language IS NOT DISTINCT FROM ?{narrowed}",
                [constant.value, constant.datatype, constant.language],
            ).fetchall()
            if len(self._ids) >= len(self._words) + _MOST:
                self._ids = {word: identity for identity, word in self._words.items()}
            self._ids[constant] = int(rows[0][0]) if rows else None
        return self._ids[constant]

    def are_ids_in_order(self) -> bool:
        """Of the texts."""
        if self._in_order is None:
            self._in_order = are_in_order(self._connection)
        return self._in_order

    def objects(self, predicate: Constant) -> Holds:
        """What the objects of a predicate are."""
        if predicate not in self._holds:
            if len(self._holds) >= _MOST:
                self._holds.clear()
            self._holds[predicate] = self._kinds(self.id_of(predicate))
        return self._holds[predicate]

    def _kinds(self, predicate: int | None) -> Holds:
        if predicate is None:
            return frozenset()
        if (told := self._known.predicates.get(predicate)) is not None:
            kinds = told.kinds
        else:
            rows = self._connection.execute(_KINDS, [predicate]).fetchall()
            found = frozenset(str(kind) for kind, is_told in rows if is_told)
            kinds = found if len(found) == len(rows) else None
        return kinds if kinds is not None and kinds <= KNOWN else None

    def implies(self, triples: str, graphs: Collection[int], predicate: Constant, kind: Constant) -> bool:
        """Whether each subject of a predicate is of a class, in a view."""
        p, o = self.id_of(predicate), self.id_of(kind)
        if p is None or o is None:
            return False
        if p in self._known.predicates and self._classes.get(o) in graphs:
            if o in self._known.predicates[p].classes:
                return True
            if len(graphs) == len(self.graphs):
                return False
        asked = triples, predicate, kind
        if asked not in self._implied:
            if len(self._implied) >= _MOST:
                self._implied.clear()
            self._implied[asked] = self._is_implied(triples, p, o)
        return self._implied[asked]

    def _is_implied(self, triples: str, predicate: int, kind: int) -> bool:
        rdf_type = self.id_of(Constant(RDF_TYPE))
        # Each subject of the class once: no triple stands in two graphs.
        untyped = f"""
            SELECT 1 FROM {triples} WHERE p = {predicate} AND s NOT IN
            (SELECT s FROM {triples} WHERE p = {rdf_type} AND o = {kind}) LIMIT 1"""
        return rdf_type is not None and not self._connection.execute(untyped).fetchall()

    def wide(self, graphs: Iterable[str]) -> list[Wide]:
        """What wide tables have of the union of these graphs: classes, and properties of their members, of
        which nothing stands in another graph."""
        ids = {self.graphs[graph] for graph in graphs if graph in self.graphs}
        return [
            Wide(table.name, None if table.kind is None else self._words[table.kind], properties)
            for table in self._tables
            if table.g in ids
            and (properties := {self._words[one.p]: one for one in table.properties if one.g in ids})
        ]

    def forget(self) -> None:
        """The views may have other graphs from here on."""
        self._implied.clear()


def _beside(columns: Columns) -> tuple[tuple[wide.Table, ...], Known]:
    """What stands beside the columns; what has to be known at once where there is no such file, or one of
    other columns."""
    path = columns.path.with_name(wide.FILE)
    if path.is_file():
        attach(columns.connection, path, "wide")
        if wide.is_of(columns.connection, "wide"):
            return wide.tables(columns.connection, "wide"), known.read(columns.connection, "wide")
    # A plan that has to be there in a second would not always have the time.
    return (), Known(rewritten=known.rewritten(columns))
