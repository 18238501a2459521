"""A plan that is known, with other constants, gives what a fresh plan of the same query gives."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from graph import algebra
from graph.algebra import Constant
from graph.columns.schema import XSD_STRING
from graph.sparql.columns_store import ColumnsStore
from graph.sparql.parameters import parametrised
from tests.algebra.fuzzing.grammar import Grammar
from tests.algebra.graphs import DEFAULT, opened
from tests.examples import examples

JSON, NTRIPLES = "application/sparql-results+json", "application/n-triples"
OTHERS = {"<urn:a>": "<urn:b>", "<urn:b>": "<urn:c>", "<urn:c>": "<urn:a>", '"abc"': '"1"', '"1"': '"urn:a"'}


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        (
            r"ASK { <x:a> <x:p> 'it\'s' }",
            [Constant("x:a"), Constant("x:p"), Constant("it's", XSD_STRING)],
        ),
        ("ASK { <x:a> a <x:a> }", [Constant("x:a")]),
        ("PREFIX x: <x:> ASK { x:a ?p <x:a>, <x:b> }", [Constant("x:b")]),
        ("ASK FROM <x:g> { ?s ?p '1'^^<x:t>, '1', 'a'@en, 2 }", []),
        ("SELECT (GROUP_CONCAT(?o; SEPARATOR = ', ') AS ?all) { ?s ?p ?o FILTER(<x:f>(?o)) }", []),
    ],
)
def test_what_may_be_a_parameter(text: str, terms: list[Constant]) -> None:
    found = parametrised(text)
    assert found is not None
    assert list(found.terms) == terms


@pytest.mark.parametrize("text", ["ASK { <a> ?p ?o }", r"ASK { ?s ?p '\u0061' }", "ASK { ?s ?p '⟪0⟫' }"])
def test_texts_without_parameters(text: str) -> None:
    assert parametrised(text) is None


def test_what_the_plan_depends_on_is_no_parameter() -> None:
    text = "SELECT ?s { ?s <x:p> <x:o> FILTER(REGEX(STR(?s), 'a+') && STR(?s) != 'b') }"
    found = parametrised(text)
    assert found is not None
    plan = algebra.compile(text, parameters=found.terms)
    assert plan.parameters == (Constant("x:o"), Constant("b", XSD_STRING))


@pytest.mark.parametrize("seed", range(examples(4)))
def test_other_constants(seed: int, tmp_path: Path) -> None:
    grammar = Grammar(seed)
    with opened(tmp_path / "columns.duckdb", grammar.dataset()) as columns:
        warm, compared = ColumnsStore(columns), 0
        for _ in range(30):
            query = str(grammar.query()).replace(f"^^<{XSD_STRING}>", "")
            other = re.sub("|".join(OTHERS), lambda found: OTHERS[found[0]], query)
            if other == query or answer(warm, query) is None:
                continue
            assert answer(warm, other) == answer(ColumnsStore(columns), other), (query, other)
            compared += 1
    assert compared >= 8


def answer(store: ColumnsStore, query: str) -> object:
    """The solutions in no order; None where there is no answer."""
    media_type = NTRIPLES if query.startswith("CONSTRUCT") else JSON
    try:
        body = store.query(
            query,
            default_graph=[DEFAULT],
            named_graphs=[one for one in store.graphs if one != DEFAULT],
            media_type=media_type,
            max_bytes=1_000_000,
        )
    except algebra.Unsupported:
        return None
    if media_type == NTRIPLES:
        return re.sub(r"_:\w+", "_:", body.decode())
    read = json.loads(body)
    if "boolean" in read:
        return read["boolean"]
    rows = read["results"]["bindings"]
    is_page = "LIMIT" in query or "OFFSET" in query
    return len(rows) if is_page else Counter(json.dumps(row, sort_keys=True) for row in rows)
