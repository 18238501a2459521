"""What compilers ask of the data, found out when a file is made: no first query has to look.

It stands in the file of the wide tables (`graph.columns.wide`), and speaks in ids of the columns beside it.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import numpy.typing as npt

from graph.columns.ids import are_in_order
from graph.columns.kinds import IS_TOLD, KIND
from graph.columns.read import Columns
from graph.columns.rewriting import REWRITTEN

_APART = 2048
"""Terms from one mark to the next: as many as DuckDB reads at once."""
_TABLES = """
CREATE TABLE output.predicates (p UINTEGER NOT NULL, kinds VARCHAR[], classes UINTEGER[] NOT NULL);
CREATE TABLE output.words (id UINTEGER NOT NULL, value VARCHAR NOT NULL);
CREATE TABLE output.rewritten (predicate VARCHAR NOT NULL, graphs VARCHAR[] NOT NULL);
CREATE TABLE output.marks (id UINTEGER NOT NULL, value VARCHAR NOT NULL)"""
_REWRITTEN = f"""
WITH stated AS MATERIALIZED (
    SELECT DISTINCT p, g, o FROM quads
    WHERE p IN (SELECT id FROM terms WHERE value IN (SELECT unnest(?)) AND datatype IS NULL)
), literals AS MATERIALIZED (
    SELECT id, value, datatype FROM terms WHERE datatype IS NOT NULL AND id IN (SELECT o FROM stated)
), rewritten AS (
    SELECT id FROM literals WHERE {REWRITTEN}
)
SELECT DISTINCT p.value, g.value FROM stated JOIN rewritten ON rewritten.id = stated.o
JOIN terms p ON p.id = stated.p JOIN terms g ON g.id = stated.g"""
_Ids = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Predicate:
    """`kinds`: those of its objects, None where one of them is not well-typed or its instant does not say all
    of it. `classes`: of which all its subjects are members, as far as these have wide tables."""

    kinds: frozenset[str] | None
    classes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Known:
    """`predicates`: all there are. `words`: the ids of the IRIs of predicates and classes. `rewritten`: what
    that function gives. `marks`: some terms and their ids, in order; none where ids are not in the order of
    the texts."""

    predicates: Mapping[int, Predicate] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    rewritten: Mapping[str, frozenset[str]] = field(default_factory=dict)
    marks: Sequence[str] = ()
    ids: Sequence[int] = ()

    def within(self, value: str) -> tuple[int, int] | None:
        """The least and the greatest id that terms of this text may have; None where nobody knows."""
        if not self.marks:
            return None
        before, behind = bisect.bisect_left(self.marks, value), bisect.bisect_right(self.marks, value)
        return self.ids[max(before - 1, 0)], self.ids[min(behind, len(self.ids) - 1)]


class Kinds:
    """The kind of each term, by its id."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, last: int) -> None:
        rows = connection.sql(f"SELECT id, {KIND} AS kind, {IS_TOLD} AS is_told FROM terms").to_arrow_table()
        kinds = rows["kind"].combine_chunks().dictionary_encode()
        self._names: list[str] = kinds.dictionary.to_pylist()
        self._codes = np.zeros(last + 1, np.uint32)
        told = rows["is_told"].combine_chunks().to_numpy(zero_copy_only=False)
        self._codes[rows["id"].to_numpy()] = 2 * kinds.indices.to_numpy() + told

    def of(self, objects: _Ids) -> frozenset[str] | None:
        """As `Predicate.kinds`."""
        found = np.flatnonzero(np.bincount(self._codes[objects]))
        return frozenset(self._names[code // 2] for code in found) if (found % 2).all() else None


def rewritten(columns: Columns) -> dict[str, frozenset[str]]:
    """By predicate of which Oxigraph would write a literal in another form: the graphs with such a one.

    Looks at the data where several graphs have the predicate: 0.2 s for 0.7 M quads.
    """
    statistics = columns.statistics()
    holding = {
        predicate: frozenset(
            name for name, graph in statistics.graphs.items() if predicate in graph.predicates
        )
        for predicate in statistics.rewritten
    }
    if several := [predicate for predicate, graphs in holding.items() if len(graphs) > 1]:
        found = defaultdict(set)
        for predicate, graph in columns.connection.execute(_REWRITTEN, [several]).fetchall():
            found[predicate].add(graph)
        holding |= {predicate: frozenset(found[predicate]) for predicate in several}
    return holding


def write(columns: Columns, predicates: Mapping[int, Predicate], classes: Sequence[int]) -> None:
    """Into the catalog `output` of their connection."""
    connection = columns.connection
    connection.execute(_TABLES)
    holding = [[one, sorted(graphs)] for one, graphs in rewritten(columns).items()]
    if holding:
        connection.executemany("INSERT INTO output.rewritten VALUES (?, ?)", holding)
    rows = [
        [p, None if one.kinds is None else sorted(one.kinds), sorted(one.classes)]
        for p, one in predicates.items()
    ]
    if rows:
        connection.executemany("INSERT INTO output.predicates VALUES (?, ?, ?)", rows)
    connection.execute(
        "INSERT INTO output.words SELECT id, value FROM terms WHERE id IN (SELECT unnest(?))",
        [[*predicates, *classes]],
    )
    if are_in_order(connection):
        last = "(SELECT max(id) FROM terms)"
        connection.execute(
            f"INSERT INTO output.marks SELECT id, value FROM terms WHERE id % {_APART} = 0 OR id = {last}"
        )


def read(connection: duckdb.DuckDBPyConnection, catalog: str) -> Known:
    """What `write` wrote into a file that is attached."""
    marks = connection.execute(f"SELECT value, id FROM {catalog}.marks ORDER BY id").fetchall()
    return Known(
        dict(_predicates(connection, catalog)),
        dict(connection.execute(f"SELECT value, id FROM {catalog}.words").fetchall()),
        {
            predicate: frozenset(graphs)
            for predicate, graphs in connection.execute(f"FROM {catalog}.rewritten").fetchall()
        },
        [value for value, _ in marks],
        [identity for _, identity in marks],
    )


def _predicates(connection: duckdb.DuckDBPyConnection, catalog: str) -> Iterator[tuple[int, Predicate]]:
    for p, kinds, classes in connection.execute(f"FROM {catalog}.predicates").fetchall():
        yield p, Predicate(None if kinds is None else frozenset(kinds), frozenset(classes))
