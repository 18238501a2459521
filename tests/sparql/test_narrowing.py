"""Leaving graphs out changes no answer, and leaves out what can be left out."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF

from graph import queries, settings
from graph.settings import Settings
from graph.sparql.dataset import Dataset
from graph.sparql.guard import Limits, guard
from graph.sparql.narrowing import Holdings, narrow
from graph.sparql.outline import Outlines
from graph.sparql.shapes import Shapes
from graph.sparql.wire import Request
from graph.sparql.worker import Narrowing
from graph.stores.generations import Generation, Generations
from graph.stores.layout import MANIFEST
from graph.stores.oxigraph import OxigraphStore
from tests import examples
from tests.sparql.asking_alone import Asking, begun

CSV = "text/csv"
SECONDS = 15.0
MINUTES = {
    "ingest/datasets/mof-enterprises/queries/enterprises-by-current-province.rq",
    "ingest/datasets/mps-population/queries/residents-by-province.rq",
}
HERE = settings.load()
QUESTIONS = {
    str(path.relative_to(HERE.datasets_dir.parent.parent)): path
    for path in [
        *sorted(HERE.queries_dir.glob("*.rq")),
        *sorted(HERE.datasets_dir.glob("*/queries/*.rq")),
    ]
}
assert QUESTIONS.keys() >= MINUTES
CODES, UNITS, PEOPLE, FIRMS, SECRET = GRAPHS = ("codes", "units", "people", "firms", "secret")
HOLDINGS = Holdings(
    predicates={
        str(RDF.type): frozenset({UNITS, FIRMS}),
        "p:label": frozenset(GRAPHS),
        "p:level": frozenset({UNITS}),
        "p:from": frozenset({UNITS, PEOPLE, FIRMS}),
        "p:home": frozenset({PEOPLE}),
        "p:after": frozenset({UNITS}),
        "p:owner": frozenset({FIRMS, SECRET}),
    },
    links={
        "p:label": {graph: frozenset() for graph in GRAPHS},
        "p:level": {UNITS: frozenset({CODES})},
        "p:from": {graph: frozenset() for graph in (UNITS, PEOPLE, FIRMS)},
        "p:home": {PEOPLE: frozenset({UNITS})},
        "p:after": {UNITS: frozenset({UNITS})},
        "p:owner": {FIRMS: frozenset({PEOPLE}), SECRET: frozenset({PEOPLE})},
    },
    classes={"c:Unit": frozenset({UNITS}), "c:Firm": frozenset({FIRMS})},
    neighbours={
        **{graph: frozenset({graph}) for graph in (CODES, UNITS, PEOPLE)},
        **{graph: frozenset({FIRMS, SECRET}) for graph in (FIRMS, SECRET)},
    },
)
CASES = {
    "?s <p:level> ?l": {UNITS},
    "?s <p:label> ?l": set(GRAPHS),
    "?s a <c:Unit>": {UNITS},
    "?s a ?class": {UNITS, FIRMS},
    "?s <p:level> ?l ; <p:from> ?f ; <p:label> ?n": {UNITS},
    "?s <p:level> ?l OPTIONAL { ?s <p:from> ?f }": {UNITS},
    "?s <p:from> ?f OPTIONAL { ?s <p:level> ?l }": {UNITS, PEOPLE, FIRMS},
    "?s <p:level> ?l FILTER NOT EXISTS { ?s <p:from> ?f }": {UNITS},
    "?s <p:level> ?l MINUS { ?s <p:from> ?f }": {UNITS},
    "?s a <c:Firm> ; <p:label> ?n": {FIRMS, SECRET},
    "?x <p:home> ?u . ?u <p:label> ?n": {PEOPLE, UNITS},
    "?x <p:home>/<p:label> ?n": {PEOPLE, UNITS},
    "?x <p:home>/<p:after>* ?u . ?u <p:label> ?n": {PEOPLE, UNITS},
    "?u <p:after>* ?v": set(GRAPHS),
    "?u !<p:after> ?v": set(GRAPHS),
    "?u ?p ?v": set(GRAPHS),
    "?u <p:level> ?l ; ?p ?v": {UNITS},
    "{ ?s <p:level> ?l } UNION { ?s <p:home> ?u }": {UNITS, PEOPLE},
    "?x <p:home> ?u OPTIONAL { ?u <p:after> ?v } BIND(COALESCE(?v, ?u) AS ?w) ?w <p:label> ?n": {
        PEOPLE,
        UNITS,
    },
    "{ SELECT ?u (COUNT(?x) AS ?n) { ?x <p:home> ?u } GROUP BY ?u } ?u <p:label> ?name": {PEOPLE, UNITS},
    "GRAPH ?g { ?s <p:home> ?u } ?u <p:level> ?l": {UNITS},
    "?s <p:nothing> ?o": {CODES},
    "?s undeclared:p ?o": {CODES},
    "?s <p:level> ": set(GRAPHS),
}


@pytest.mark.parametrize("pattern", CASES)
def test_the_graphs_that_matter(pattern: str) -> None:
    assert set(narrow(f"SELECT * {{ {pattern} }}", GRAPHS, HOLDINGS)) == CASES[pattern]


def test_relative_iris_have_a_base() -> None:
    graph, other = "http://t/graph/a", "http://t/graph/b"
    holding = {"http://t/ont/p": frozenset([graph]), "http://t/ont/q": frozenset([other])}
    links = {predicate: dict.fromkeys(graphs, frozenset[str]()) for predicate, graphs in holding.items()}
    holdings = Holdings(holding, links, {}, {graph: frozenset([graph]), other: frozenset([other])})
    assert narrow("ASK { ?s <ont/p> ?o }", [graph, other], holdings, base="http://t/sparql") == (graph,)


@pytest.mark.parametrize("pattern", CASES)
def test_nothing_is_added(pattern: str) -> None:
    permitted = (CODES, PEOPLE, FIRMS)
    assert set(narrow(f"ASK {{ {pattern} }}", permitted, HOLDINGS)) <= set(permitted)


@pytest.fixture(scope="module")
def generation(published: Settings) -> Generation:
    return Generations(published.data_dir).require_current()


@pytest.fixture(scope="module")
def asking(generation: Generation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    with begun(generation.oxigraph, tmp_path_factory.mktemp("answers"), SECONDS) as made:
        yield made


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_stays_the_same(question: str, generation: Generation, asking: Asking) -> None:
    """As somebody who may see everything, the case with the most graphs.

    One of the graphs that were left out is added again, another one for each question. Two questions that
    walk a path over several graphs take Oxigraph minutes: these are only asked by a thorough run.
    """
    if question in MINUTES and examples.PROFILE != examples.THOROUGH:
        pytest.skip("Oxigraph needs minutes for it with so many graphs")
    text = queries.read(Path(QUESTIONS[question])).text
    graphs = list(generation.manifest.graphs)
    few = narrow(text, graphs, Holdings.of(generation.manifest.graphs))
    more = random.Random(question).choice([graph for graph in graphs if graph not in few])
    expected = asking.answer(text, few, graphs)
    wider = None if expected is None else asking.answer(text, [*few, more], graphs)
    if wider is None:
        pytest.skip(f"Oxigraph needs more than {SECONDS} s for it with so many graphs")
    assert wider == expected


ABOUT = [
    "SELECT * {{ <{a}> ?p ?o }}",
    "SELECT * {{ <{a}> rdfs:label ?name OPTIONAL {{ <{b}> ?p ?o }} }}",
    "ASK {{ <{a}> ?p <{b}> }}",
    "SELECT * {{ <{a}> a ?class FILTER NOT EXISTS {{ <{b}> ?p ?class }} }}",
    "SELECT * {{ {{ <{a}> ?p ?o }} UNION {{ ?s ?q <{b}> }} }}",
]


@pytest.mark.parametrize("without", [1, 3], ids="{} hidden".format)
@pytest.mark.parametrize("pattern", ABOUT)
def test_what_is_known_of_a_shape_holds_for_all_things(
    pattern: str, without: int, generation: Generation
) -> None:
    """As somebody who may not see everything: the store's union is not asked."""
    store = OxigraphStore.open(generation.oxigraph)
    narrowing, shapes = Narrowing(generation.path / MANIFEST, store), Shapes()
    outlines = Outlines(partial(guard, limits=Limits()))
    drawn = random.Random(pattern)
    graphs = tuple(sorted(drawn.sample(sorted(generation.manifest.graphs), 22)))[without:]
    rows = ox.Store.read_only(str(generation.oxigraph)).query(
        "SELECT DISTINCT ?s { GRAPH ?g { ?s ?p ?o } FILTER (isIRI(?s)) } LIMIT 3000"
    )
    things = [str(row["s"].value) for row in rows]  # type: ignore[union-attr]  # rows of a SELECT
    fewer = 0
    for _ in range(8):
        a, b = drawn.sample([*things, "http://nothing.example/"], 2)
        text = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> " + pattern.format(a=a, b=b)
        read = outlines.read(text, frozenset(graphs))
        shape = shapes.of(text, read, Dataset(graphs, graphs), generation)
        request = Request(
            text, "", graphs, graphs, {}, CSV, 30.0, 1 << 26, shape=shape.name, things=shape.things
        )
        chosen = narrowing(request)
        assert set(chosen) <= set(graphs)
        fewer += len(chosen) < len(graphs)
        asked = {"named_graphs": graphs, "media_type": CSV, "max_bytes": 1 << 26}
        assert sorted(store.query(text, default_graph=chosen, **asked).splitlines()) == sorted(  # type: ignore[arg-type]  # as named
            store.query(text, default_graph=graphs, **asked).splitlines()  # type: ignore[arg-type]  # as named
        )
    # What a thing is the object of, and what is asked of a thing in a condition, may be in any graph.
    assert fewer or "?s ?q" in pattern or "EXISTS" in pattern
