"""Which named graph each staged quad goes to: one for each class of access of the data set.

A quad's class is the more restrictive of the data set's own and of what the shapes say of its predicate
for the classes of its subject (`facade:accessClass`; design: access is a set of graphs).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from graph.access import CLASSES
from graph.iris import Iris
from graph.settings import Settings
from ingest.rules import load

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, slots=True)
class Rule:
    """Values of `path` of an instance of `target_class` have the class of access `access`."""

    target_class: str
    path: str
    access: str


def rules(settings: Settings) -> tuple[Rule, ...]:
    """The rules of all shapes, for each class they target and the classes below it."""
    return tuple(
        Rule(target, one.path, one.access.rsplit("/", 1)[-1])
        for kind in load(settings).types
        for one in kind.properties
        if one.access is not None and not one.inverse
        for target in kind.classes
    )


def separate(
    connection: duckdb.DuckDBPyConnection, given: Sequence[Rule], dataset: str, access: str, iris: Iris
) -> None:
    """Moves staged quads that some rule restricts further than `access` into the graph of that class."""
    floor = CLASSES.index(access)
    stricter = [
        (rule.target_class, rule.path, CLASSES.index(rule.access))
        for rule in given
        if CLASSES.index(rule.access) > floor
    ]
    if not stricter:
        return
    connection.execute("CREATE TEMP TABLE access_rule (class VARCHAR, path VARCHAR, level UTINYINT)")
    connection.executemany("INSERT INTO access_rule VALUES (?, ?, ?)", stricter)
    graphs = " ".join(
        f"WHEN {level} THEN '{iris.graph(dataset, name)}'" for level, name in enumerate(CLASSES)
    )
    connection.execute(
        f"""
        UPDATE staged SET g = CASE found.level {graphs} END
        FROM (SELECT typed.s, rule.path, max(rule.level) AS level
              FROM (SELECT DISTINCT s, o FROM staged WHERE p = '{RDF_TYPE}') typed
              JOIN access_rule rule ON rule.class = typed.o GROUP BY ALL) found
        WHERE staged.s = found.s AND staged.p = found.path
        """
    )
    connection.execute("DROP TABLE access_rule")
