"""A rewritten query has the solutions of the query as written, over the graphs that may be read."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pyoxigraph
import pytest

from graph.algebra import Unsupported, reading
from graph.sparql.exactness import misread
from graph.sparql.rewrites import Rewritten, rewritten
from graph.sparql.rewrites.templates import Templates
from graph.sparql.rewrites.text import written
from tests.algebra.fuzzing import answers
from tests.algebra.fuzzing.comparing import store_of
from tests.algebra.fuzzing.grammar import Grammar
from tests.algebra.fuzzing.vocabulary import PREDICATES, RESOURCES
from tests.algebra.graphs import LANG_STRING, XSD, cell, node, term
from tests.examples import examples
from tests.sparql.rewriting_grammar import TiedGrammar

CASES = tomllib.loads(Path(__file__).with_name("rewrites.toml").read_text(encoding="utf-8"))["case"]
QUERIES = 40
"""Of each random graph."""
LITERALS = (
    ("abc", f"{XSD}string", None),
    ("abc", LANG_STRING, "en"),
    ("1", f"{XSD}integer", None),
    ("01", f"{XSD}integer", None),
)
Graph = pyoxigraph.NamedNode | pyoxigraph.DefaultGraph
ALL: tuple[Graph, ...] = (
    pyoxigraph.DefaultGraph(),
    pyoxigraph.NamedNode("urn:g1"),
    pyoxigraph.NamedNode("urn:a"),
)


def of(store: pyoxigraph.Store, text: str, graphs: Sequence[Graph]) -> answers.Answer:
    """Over the merge of some graphs, in which a triple may be twice."""
    named = [one for one in graphs if isinstance(one, pyoxigraph.NamedNode)]
    found = store.query(text, base_iri=answers.BASE, default_graph=list(graphs), named_graphs=named)
    if isinstance(found, pyoxigraph.QueryBoolean):
        return answers.Answer(bool(found))
    if isinstance(found, pyoxigraph.QueryTriples):
        document = found.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
        return answers.Answer(str(sorted(Counter(_without_labels(document)).items())))
    variables = tuple(sorted(variable.value for variable in found.variables))
    return answers.Answer(None, variables, tuple(tuple(cell(row[one]) for one in variables) for row in found))


def _without_labels(document: bytes) -> Iterator[str]:
    for line in document.decode().splitlines():
        yield " ".join("_:" if one.startswith("_:") else one for one in line.split(" "))


def other(query: str) -> Rewritten | None:
    return rewritten(reading.read(query, {}, answers.BASE))


def dense(seed: int) -> pyoxigraph.Store:
    """A third of all triples of few terms, some in two graphs: what is asked for has several solutions."""
    random = Random(seed)
    store = pyoxigraph.Store()
    resources = [node(one) for one in RESOURCES]
    objects = [*resources, *(term(*one) for one in LITERALS)]
    for s, p, o in product(resources, PREDICATES, objects):
        for graph in random.sample(ALL, random.choice((0, 0, 0, 1, 1, 2))):
            store.add(pyoxigraph.Quad(s, pyoxigraph.NamedNode(p), o, graph))
    return store


def randomly(grammar: Grammar) -> Iterator[tuple[str, Any]]:
    """Queries that both parsers take, and their plans; none of pages, of which several are right."""
    for _ in range(QUERIES):
        query = grammar.query()
        if answers.is_page(query):
            continue
        try:
            yield str(query), reading.read(str(query), {}, answers.BASE)
        except Unsupported:
            continue


@pytest.mark.parametrize("case", CASES, ids=[one["name"] for one in CASES])
def test_the_rules_of_a_query(case: dict[str, Any]) -> None:
    found = other(case["query"])
    assert list(found.rules if found else ()) == case["rules"]
    if found is None:
        return
    has_told = False
    for seed, graphs in product(range(4), (ALL, ALL[1:2])):
        store = dense(seed)
        was = of(store, case["query"], graphs)
        has_told |= was.value is not None or bool(was.rows)
        assert answers.alike(of(store, found.text, graphs), was), found.text
    assert has_told


def _is_known(store: pyoxigraph.Store, query: str, graphs: Sequence[Graph]) -> bool:
    try:
        of(store, query, graphs)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("seed", range(examples(8)))
def test_random_queries_are_rewritten_to_the_same_solutions(seed: int) -> None:
    grammar = TiedGrammar(seed)
    store = dense(seed)
    for query, plan in randomly(grammar):
        found = rewritten(plan)
        if found is None or misread(plan) or not _is_known(store, query, ALL):
            continue
        for graphs in (ALL, ALL[:1], ALL[1:2]):
            was = of(store, query, graphs)
            is_alike = answers.alike(of(store, found.text, graphs), was, reduced="REDUCED" in query)
            assert is_alike, f"{found.rules}\n{query}\n{found.text}"


@pytest.mark.parametrize("seed", range(examples(3)))
def test_a_plan_written_as_text_has_the_same_solutions(seed: int) -> None:
    grammar = Grammar(seed)
    store = store_of(grammar.dataset())
    for query, plan in randomly(grammar):
        if misread(plan) or not _is_known(store, query, ALL):
            continue
        try:
            text = written(plan)
        except Unsupported:
            continue
        is_alike = answers.alike(of(store, text, ALL), of(store, query, ALL), reduced="REDUCED" in query)
        assert is_alike, f"{query}\n{text}"


NAMED = "SELECT * {{ ?a <urn:p> ?b . ?b <urn:q> ?c FILTER(?c = {} && ?b IN ({}, {})) }}"


@pytest.mark.parametrize(
    "terms",
    [
        ("<urn:a>", "<urn:b>", "<urn:c>"),
        ("<urn:a>", "<urn:a>", "<urn:c>"),
        ("<urn:c>", "<urn:b>", "<urn:b>"),
        ('"abc"', "<urn:b>", '"\\"x\\" } #\\\\"'),
        ('"two\\nlines"', '"abc"', "<urn:c>"),
        ("'''a \"quoted\" one'''", "'⟪0'", "<urn:c>"),
        ('"1"', "1", "<urn:c>"),
        ("<urn:p>", "<urn:p>", "<urn:q>"),
    ],
)
def test_a_remembered_text_is_that_of_other_terms(terms: tuple[str, str, str]) -> None:
    templates = Templates()
    templates.rewritten(NAMED.format("<urn:x>", "<urn:y>", "<urn:z>"), None)
    templates.rewritten(NAMED.format("<urn:x>", "<urn:x>", "<urn:z>"), None)
    query = NAMED.format(*terms)
    afresh = other(query)
    assert templates.rewritten(query, None) == (afresh or Rewritten("", ()))


@pytest.mark.parametrize(
    "query", ["DESCRIBE <urn:a>", "SELECT", "SELECT * { ?a <urn:p>|<urn:q> ?b FILTER(?b = <urn:a>) }"]
)
def test_what_is_asked_as_it_is(query: str) -> None:
    assert Templates().rewritten(query, None) == Rewritten("", ())
