"""Values given from outside stand wherever their variable does (SHACL §5.3.1, SPARQL 1.1 §18.6)."""

from pathlib import Path

import pyoxigraph
import pytest

from graph import algebra
from graph.algebra import Given
from tests.algebra.conftest import Load
from tests.algebra.fuzzing.comparing import store_of
from tests.algebra.graphs import XSD, Graphs, Refused, Row, cell, counted, opened, placed, text_quads
from tests.algebra.queries import PARTS, RESOURCES, Generator

# A sub-select, VALUES and MINUS treat a variable otherwise than a value in its place.
SUBSTITUTABLE = tuple(part for part in PARTS if part not in ("SELECT", "AGGREGATE", "VALUES", "MINUS"))
FOCUS = RESOURCES[:3]


@pytest.mark.parametrize("seed", range(1000, 1008))
def test_as_if_the_value_were_written(seed: int, tmp_path: Path) -> None:
    generator = Generator(seed, SUBSTITUTABLE)
    store = store_of(generator.graph())
    columns = opened(tmp_path / "columns.duckdb", text_quads(store.quads_for_pattern(None, None, None, None)))
    graphs = Graphs(columns)
    graphs.execute(f"CREATE TEMP TABLE focus AS SELECT id, value FROM terms WHERE value IN {FOCUS}")
    answered = 0
    try:
        for _ in range(20):
            answered += same_for_each(graphs, store, generator.query())
    finally:
        columns.close()
    assert answered >= 10


def same_for_each(graphs: Graphs, store: pyoxigraph.Store, query: str) -> bool:
    try:
        plan = algebra.compile(query, given=Given("focus", {"a": "id"}))
        found = graphs.rows(plan)
    except (algebra.Unsupported, Refused):
        return False
    known = [str(value) for (value,) in graphs.execute("SELECT value FROM focus")]
    names = tuple(name for name in plan.variables if name != "a")
    wanted: list[Row] = []
    for focus in known:
        try:
            answer = store.query(query.replace("BOUND(?a)", "true").replace("?a", f"<{focus}>"))
        except SyntaxError:
            return False
        assert isinstance(answer, pyoxigraph.QuerySolutions)
        there = {variable.value for variable in answer.variables}
        for row in answer:
            cells = (cell(row[name]) if name in there else None for name in names)
            wanted.append(((focus, None, None), *cells))
    assert counted(placed(plan, found, ("a", *names))) == counted(wanted), query
    return True


SMALL = """
<urn:a> <urn:p> 1, 2 . <urn:b> <urn:p> 3 . <urn:c> <urn:q> <urn:a>, <urn:b> .
<urn:a> <urn:broader> <urn:b> . <urn:b> <urn:broader> <urn:c> .
"""
THREE = [f"urn:{name}" for name in "abc"]
CASES = {
    "not mentioned": ("SELECT $this ?x WHERE { <urn:b> <urn:p> ?x }", [("3",)] * 3, THREE),
    "nested group": (
        "SELECT $this ?x WHERE { { { ?y <urn:q> $this } } BIND(1 AS ?x) }",
        [("1",)] * 2,
        THREE[:2],
    ),
    "filter in a nested group": (
        "SELECT $this ?x WHERE { { ?s <urn:p> ?x FILTER(?s = $this) } }",
        [("1",), ("2",), ("3",)],
        ["urn:a", "urn:a", "urn:b"],
    ),
    "sub-select": (
        "SELECT $this ?x WHERE { { SELECT $this (COUNT(?v) AS ?x) { $this <urn:p> ?v } GROUP BY $this } }",
        [("2",), ("1",)],
        THREE[:2],
    ),
    "limit for each value": (
        "SELECT $this ?x WHERE { { SELECT $this ?x WHERE { $this <urn:p> ?x } ORDER BY DESC(?x) LIMIT 1 } }",
        [("2",), ("3",)],
        THREE[:2],
    ),
    "path": (
        "SELECT $this ?x WHERE { $this <urn:broader>* ?x }",
        [("urn:a",), ("urn:b",), ("urn:c",), ("urn:b",), ("urn:c",), ("urn:c",)],
        ["urn:a"] * 3 + ["urn:b"] * 2 + ["urn:c"],
    ),
    "not exists": (
        "SELECT $this ?x WHERE { FILTER NOT EXISTS { $this <urn:p> ?v } BIND(0 AS ?x) }",
        [("0",)],
        ["urn:c"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_prebound(name: str, load: Load) -> None:
    query, values, focus = CASES[name]
    store = pyoxigraph.Store()
    store.load(SMALL.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    graphs = load(text_quads(store.quads_for_pattern(None, None, None, None)))
    graphs.execute(f"CREATE TEMP TABLE focus AS SELECT id FROM terms WHERE value IN {tuple(THREE)}")
    plan = graphs.plan(query, given=Given("focus", {"this": "id"}))
    assert plan.variables == ("this", "x")
    found = sorted((row[0][0], row[1][0]) for row in graphs.rows(plan) if row[0] and row[1])
    assert found == sorted((this, value) for this, (value,) in zip(focus, values, strict=True))


def test_a_path_and_a_parameter_stand_for_variables(load: Load) -> None:
    store = pyoxigraph.Store()
    store.load(SMALL.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    graphs = load(text_quads(store.quads_for_pattern(None, None, None, None)))
    graphs.execute(f"CREATE TEMP TABLE focus AS SELECT id FROM terms WHERE value IN {tuple(THREE)}")
    plan = graphs.plan(
        "SELECT $this ?value $least { $this $PATH ?value FILTER(BOUND($least) && ?value > $least) }",
        given=Given("focus", {"this": "id"}),
        values={
            "PATH": algebra.Sequence(
                algebra.Repeated(algebra.Link(algebra.Constant("urn:broader")), zero=True, many=True),
                algebra.Link(algebra.Constant("urn:p")),
            ),
            "least": algebra.Constant("1", f"{XSD}integer"),
        },
    )
    assert plan.variables == ("this", "value")
    found = sorted((row[0][0], row[1][0]) for row in graphs.rows(plan) if row[0] and row[1])
    assert found == [("urn:a", "2"), ("urn:a", "3"), ("urn:b", "3")]


def test_what_has_a_value_cannot_get_another(load: Load) -> None:
    graphs = load([])
    for query in ("SELECT * { BIND(1 AS ?x) }", "SELECT * { VALUES ?x { 1 } }"):
        with pytest.raises(algebra.Unsupported):
            graphs.plan(query, values={"x": algebra.Constant("urn:a")})
