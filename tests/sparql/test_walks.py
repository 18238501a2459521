"""What is found step by step is what Oxigraph finds in a store of what may be read, and never more."""

import asyncio
import json
import os
from collections import Counter
from random import Random
from typing import Any

import pyoxigraph as ox
import pytest

from graph.sparql.engine import Engine
from graph.sparql.guard import Limits, guard
from graph.sparql.outline import Outlines
from graph.sparql.router import Router
from graph.sparql.tokens import tokens
from graph.sparql.walks import walking
from graph.sparql.walks.reading import walk
from graph.sparql.walks.walk import Walk
from graph.sparql.walks.walking import TooFarError, Walking
from graph.stores.oxigraph import OxigraphStore
from tests.examples import examples
from tests.sparql.permitted import LABEL, SECRET, Question
from tests.sparql.test_leaks_through_service import GRANTS, Place, asked, place, service

__all__ = ["place"]  # the fixture

QUERIES = int(os.environ.get("LIENTHONG_WALK_QUERIES", examples(400)))
GRAPHS = tuple(f"http://t/graph/{name}/open" for name in "abc")
NAMES = [f"http://t/{name}" for name in "stuvw"]
WORDS = [f"http://t/p{number}" for number in range(3)]
TEXTS = ["một", 'hai \\ \n"ba" \t…', ""]


def said_in() -> list[tuple[Any, str]]:
    """Triples and their graphs: few things and many links, of which some stand in several graphs."""
    made, found = Random(5), []
    for _ in range(90):
        end = made.choice([*map(ox.NamedNode, NAMES), *map(ox.Literal, TEXTS)])
        triple = ox.NamedNode(made.choice(NAMES)), ox.NamedNode(made.choice(WORDS)), end
        found += [(triple, graph) for graph in made.sample(GRAPHS, made.choice((1, 1, 2, 3)))]
    for end in (ox.Literal("Hà Nội", language="vi"), ox.Literal(2.5), ox.BlankNode("b")):
        found.append(((ox.NamedNode("http://t/s"), ox.NamedNode(WORDS[0]), end), GRAPHS[0]))
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> OxigraphStore:
    folder = tmp_path_factory.mktemp("walks")
    made = ox.Store(str(folder))
    made.bulk_extend(ox.Quad(*triple, ox.NamedNode(graph)) for triple, graph in said_in())
    made.flush()
    del made
    return OxigraphStore.open(folder)


def planned(text: str) -> tuple[Walk | None, tuple[str, ...]]:
    """By the outline, as it is known of a query that was asked before about something else."""
    read = Outlines(lambda one: guard(one, Limits())).read(text, frozenset())
    assert read.outline is not None
    starts = {start: place for place, start in enumerate(read.outline.starts(read.things))}
    return walk(read.guarded.tokens, read.guarded.prefixes, starts), read.things


def document(store: OxigraphStore, text: str, graphs: tuple[str, ...]) -> Any:
    found, things = planned(text)
    assert found is not None, text
    is_all = store.are_all(graphs)
    chosen = None if is_all else store.nodes(graphs)
    return json.loads(Walking(store, lambda _: chosen).document(found, things))


def merged(graphs: tuple[str, ...]) -> ox.Store:
    made = ox.Store()
    made.extend(ox.Quad(*triple) for triple, graph in said_in() if graph in graphs)
    return made


class Written:
    """Queries of which most can be walked."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def query(self) -> str:
        pick = self._random.choice
        used: list[str] = []

        def new(*others: str) -> str:
            used.append(pick(["?a", "?b", "?c"]))
            return pick([used[-1], used[-1], *others])

        def word() -> str:
            one = pick([f"<{pick(WORDS)}>", "t:p1", "t:p2"])
            return pick([one, one, one, f"{one}+", f"{one}*", f"{one}/t:p0", f"t:p2/{one}*", "?p", "a"])

        def end() -> str:
            texts = ('"một"', '""', "'hai'", '"Hà Nội"@vi', "2.5")
            return new(f"<{pick(NAMES)}>", pick(texts) if pick([0, 0, 0, 1]) else new())

        lines = [f"<{pick(NAMES)}> {word()} {pick([end(), f'{end()}, {end()}'])}"]
        for _ in range(pick([0, 0, 1, 1, 2])):
            lines.append(
                f"{pick(used)} {word()} {end()}" if pick([1, 1, 1, 0]) else f"{new()} {word()} {pick(used)}"
            )
        if pick([0, 0, 1]):
            lines[-1] += f" ; {word()} {end()}"
        self._random.shuffle(lines)
        what = pick(
            [
                *("*", "?a", "?a ?b", "DISTINCT ?a", "DISTINCT *", "?p ?nowhere ?c", "(COUNT(*) AS ?n)"),
                *("(COUNT(?a) AS ?n)", "(COUNT(DISTINCT ?b) AS ?n)", "(COUNT(?nowhere) AS ?n)"),
                "(COUNT(DISTINCT *) AS ?n)",
            ]
        )
        return f"PREFIX t: <http://t/> SELECT {what} {pick(['', 'WHERE '])}{{ {' . '.join(lines)} }}"


def solutions(read: Any) -> tuple[list[str], Counter[str]]:
    rows = Counter(json.dumps(row, sort_keys=True) for row in read["results"]["bindings"])
    return read["head"]["vars"], rows


@pytest.mark.parametrize("graphs", [GRAPHS, GRAPHS[:1], GRAPHS[1:], ()])
def test_a_walk_finds_what_a_store_of_these_graphs_has(store: OxigraphStore, graphs: tuple[str, ...]) -> None:
    made, only, outcomes = Written(len(graphs)), merged(graphs), Counter[str]()
    for _ in range(QUERIES):
        text = made.query()
        found, _ = planned(text)
        if found is None:
            outcomes["no walk"] += 1
            continue
        expected = only.query(text).serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[call-arg]
        assert expected is not None
        try:
            told = document(store, text, graphs)
        except TooFarError:
            outcomes["too far"] += 1
            continue
        assert solutions(told) == solutions(json.loads(expected)), text
        outcomes["rows" if told["results"]["bindings"] else "nothing"] += 1
    assert outcomes["rows"] > (QUERIES / 8 if graphs else QUERIES / 50), outcomes


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a { ?a ?p ?b }",
        "SELECT ?a { ?a <http://t/p0>+ <http://t/s> }",
        "SELECT ?a ?a { <http://t/s> ?p ?a }",
        "SELECT ?a { <http://t/s> ?p ?a } LIMIT 1",
        "SELECT ?a FROM <http://t/graph/a/open> { <http://t/s> ?p ?a }",
        "SELECT ?a { GRAPH ?g { <http://t/s> ?p ?a } }",
        "SELECT ?a { <http://t/s> ?p ?a FILTER(?a = 1) }",
        "SELECT ?a { <http://t/s> ?p ?a OPTIONAL { ?a ?q ?b } }",
        "SELECT ?a { <http://t/s> <http://t/p0>|<http://t/p1> ?a }",
        "SELECT ?a { <http://t/s> ^<http://t/p0> ?a }",
        "SELECT ?a { <http://t/s> (<http://t/p0>/<http://t/p1>)+ ?a }",
        "SELECT ?a { <http://t/s> <http://t/p0> 1 ; ?p ?a }",
        "SELECT ?a { <http://t/s> ?p [ ?q ?a ] }",
        "SELECT ?a { <http://t/s> ?p _:x . _:x ?q ?a }",
        "SELECT ?a { <http://t/s> ?p ?a . { ?a ?q ?b } }",
        "SELECT ?a { <http://t/s> ?p ?a ",
        "SELECT ?a <http://t/s> ?p ?a }",
        "SELECT (COUNT(?a) AS ?a) { <http://t/s> ?p ?a }",
        "SELECT (COUNT(?a) AS ?n) { <http://t/s> ?p ?a } GROUP BY ?p",
        "SELECT (COUNT(?a) AS ?n) ?p { <http://t/s> ?p ?a }",
        "SELECT { <http://t/s> ?p ?a }",
        "SELECT ?a { }",
        "BASE <http://t/> SELECT ?a { <s> ?p ?a }",
        "ASK { <http://t/s> ?p ?a }",
        "DESCRIBE <http://t/s>",
    ],
)
def test_what_is_not_surely_short_or_not_known_is_no_walk(text: str) -> None:
    assert walk(tuple(tokens(text)), {}, {}) is None


def test_no_more_is_read_than_a_walk_may(store: OxigraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "SELECT ?a { <http://t/s> <http://t/p0> ?b . ?b <http://t/p1> ?a }"
    read: list[int] = []
    triples = OxigraphStore.triples

    def noted(self: OxigraphStore, *given: Any) -> Any:
        found = triples(self, *given)
        read.append(len(found))
        return found

    monkeypatch.setattr(OxigraphStore, "triples", noted)
    assert document(store, text, GRAPHS)["results"]["bindings"]
    needed = sum(read) + len(read)
    for most in (0, 1, 7, needed - 1):
        monkeypatch.setattr(walking, "MOST", most)
        read.clear()
        with pytest.raises(TooFarError):
            document(store, text, GRAPHS)
        assert sum(read) <= most
    monkeypatch.setattr(walking, "MOST", needed + 1)
    assert document(store, text, GRAPHS)


def test_what_is_large_is_left_to_a_worker(store: OxigraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "LARGEST", 100)
    with pytest.raises(TooFarError):
        document(store, "SELECT ?a { <http://t/s> ?p ?a }", GRAPHS)


class Walked(Counter[str]):
    """How often each of two answers was found in the process in front, and how often not."""


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> Walked:
    """Every query that can be walked is, whatever is known of its shape."""
    found, at_once = Walked(), Engine._walked

    def noted(self: Engine, prepared: Any) -> Any:
        answer = at_once(self, prepared)
        found["walked" if answer else "not"] += 1
        return answer

    monkeypatch.setattr(Engine, "_walked", noted)
    monkeypatch.setattr(Router, "is_exact_in_oxigraph", lambda *_: True)
    return found


ABOUT = ("urn:a", "urn:b", "urn:n0", "urn:n1", "urn:n2", "urn:n3", "urn:n4", SECRET, "urn:nowhere")
FORMS = (
    "SELECT * {{ <{0}> ?p ?o }}",
    "SELECT ?s ?p {{ ?s ?p <{0}> }}",
    "SELECT (COUNT(*) AS ?n) {{ <{0}> ?p ?o }}",
    "SELECT ?name {{ <urn:a> <urn:r> ?x . ?x <http://www.w3.org/2000/01/rdf-schema#label> ?name }}",
    "SELECT ?o {{ <{0}> <{1}> ?x . ?x ?p ?o }}",
    "SELECT DISTINCT ?x {{ <{0}> <urn:p>/<urn:q>* ?x }}",
    "SELECT ?x {{ <{0}> <{1}>+ ?x }}",
    "SELECT ?s {{ ?s a <{0}> ; ?p ?o }}",
    'SELECT ?s {{ ?s ?p "Mật danh 2" }}',
    "SELECT (COUNT(DISTINCT ?o) AS ?n) {{ <{0}> <{1}>/<{1}> ?o }}",
)


@pytest.mark.parametrize("name", list(GRANTS))
def test_each_is_told_by_walks_what_he_may_see(place: Place, walked: Walked, name: str) -> None:
    """The same questions of everybody, by whom all is seen first: nothing of it is left for the next."""
    made = Random(3)
    words = ("urn:p", "urn:q", "urn:r", "urn:v", SECRET)
    texts = [form.format(about, made.choice(words)) for form in FORMS for about in ABOUT]

    async def all_of_them() -> None:
        async with service(place, "both") as client:
            for text in texts:
                await asked(client, Question(text), place.headers["everything"])
                found, answer = await asked(client, Question(text), place.headers[name])
                assert answer.status_code == 200, found
                assert found == place.seen[name].by_oxigraph(Question(text)), (name, text)

    asyncio.run(all_of_them())
    assert walked["walked"] >= len(set(texts)), walked
    assert not walked["not"]


@pytest.mark.parametrize(
    "accept", ["text/csv", "text/tab-separated-values", "application/sparql-results+xml"]
)
def test_every_format_is_that_of_the_worker(
    place: Place, walked: Walked, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def both() -> tuple[bytes, bytes]:
        async with service(place, "both") as client:
            headers = {"Accept": accept, **place.headers["everything"]}
            params = {"query": f"SELECT ?v ?nowhere {{ <urn:n2> <{LABEL}> ?v }}"}
            first = await client.get("/sparql", params=params, headers=headers)
            assert walked["walked"] == 1
            monkeypatch.setattr(Router, "is_exact_in_oxigraph", lambda *_: False)
            params["query"] += " "
            return first.content, (await client.get("/sparql", params=params, headers=headers)).content

    first, second = asyncio.run(both())
    assert first == second
