"""Every query of the shapes and of the ontology's checks is compiled, and answers as Oxigraph does.

Constraints are asked of the ontology, its examples and all cases of the shapes; a check of what is kept
because it breaks that check.
"""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import SH

from graph import turtle
from graph.algebra import Given
from graph.prefixes import Prefixes
from tests.algebra.conftest import Load
from tests.algebra.graphs import Graphs, Row, cell, counted, opened, text_quads

ROOT = Path(__file__).resolve().parents[2]
SHAPES = sorted([*ROOT.glob("shapes/*.ttl"), *ROOT.glob("shapes/profiles/*.ttl")])
SELECTS = {
    f"{path.stem}-{number}": str(text)
    for path in SHAPES
    for number, text in enumerate(sorted(turtle.read(path).objects(None, SH.select)))
}
CHECKS = sorted(ROOT.glob("ontology/checks/*.rq"))
DATA = [
    *ROOT.glob("ontology/**/*.ttl"),
    *(path for path in ROOT.glob("shapes/cases/*/*.ttl") if not path.name.endswith(".report.ttl")),
]


def store_of(*paths: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for path in paths:
        # Oxigraph rewrites literals as it loads them; columns of what it then holds are the same data.
        text = turtle.read(path).serialize(format="nt", encoding="utf-8")
        store.extend(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES, rename_blank_nodes=True))
    return store


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    return store_of(*DATA)


@pytest.fixture(scope="module")
def graphs(store: pyoxigraph.Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graphs]:
    path = tmp_path_factory.mktemp("algebra") / "columns.duckdb"
    columns = opened(path, text_quads(store.quads_for_pattern(None, None, None, None)))
    found = Graphs(columns)
    found.execute("CREATE TEMP TABLE focus AS SELECT DISTINCT s AS id FROM triples")
    yield found
    columns.close()


@pytest.fixture(scope="module")
def prefixes() -> Prefixes:
    return Prefixes.load(ROOT / "ontology" / "catalogue.ttl")


def solutions(store: pyoxigraph.Store, query: str, variables: tuple[str, ...]) -> list[Row]:
    answer = store.query(query)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    named = {variable.value for variable in answer.variables}
    return [tuple(cell(row[name]) if name in named else None for name in variables) for row in answer]


@pytest.mark.parametrize("name", SELECTS)
def test_constraint_of_a_shape(name: str, graphs: Graphs, store: pyoxigraph.Store) -> None:
    query = SELECTS[name]
    plan = graphs.plan(query, given=Given("focus", {"this": "id"}))
    found = graphs.rows(plan)
    assert found
    assert counted(found) == counted(solutions(store, query, plan.variables))
    assert counted(graphs.rows(graphs.plan(query))) == counted(found)


@pytest.mark.parametrize("check", CHECKS, ids=lambda path: path.stem)
def test_check_of_the_ontology(check: Path, load: Load, prefixes: Prefixes) -> None:
    query = prefixes.sparql() + turtle.read_text(check)
    broken = ROOT / "tests" / "ontology" / "broken" / f"{check.stem}.ttl"
    store = store_of(ROOT / "ontology" / "catalogue.ttl", broken)
    graphs = load(text_quads(store.quads_for_pattern(None, None, None, None)))
    plan = graphs.plan(query)
    found = graphs.rows(plan)
    assert found
    assert counted(found) == counted(solutions(store, query, plan.variables))
