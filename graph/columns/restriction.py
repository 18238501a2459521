"""Quads that belong in another graph than the one they were made in, told by the class of their subject."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from graph.columns.projection import fixed
from graph.columns.resolution import Counted
from graph.columns.schema import RDF_TYPE


@dataclass(frozen=True, slots=True)
class Restriction:
    """The quads of `predicate` whose subject is a `target_class` go to `graph`."""

    target_class: str
    predicate: str
    graph: str


def graphs(restrictions: Sequence[Restriction], counted: Sequence[Counted]) -> set[str]:
    """The graphs to be made room for: those that a projection states, and those that quads may move into."""
    if not restrictions:
        return set()
    quads = [quad for one in counted for quad in one.made]
    predicates = {fixed(quad.predicate.value) for quad in quads}
    types = [quad for quad in quads if fixed(quad.predicate.value) in (RDF_TYPE, None)]
    classes = {None if quad.joined else fixed(quad.object.value) for quad in types}
    stated = {text for quad in quads if (text := fixed(quad.graph.value)) is not None}
    return stated | {
        one.graph
        for one in restrictions
        if predicates & {one.predicate, None} and classes & {one.target_class, None}
    }


def apply(connection: duckdb.DuckDBPyConnection, restrictions: Iterable[Restriction]) -> None:
    """Move the quads of `making.resolved`. Of several restrictions the last holds."""
    rows = [(rank, one.target_class, one.predicate, one.graph) for rank, one in enumerate(restrictions)]
    if not rows:
        return
    connection.execute("CREATE TABLE making.restriction (rank INTEGER, class VARCHAR, p VARCHAR, g VARCHAR)")
    connection.executemany("INSERT INTO making.restriction VALUES (?, ?, ?, ?)", rows)
    ids = " ".join(
        f"JOIN output.terms AS {name} ON {name}.value = rule.{column} AND {name}.datatype IS NULL"
        for name, column in (("class_term", "class"), ("p_term", "p"), ("g_term", "g"))
    )
    connection.execute(
        f"""
        UPDATE making.resolved SET g = found.g
        FROM (SELECT typed.s, rule.p, arg_max(rule.g, rule.rank) AS g
              FROM (SELECT DISTINCT s, o FROM making.resolved WHERE p =
                    (SELECT id FROM output.terms WHERE value = '{RDF_TYPE}' AND datatype IS NULL)) typed
              JOIN (SELECT rank, class_term.id AS class, p_term.id AS p, g_term.id AS g
                    FROM making.restriction AS rule {ids}) rule ON rule.class = typed.o
              GROUP BY ALL) found
        WHERE resolved.s = found.s AND resolved.p = found.p
        """
    )
    connection.execute("DROP TABLE making.restriction")


def empty_graphs(connection: duckdb.DuckDBPyConnection, graphs: Iterable[str]) -> set[str]:
    """Those of `graphs` in which no quad is."""
    held = {
        graph
        for (graph,) in connection.execute(
            "SELECT value FROM output.terms WHERE id IN (SELECT DISTINCT g FROM making.resolved)"
        ).fetchall()
    }
    return set(graphs) - held
