"""What a columns file holds, counted once when it is made (the counts of VoID, §4)."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from graph.columns.connection import quote
from graph.columns.dictionary import count
from graph.columns.overlap import count_overlaps
from graph.columns.rewriting import REWRITTEN
from graph.columns.schema import FORMAT, RDF_TYPE


@dataclass(frozen=True, slots=True)
class GraphStatistics:
    """One named graph: distinct quads and subjects, quads by predicate, instances by class."""

    quads: int
    subjects: int
    predicates: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statistics:
    """`overlaps`: triples stated in more than one graph. `rewritten`: by predicate, the quads whose literal
    Oxigraph would not give back as written."""

    quads: int
    terms: int
    graphs: Mapping[str, GraphStatistics]
    overlaps: int
    rewritten: Mapping[str, int]

    def dump(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> "Statistics":
        read = json.loads(text)
        graphs = {name: GraphStatistics(**graph) for name, graph in read.pop("graphs").items()}
        return cls(graphs=graphs, **read)


def compute(connection: duckdb.DuckDBPyConnection) -> Statistics:
    """Count over the tables `terms` and `quads` of the connection's current catalogue."""
    return Statistics(
        quads=count(connection, "quads"),
        terms=count(connection, "terms"),
        graphs=_graphs(connection),
        overlaps=count_overlaps(connection),
        rewritten=_rewritten(connection),
    )


def record(connection: duckdb.DuckDBPyConnection, *, sourced: bool) -> Statistics:
    """Compute the statistics and keep them in the table `about`."""
    statistics = compute(connection)
    connection.execute("INSERT INTO about VALUES (?, ?, ?)", [FORMAT, sourced, statistics.dump()])
    return statistics


def _graphs(connection: duckdb.DuckDBPyConnection) -> dict[str, GraphStatistics]:
    totals = connection.execute(
        """
        SELECT g.value, n, subjects
        FROM (SELECT g, count(*) AS n, count(DISTINCT s) AS subjects FROM quads GROUP BY g) counted
        JOIN terms g ON g.id = counted.g ORDER BY g.value
        """
    ).fetchall()
    predicates = _counts(connection, "SELECT g, p AS kind, count(*) AS n FROM quads GROUP BY ALL")
    classes = _counts(
        connection,
        f"""
        SELECT g, o AS kind, count(*) AS n FROM quads
        WHERE p = (SELECT id FROM terms WHERE value = {quote(RDF_TYPE)} AND datatype IS NULL) GROUP BY ALL
        """,
    )
    return {
        graph: GraphStatistics(quads, subjects, predicates.get(graph, {}), classes.get(graph, {}))
        for graph, quads, subjects in totals
    }


def _counts(connection: duckdb.DuckDBPyConnection, counted: str) -> dict[str, dict[str, int]]:
    rows = connection.execute(
        f"""
        SELECT g.value, kind.value, n FROM ({counted}) counted
        JOIN terms g ON g.id = counted.g JOIN terms kind ON kind.id = counted.kind ORDER BY ALL
        """
    ).fetchall()
    counts: dict[str, dict[str, int]] = {}
    for graph, kind, number in rows:
        counts.setdefault(graph, {})[kind] = number
    return counts


def _rewritten(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    rows = connection.execute(
        f"""
        SELECT p.value, n
        FROM (SELECT p, count(*) AS n FROM quads
              WHERE o IN (SELECT id FROM terms WHERE datatype IS NOT NULL AND {REWRITTEN}) GROUP BY p) counted
        JOIN terms p ON p.id = counted.p ORDER BY p.value
        """
    ).fetchall()
    return dict(rows)
