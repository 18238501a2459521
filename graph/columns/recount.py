"""The statistics of a columns file after a change, from those before it: only the change is counted.

Whatever is counted of a quad (its predicate, class, literal) is linear in the quads. What is counted of
a subject, in how many graphs it is and which of its triples are in several, needs all quads of that
subject, and those are at hand: the tables `before` and `after` hold all of every changed subject, `went`
and `came` the difference, `names` the terms of both.
"""

from collections import Counter
from collections.abc import Mapping

import duckdb

from graph.columns.connection import quote
from graph.columns.dictionary import count
from graph.columns.rewriting import REWRITTEN
from graph.columns.schema import RDF_TYPE
from graph.columns.statistics import GraphStatistics, Statistics

_CHANGED = "(SELECT *, 1 AS n FROM came UNION ALL SELECT *, -1 FROM went)"
_AROUND = "(SELECT s, p, o, g, 1 AS n FROM after UNION ALL SELECT s, p, o, g, -1 FROM before)"


def recount(connection: duckdb.DuckDBPyConnection, gone: int) -> Statistics:
    """Replaces the statistics in `output.about`; `gone` is how many terms were dropped, the table `fresh` has
    those that were added."""
    [(text,)] = connection.execute("SELECT statistics FROM output.about").fetchall()
    old = Statistics.load(text)
    statistics = Statistics(
        quads=old.quads + count(connection, "came") - count(connection, "went"),
        terms=old.terms + count(connection, "fresh") - gone,
        graphs=_graphs(connection, old.graphs),
        overlaps=old.overlaps + _overlaps(connection),
        rewritten=_moved(old.rewritten, _rewritten(connection)),
    )
    connection.execute("UPDATE output.about SET statistics = ?", [statistics.dump()])
    return statistics


def _graphs(
    connection: duckdb.DuckDBPyConnection, old: Mapping[str, GraphStatistics]
) -> dict[str, GraphStatistics]:
    quads = _by_graph(connection, "''", "true")
    subjects = dict(
        connection.execute(
            f"SELECT g.value, sum(n)::BIGINT FROM (SELECT DISTINCT s, g, n FROM {_AROUND}) q"
            " JOIN output.terms g ON g.id = q.g GROUP BY ALL"
        ).fetchall()
        + _gone_graphs(connection)
    )
    predicates = _by_graph(connection, "p.value", "true")
    classes = _by_graph(connection, "o.value", f"p.value = {quote(RDF_TYPE)} AND p.datatype IS NULL")
    found = {}
    for name in sorted({*old, *quads, *subjects}):
        before = old.get(name, GraphStatistics(0, 0))
        after = GraphStatistics(
            before.quads + quads.get(name, Counter())[""],
            before.subjects + subjects.get(name, 0),
            _moved(before.predicates, predicates.get(name, {})),
            _moved(before.classes, classes.get(name, {})),
        )
        if after.quads:
            found[name] = after
    return found


def _gone_graphs(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Of graphs that have no quad any more, whose term is gone too."""
    return connection.execute(
        f"SELECT g.value, sum(n)::BIGINT FROM (SELECT DISTINCT s, g, n FROM {_AROUND}) q"
        " JOIN names g ON g.id = q.g ANTI JOIN output.terms t ON t.id = q.g GROUP BY ALL"
    ).fetchall()


def _by_graph(connection: duckdb.DuckDBPyConnection, kind: str, condition: str) -> dict[str, Counter[str]]:
    rows = connection.execute(
        f"""
        SELECT g.value, {kind}, sum(n)::BIGINT FROM {_CHANGED} q JOIN names g ON g.id = q.g
        JOIN names p ON p.id = q.p JOIN names o ON o.id = q.o WHERE {condition} GROUP BY ALL
        """
    ).fetchall()
    counts: dict[str, Counter[str]] = {}
    for graph, value, number in rows:
        counts.setdefault(graph, Counter())[value] = number
    return counts


def _overlaps(connection: duckdb.DuckDBPyConnection) -> int:
    found = []
    for table in ("after", "before"):
        [(number,)] = connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {table} GROUP BY s, p, o HAVING count(*) > 1)"
        ).fetchall()
        found.append(int(number))
    return found[0] - found[1]


def _rewritten(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    rows = connection.execute(
        f"""
        SELECT p.value, sum(n)::BIGINT FROM {_CHANGED} q JOIN names p ON p.id = q.p
        WHERE o IN (SELECT id FROM names WHERE datatype IS NOT NULL AND {REWRITTEN}) GROUP BY ALL
        """
    ).fetchall()
    return dict(rows)


def _moved(old: Mapping[str, int], change: Mapping[str, int]) -> dict[str, int]:
    """The counts that are not nought, by name."""
    sums = {name: old.get(name, 0) + change.get(name, 0) for name in {*old, *change}}
    return {name: sums[name] for name in sorted(sums) if sums[name]}
