"""Runs a plan: quads go to the table `staged` of the working database."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb

from graph.errors import MappingError, SourceError
from graph.text import Text
from ingest.mapping.checks import Check
from ingest.mapping.faults import Faults
from ingest.mapping.macros import ERROR_MARK, create
from ingest.mapping.plan import Plan
from ingest.mapping.staging import staging
from ingest.mapping.statement import Parameters

Origin = Callable[[str, int], tuple[str, int]]
"""The file behind a row of a relation, and its number there."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Quads staged by each triples map, before duplicates are removed."""

    quads: dict[str, int]


def execute(
    plan: Plan,
    connection: duckdb.DuckDBPyConnection,
    *,
    default_graph: str,
    source_ids: Mapping[str, int],
    faults: Faults | None = None,
    origin: Origin | None = None,
) -> Mapped:
    """Stages the quads of `plan`; those that no graph map places go to `default_graph`.

    Labels of blank nodes carry a mark of the default graph, so that those of two data sets never meet.
    Data that makes no term is noted in `faults`, its row half made; where there is none of these it raises
    SourceError with file, row, column and value, the file and row as `origin` says.
    """
    quads: dict[str, int] = {}
    try:
        create(connection, plan.statements)
        if faults is not None:
            faults.watch(connection)
        for statement in plan.statements:
            parameters = Parameters(default_graph, source_ids[statement.source])
            for insert in staging(statement):
                staged = connection.execute(parameters.into(insert)).fetchone()
                count = int(staged[0]) if staged else 0
                quads[statement.triples_map] = quads.get(statement.triples_map, 0) + count
    except duckdb.Error as wrong:
        raise explained(wrong, plan, origin) from wrong
    return Mapped(quads)


def explained(wrong: duckdb.Error, plan: Plan, origin: Origin | None = None) -> SourceError | MappingError:
    """What DuckDB raised while it ran `plan`: the data's fault, with its place, or the plan's."""
    _, mark, told = str(wrong).partition(ERROR_MARK)
    if mark:
        found, _ = json.JSONDecoder().raw_decode(told)
        check: Check = plan.checks[found["check"]]
        file, row = origin(check.source, found["row"]) if origin else (None, found["row"])
        return check.error(row, str(found["value"]), file)
    return MappingError(
        Text(f"Không chạy được ánh xạ: {wrong}", f"The mapping does not run: {wrong}"),
        hint=Text(
            "Xem SQL của kế hoạch: nguồn có thể đã đổi cột.",
            "Look at the plan's SQL: the source may have changed its columns.",
        ),
    )
