"""A plan given to a builder: nothing is staged as text, the quads are made from the relations as ids."""

from collections.abc import Mapping

import duckdb

from graph.columns import Builder
from graph.columns.projection import Joined, Projection, QuadSql, TermSql
from ingest.mapping.execute import Mapped, explained
from ingest.mapping.macros import create
from ingest.mapping.plan import Plan
from ingest.mapping.statement import DEFAULT_GRAPH, Parameters, Quad, Statement
from ingest.mapping.terms import Term
from ingest.sources.relation import text_literal


def project(plan: Plan, builder: Builder, *, default_graph: str, source_ids: Mapping[str, int]) -> Mapped:
    """What `execute` does, for relations that stay as they are until the builder has finished.

    Several times faster; nothing can be changed in `staged` afterwards. Raises as `execute` does.
    """
    quads: dict[str, int] = {}
    try:
        create(builder.connection, plan.statements)
        for statement in plan.statements:
            parameters = Parameters(default_graph, source_ids[statement.source])
            made = builder.project(projection(statement, parameters))
            quads[statement.triples_map] = quads.get(statement.triples_map, 0) + made
    except duckdb.Error as wrong:
        raise explained(wrong, plan) from wrong
    return Mapped(quads)


def projection(statement: Statement, parameters: Parameters) -> Projection:
    """`statement` for the columns, which know nothing of mappings."""
    return Projection(
        parameters.into(statement.rows),
        parameters.source,
        tuple(_quad(quad, parameters) for quad in statement.quads),
        is_costly=statement.is_costly,
    )


def _quad(quad: Quad, parameters: Parameters) -> QuadSql:
    joined = Joined(parameters.into(quad.parent.select), quad.parent.keys) if quad.parent else None
    predicate, item, graph = (_term(term, parameters) for term in (quad.predicate, quad.object, quad.graph))
    return QuadSql(predicate, item, graph, joined)


def _term(term: Term, parameters: Parameters) -> TermSql:
    if term.value == DEFAULT_GRAPH:
        return TermSql(text_literal(parameters.default_graph))
    return TermSql(term.value, term.datatype, term.language)
