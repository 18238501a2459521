"""`?x <search> "…"` in queries: the entities found, in what the caller may see."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

import pytest

from graph import settings
from graph.columns import Builder
from graph.errors import QueryError
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.sparql.text_search import MOST
from graph.stores.generations import Generations
from tests.search.conftest import BASE, OPEN, SECRET, SHARED, code, kind, label

EVERY = frozenset({OPEN, SHARED, SECRET})
SEARCH = f"<{BASE}search>"
Ask = Callable[..., list[str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("searched")
    with Builder(folder / "version" / "columns.duckdb", memory_mb=256) as builder:
        builder.stage(
            [
                label("hanoi", "Thành phố Hà Nội"),
                kind("hanoi", "Province"),
                code("hanoi", "01"),
                label("hanam", "Tỉnh Hà Nam"),
                kind("hanam", "Province"),
                label("quoted", 'Nhà "Hà" \\ Nội'),
                label("shared", "Công ty Hà Nội", SHARED),
                label("secret", "Hà Nội ngầm", SECRET),
                *(label(f"many/{number}", f"nhiều {number}") for number in range(MOST + 1)),
            ]
        )
        builder.finish()
    Generations(folder / "data", memory_mb=256).publish({"small": folder / "version"})
    return settings.load(data_dir=folder / "data", workers=1)


@pytest.fixture(scope="module")
def ask(place: Settings) -> Iterator[Ask]:
    """The values of ?x, sorted, without the base."""
    with asyncio.Runner() as runner:
        engine = Engine(Generations(place.data_dir), place)
        runner.run(engine.start())

        def asked(query: str, graphs: frozenset[str] = EVERY, **other: Sequence[str]) -> list[str]:
            answer = engine.answer(
                query, principal_graphs=graphs, accept="text/tab-separated-values", **other
            )
            lines = runner.run(answer).body.decode().splitlines()[1:]
            return sorted(line.strip("<>").removeprefix(f"{BASE}id/") for line in lines)

        yield asked
        runner.run(engine.stop())


FORMS = [
    f'SELECT ?x {{ ?x {SEARCH} "ha noi" }}',
    f"SELECT ?x {{ ?x {SEARCH} 'HÀ NỘI' . }}",
    'SELECT ?x { ?x <search> "ha noi" }',
    f'PREFIX l: <{BASE}> SELECT ?x {{ ?x l:search "noi ha" }}',
    f'BASE <{BASE}ont/> SELECT ?x {{ ?x <../search> """ha\nnoi""" }}',
    'SELECT $x { $x <search> "h\\u00e0 n\\u1ed9i" }',
    'SELECT DISTINCT ?x { ?x <search> "ha noi" . ?x ?p ?o }',
    'SELECT DISTINCT ?x { ?x ?p ?o . ?x <search> "ha noi" }',
    'SELECT DISTINCT ?x { ?x <search> "ha noi" ; ?p ?o }',
    'SELECT DISTINCT ?x { ?x ?p ?o FILTER(isLiteral(?o)) ?x <search> "ha noi" }',
    'SELECT DISTINCT ?x { ?x ?p ?o FILTER EXISTS { ?x <search> "ha noi" } }',
    'SELECT ?x { { ?x <search> "ha noi" } UNION { ?x <search> "khong co" } }',
    'SELECT DISTINCT ?x { GRAPH ?g { ?x <search> "ha noi" . ?x ?p ?o } }',
]


@pytest.mark.parametrize("query", FORMS)
def test_the_forms_of_a_search(ask: Ask, query: str) -> None:
    assert ask(query) == ["hanoi", "quoted", "secret", "shared"]


@pytest.mark.parametrize("query", FORMS)
def test_only_in_what_the_caller_may_see(ask: Ask, query: str) -> None:
    assert ask(query, frozenset({OPEN})) == ["hanoi", "quoted"]
    assert ask(query, frozenset()) == []


def test_only_in_the_graphs_of_the_query(ask: Ask) -> None:
    assert ask(f'SELECT ?x FROM <{SHARED}> {{ ?x <search> "ha noi" }}') == ["shared"]
    assert ask('SELECT ?x { ?x <search> "ha noi" }', default_graph_uris=[SECRET]) == ["secret"]


def test_joined_with_what_else_is_asked(ask: Ask) -> None:
    assert ask(f'SELECT ?x {{ ?x <search> "ha" ; a <{BASE}ont/x#Province> }}') == ["hanam", "hanoi"]
    assert ask('SELECT ?x { ?x <search> "01" }') == ["hanoi"]
    assert ask('SELECT ?x { ?x <search> "ha" . ?x <search> "nam" }') == ["hanam"]
    assert ask('SELECT ?x { ?x <search> "khong co gi" }') == []


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?x { ?x a ?t ; <search> "ha noi" }',
        'SELECT ?x { ?x <search> "ha noi"@vi }',
        'SELECT ?x { ?x <search> "ha noi" , "ha nam" }',
        "SELECT ?x { ?x <search> ?text }",
        'SELECT ?x { <urn:a> <search> "ha noi" }',
        "SELECT ?x { ?x ?p <search> }",
        'SELECT ?x { ?x <search> "h" }',
        'SELECT ?x { ?x <search> "nhieu" }',
        'SELECT ?x { ?x <search>+ "ha noi" }',
        "SELECT ?x { ?x ?p ?o } ORDER BY <search>",
    ],
)
def test_what_cannot_be_resolved_is_refused_with_its_place(ask: Ask, query: str) -> None:
    with pytest.raises(QueryError) as refused:
        ask(query)
    assert refused.value.place is not None
    assert refused.value.place.line == 1
    assert refused.value.hint is not None


def test_what_only_looks_like_it_is_left_alone(ask: Ask) -> None:
    assert ask('SELECT ("?x <search> \\"ha\\"" AS ?x) {} # ?x <search> "ha"') == ['"?x <search> \\"ha\\""']
    assert ask('SELECT ?x { ?x <urn:search> "ha noi" }') == []


def test_whatever_is_searched_for_is_only_searched_for(ask: Ask) -> None:
    assert ask('SELECT ?x { ?x <search> "ha\\" OR \\"nam" }') == []
    assert ask('SELECT ?x { ?x <search> "} ?x ?p ?o {" }') == []
