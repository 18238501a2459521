"""A mapping's result as N-Quads, straight from the sources: every quad once, streamed, in no order."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from graph.columns import nquads
from graph.columns.escaping import iri_text
from ingest.mapping.execute import explained
from ingest.mapping.faults import Faults
from ingest.mapping.lines import can_fold, distinct_lines, rows_of_lines
from ingest.mapping.macros import create
from ingest.mapping.meeting import Made, groups
from ingest.mapping.plan import Plan
from ingest.mapping.statement import Parameters, Parent, Statement
from ingest.sources.relation import text_literal

# The text of a row with several lines is long: few rows make a chunk of a megabyte.
_CHUNK_ROWS = 2048
# A join's objects are held as one text for each key; beyond this many the join multiplies rows instead.
_MOST_OBJECTS = 64


def write_nquads(
    plan: Plan, connection: duckdb.DuckDBPyConnection, target: Path, *, default_graph: str | None = None
) -> int:
    """Writes the quads of `plan` to the file `target`, which appears whole or not at all; returns how many.

    `connection` holds the relations. Quads that no graph map places are in `default_graph`; without one they
    are triples. Raises SourceError with file, row, column and value for data that makes no term.
    """
    making = target.with_name(f".{target.name}.making")
    quads = 0
    try:
        with making.open("wb", buffering=0) as file:
            for chunk in stream(plan, connection, default_graph=default_graph):
                file.write(chunk)
                quads += chunk.count(b"\n")
        making.replace(target)
    finally:
        making.unlink(missing_ok=True)
    return quads


def stream(
    plan: Plan,
    connection: duckdb.DuckDBPyConnection,
    *,
    default_graph: str | None = None,
    faults: Faults | None = None,
) -> Iterator[bytes]:
    """The same in chunks of whole lines. Data that makes no term is noted in `faults`; where there is none
    of these it raises SourceError."""
    parameters = Parameters(default_graph or "")
    graph_text = text_literal(f" {iri_text(default_graph)}" if default_graph else "")
    try:
        create(connection, plan.statements)
        if faults is not None:
            faults.watch(connection)
            plan = _with_subjects(plan)
        for select in _selects(plan, connection, parameters):
            filled = parameters.into(select, graph_text=graph_text)
            yield from nquads.texts(connection, filled, _CHUNK_ROWS)
    except duckdb.Error as wrong:
        raise explained(wrong, plan) from wrong


def _with_subjects(plan: Plan) -> Plan:
    """The plan without the rows that have no subject because their value makes no term."""
    return replace(
        plan,
        statements=tuple(
            replace(one, rows=f"SELECT * FROM ({one.rows}) WHERE s IS NOT NULL")
            if "data_error(" in one.rows
            else one
            for one in plan.statements
        ),
    )


def _selects(plan: Plan, connection: duckdb.DuckDBPyConnection, parameters: Parameters) -> Iterator[str]:
    asking = _Data(connection, parameters)
    alone: dict[Statement, list[Made]] = {}
    for group in groups(plan.statements):
        first = group[0]
        if len(group) == 1 and can_fold(first.quad) and asking.is_new_each_row(first.statement):
            alone.setdefault(first.statement, []).append(first)
        else:
            yield distinct_lines(group)
    for statement, made in alone.items():
        fans = {parent: asking.fan(parent) for parent in (one.quad.parent for one in made) if parent}
        folded = [
            one.quad for one in made if one.quad.parent is None or fans[one.quad.parent] <= _MOST_OBJECTS
        ]
        if folded:
            yield rows_of_lines(statement, folded, fans)
        for one in made:
            if one.quad not in folded:
                yield distinct_lines([one])


class _Data:
    """What the data say of a plan's statements: asked once each."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, parameters: Parameters) -> None:
        self._connection = connection
        self._parameters = parameters
        self._known: dict[str, int] = {}

    def is_new_each_row(self, statement: Statement) -> bool:
        """Whether every row has a subject of its own, so that no quad comes of two rows."""
        # Two subjects of one digest would cost time and nothing else.
        return not statement.repeats_rows and bool(
            self._ask(f"SELECT count(*) = count(DISTINCT md5_number(s)) FROM ({statement.rows})")
        )

    def fan(self, parent: Parent) -> int:
        """How many objects a key has at most."""
        keys = ", ".join(parent.columns)
        return self._ask(
            f"SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM ({parent.select}) GROUP BY {keys})"
        )

    def _ask(self, question: str) -> int:
        if question not in self._known:
            ((found,),) = self._connection.execute(self._parameters.into(question)).fetchall()
            self._known[question] = int(found)
        return self._known[question]
