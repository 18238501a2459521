"""What more than one graph states: the same triple, or something of the same subject.

Oxigraph counts a triple once for each graph that states it.
"""

from dataclasses import dataclass

import duckdb

from graph.columns.schema import TextQuad

# A triple can only be in two graphs when its predicate is: that rules out most quads at once.
_TWICE = """
    SELECT s, p, o, min(g) AS first, max(g) AS last FROM quads
    WHERE p IN (SELECT p FROM quads GROUP BY p HAVING min(g) <> max(g))
    GROUP BY s, p, o HAVING count(*) > 1"""


@dataclass(frozen=True, slots=True)
class Overlap:
    """`triples` is how many are stated more than once, in these `graphs`; `example` is one of them."""

    triples: int
    graphs: tuple[str, ...]
    example: TextQuad


def count_overlaps(connection: duckdb.DuckDBPyConnection) -> int:
    """Triples stated in more than one graph of the current catalogue."""
    row = connection.execute(f"SELECT count(*) FROM ({_TWICE})").fetchone()
    return int(row[0]) if row else 0


def find_overlap(connection: duckdb.DuckDBPyConnection) -> Overlap | None:
    """Which graphs overlap, with one example (the first by text); None when none do."""
    example = connection.execute(
        f"""
        SELECT s.value, p.value, o.value, o.datatype, o.language, g.value
        FROM ({_TWICE} ORDER BY p, s, o LIMIT 1) twice
        JOIN terms s ON s.id = twice.s JOIN terms p ON p.id = twice.p
        JOIN terms o ON o.id = twice.o JOIN terms g ON g.id = twice.first
        """
    ).fetchone()
    if example is None:
        return None
    graphs = connection.execute(
        f"""
        SELECT DISTINCT g.value FROM ({_TWICE}) twice
        JOIN quads q ON q.s = twice.s AND q.p = twice.p AND q.o = twice.o
        JOIN terms g ON g.id = q.g ORDER BY g.value
        """
    ).fetchall()
    return Overlap(count_overlaps(connection), tuple(graph for (graph,) in graphs), TextQuad(*example))


def described(connection: duckdb.DuckDBPyConnection) -> list[tuple[tuple[str, ...], int]]:
    """Sets of graphs, each with how many subjects these and no others describe.

    Most subjects are in one graph, and least and greatest graph tell which are: 10 M quads take two thirds of
    the time that a list for every subject takes.
    """
    rows = connection.execute(
        """
        WITH ends AS MATERIALIZED (SELECT s, min(g) AS first, max(g) AS last FROM quads GROUP BY s),
        several AS (SELECT DISTINCT s, g FROM quads WHERE s IN (SELECT s FROM ends WHERE first <> last)),
        lists AS (SELECT list(g ORDER BY g) AS graphs FROM several GROUP BY s),
        counted AS (
            SELECT [first] AS graphs, count(*) AS n FROM ends WHERE first = last GROUP BY first
            UNION ALL SELECT graphs, count(*) FROM lists GROUP BY graphs
        ),
        named AS (SELECT graphs, n, unnest(graphs) AS g FROM counted)
        SELECT list(g.value ORDER BY g.value), n FROM named JOIN terms g ON g.id = named.g
        GROUP BY graphs, n ORDER BY ALL
        """
    ).fetchall()
    return [(tuple(graphs), number) for graphs, number in rows]


def neighbours(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """By graph: the other graphs that describe one of its subjects too, in order."""
    rows = connection.execute(
        """
        WITH described AS (SELECT DISTINCT s, g FROM quads),
        pairs AS (
            SELECT DISTINCT one.g AS one, other.g AS other FROM described one JOIN described other USING (s)
            WHERE one.g <> other.g
            AND s IN (SELECT s FROM described GROUP BY s HAVING count(*) > 1)
        )
        SELECT one.value, list(other.value ORDER BY other.value) FROM pairs
        JOIN terms one ON one.id = pairs.one JOIN terms other ON other.id = pairs.other GROUP BY ALL
        """
    ).fetchall()
    return {graph: tuple(others) for graph, others in rows}


def links(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, tuple[str, ...]]]:
    """By graph and predicate: the graphs, in order, that describe an object of it."""
    rows = connection.execute(
        """
        WITH described AS (SELECT DISTINCT s, g FROM quads),
        pairs AS (
            SELECT DISTINCT q.g AS one, q.p, described.g AS other
            FROM quads q JOIN described ON described.s = q.o
        )
        SELECT one.value, p.value, list(other.value ORDER BY other.value) FROM pairs
        JOIN terms one ON one.id = pairs.one JOIN terms p ON p.id = pairs.p
        JOIN terms other ON other.id = pairs.other GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for graph, predicate, others in rows:
        found.setdefault(graph, {})[predicate] = tuple(others)
    return found
