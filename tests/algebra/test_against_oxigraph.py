"""Random queries over random graphs have the solutions that Oxigraph finds, or are refused."""

import os
from pathlib import Path

import pyoxigraph
import pytest

from graph import algebra
from graph.columns import TextQuad
from tests.algebra.graphs import DEFAULT, Graphs, Refused, Row, cell, counted, opened, text_quads
from tests.algebra.queries import PARTS, Generator

GRAPHS = int(os.environ.get("LIENTHONG_FUZZ_GRAPHS", "12"))
QUERIES = 25
"""Of each graph."""
# Oxigraph 0.5.13 evaluates a sub-select inside GRAPH ?g over all graphs at once, not in each (§18.6).
IN_GRAPHS = (*(part for part in PARTS if part not in ("SELECT", "AGGREGATE")), *["GRAPH"] * 8)


def store_of(quads: list[TextQuad]) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for s, p, o, datatype, language, g in quads:
        graph = pyoxigraph.DefaultGraph() if g == DEFAULT else pyoxigraph.NamedNode(g)
        store.add(pyoxigraph.Quad(node(s), pyoxigraph.NamedNode(p), term(o, datatype, language), graph))
    return store


def node(text: str) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode:
    return pyoxigraph.BlankNode(text[2:]) if text.startswith("_:") else pyoxigraph.NamedNode(text)


def term(
    value: str, datatype: str | None, language: str | None
) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal:
    if datatype is None:
        return node(value)
    if language is not None:
        return pyoxigraph.Literal(value, language=language)
    return pyoxigraph.Literal(value, datatype=pyoxigraph.NamedNode(datatype))


@pytest.mark.parametrize("seed", range(GRAPHS))
def test_random_queries(seed: int, tmp_path: Path) -> None:
    generator = Generator(seed)
    answer_alike(generator, generator.graph(), seed, tmp_path)


@pytest.mark.parametrize("seed", range(2000, 2000 + GRAPHS // 2))
def test_random_queries_of_named_graphs(seed: int, tmp_path: Path) -> None:
    generator = Generator(seed, IN_GRAPHS)
    answer_alike(generator, generator.dataset(), seed, tmp_path)


def answer_alike(generator: Generator, quads: list[TextQuad], seed: int, folder: Path) -> None:
    store = store_of(quads)
    # Oxigraph rewrites literals as it loads them; columns of what it then holds are the same data.
    columns = opened(folder / "columns.duckdb", text_quads(store.quads_for_pattern(None, None, None, None)))
    graphs = Graphs(columns)
    try:
        answered = [
            same_solutions(graphs, store, (seed, number), generator.query()) for number in range(QUERIES)
        ]
    finally:
        columns.close()
    assert sum(answered) >= QUERIES / 2


def same_solutions(graphs: Graphs, store: pyoxigraph.Store, place: tuple[int, int], query: str) -> bool:
    """Whether the query was answered, not refused."""
    try:
        answer = store.query(query)
    except SyntaxError:
        return False  # BIND to a variable in use, and the like
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    variables = tuple(sorted(variable.value for variable in answer.variables))
    wanted = [tuple(cell(row[name]) for name in variables) for row in answer]
    try:
        plan = graphs.plan(query)
        found = graphs.rows(plan)
    except (algebra.Unsupported, Refused):
        return False
    assert counted(placed(plan, found, variables)) == counted(wanted), (place, query)
    return True


def placed(plan: algebra.Plan, rows: list[Row], variables: tuple[str, ...]) -> list[Row]:
    """The rows with a cell for each of `variables`."""
    places = [plan.variables.index(name) if name in plan.variables else None for name in variables]
    return [tuple(None if at is None else row[at] for at in places) for row in rows]
