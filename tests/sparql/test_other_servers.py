"""Another server answers: each is told what a store of what one may see would tell, as by engines here."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import get_args

import pytest
from pydantic import SecretStr

from graph.columns import TextQuad
from graph.errors import GraphNotPermittedError, LienthongError, QueryError, ResultTooLargeError
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.stores.generations import Generations
from graph.stores.http.server import Server
from tests import servers
from tests.examples import examples
from tests.sparql.conftest import publish_quads
from tests.sparql.permitted import (
    GRAPHS,
    JSON,
    NTRIPLES,
    XSD,
    Question,
    Questions,
    Said,
    Seen,
    said,
    world,
)

QUERIES = int(os.environ.get("LIENTHONG_LEAK_QUERIES", examples(180)))
AT_ONCE = 2
PRINCIPALS = ((), (0, 3), (0, 1, 3), (0, 3, 4), (0, 1, 2, 3, 4))
"""The graphs that each may read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Data that a server holds, and for each principal a store of what this one may see."""

    generations: Generations
    settings: Settings
    quads: list[TextQuad]
    seen: dict[frozenset[str], Seen]


@pytest.fixture(scope="module", params=get_args(servers.Name))
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("servers")
    with servers.running(request.param, folder / "server") as server:
        yield from _held(server, folder, plain=request.param == "virtuoso")


def _held(server: Server, folder: Path, *, plain: bool) -> Iterator[Place]:
    """`plain`: without the literals that Virtuoso writes in its own form."""
    generations = Generations(folder / "data", memory_mb=256, threads=1, server=server)
    quads = [_with_own_blank_nodes(quad) for quad in world(7)]
    if plain:
        quads = [quad for quad in quads if quad.datatype in (None, f"{XSD}string")]
    publish_quads(generations, folder / "version", quads)
    seen = {}
    for number, places in enumerate(PRINCIPALS):
        graphs = frozenset(GRAPHS[one] for one in places)
        seen[graphs] = Seen(folder / str(number), quads, graphs)
    yield Place(generations, settings_of(server, folder / "data"), quads, seen)
    for one in seen.values():
        one.close()


def _with_own_blank_nodes(quad: TextQuad) -> TextQuad:
    """Blank nodes of its graph alone: a server takes graphs one by one."""
    own = GRAPHS.index(quad.g)
    s, o = (f"{one}{own}" if one.startswith("_:") else one for one in (quad.s, quad.o))
    return quad._replace(s=s, o=o)


def settings_of(server: Server, data: Path) -> Settings:
    return Settings(
        data_dir=data,
        store=server.queries,
        store_graphs=server.graphs,
        store_credentials=SecretStr(server.credentials),
        query_timeout=20.0,
        query_memory_mb=2048,
        workers=AT_ONCE,
        spare_workers=0,
        cache_mb=0,
    )


def asked(place: Place, cases: list[tuple[Question, Seen]]) -> list[Said | LienthongError]:
    async def one(
        engine: Engine, turns: asyncio.Semaphore, question: Question, seen: Seen
    ) -> Said | LienthongError:
        is_graph = question.text.startswith(("CONSTRUCT", "DESCRIBE"))
        media_type = NTRIPLES if is_graph else JSON
        async with turns:
            try:
                answer = await engine.answer(
                    question.text,
                    principal_graphs=seen.graphs,
                    accept=media_type,
                    default_graph_uris=[g for name, g in question.parameters if name.startswith("default")],
                    named_graph_uris=[g for name, g in question.parameters if name.startswith("named")],
                )
            except LienthongError as refused:
                return refused
        assert answer.engine == "server"
        return said(answer.body, media_type)

    async def all_of_them() -> list[Said | LienthongError]:
        turns = asyncio.Semaphore(AT_ONCE)
        async with Engine(place.generations, place.settings) as engine:
            return await asyncio.gather(*(one(engine, turns, *case) for case in cases))

    return asyncio.run(all_of_them())


def judged(question: Question, seen: Seen, found: Said | LienthongError) -> str:
    """What became of a query; fails where its caller was told anything else than is his."""
    if not question.graphs <= seen.graphs and not isinstance(found, QueryError):
        assert isinstance(found, GraphNotPermittedError), question
        return "refused: a graph"
    if isinstance(found, LienthongError):
        with pytest.raises(SyntaxError):
            seen.by_oxigraph(question)
        return "refused: syntax"
    if question.limit is None:
        assert found == seen.by_oxigraph(question), question
        return "answered"
    text, _, _ = question.text.rpartition(" LIMIT ")
    every = seen.by_oxigraph(Question(text, question.parameters, question.graphs))
    some, all_of_them = found[1], every[1]
    assert isinstance(some, Counter)
    assert isinstance(all_of_them, Counter)
    assert some <= all_of_them, question
    assert some.total() == min(question.limit, all_of_them.total()), question
    return "answered"


@pytest.mark.parametrize("place", ["oxigraph"], indirect=True)
def test_each_is_told_what_a_store_of_what_he_may_see_would_tell(place: Place) -> None:
    cases = cases_of(place, Questions(3).question)
    outcomes = Counter(judged(*case, found) for case, found in zip(cases, asked(place, cases), strict=True))
    print(f"\n{dict(outcomes)}")
    assert outcomes["answered"] > QUERIES / 2
    assert outcomes["refused: a graph"] > QUERIES / 50


def cases_of(place: Place, question: Callable[[], Question]) -> list[tuple[Question, Seen]]:
    seen = list(place.seen.values())
    return [(question(), seen[number % len(seen)]) for number in range(QUERIES)]


@pytest.mark.parametrize("place", ["virtuoso"], indirect=True)
def test_what_may_not_be_seen_changes_no_answer(place: Place, tmp_path: Path) -> None:
    """Virtuoso does not evaluate all as SPARQL has it: whatever it makes of a query, it makes the same of it
    where there is nothing but what its caller may see."""
    seen = place.seen[frozenset(GRAPHS[one] for one in (0, 1, 3))]
    cases = [(question, seen) for question, _ in cases_of(place, Questions(0).question)]
    compared = 0
    for (question, _), found, expected in zip(
        cases, asked(place, cases), asked(_alone(place, seen, tmp_path), cases), strict=True
    ):
        if isinstance(found, LienthongError):
            assert str(found) == str(expected), question
        elif question.limit is None:
            assert found == expected, question
            compared += 1
    print(f"\n{compared} answers compared")
    assert compared > QUERIES / 3


def _alone(place: Place, seen: Seen, folder: Path) -> Place:
    """The same server with a generation of these graphs and no others."""
    server = Server.of(place.settings)
    generations = Generations(folder / "data", memory_mb=256, threads=1, server=server)
    publish_quads(generations, folder / "alone", seen.quads)
    settings = place.settings.model_copy(update={"data_dir": folder / "data"})
    return Place(generations, settings, seen.quads, {seen.graphs: seen})


EXACT_OF_VIRTUOSO = (
    "SELECT ?s ?o {{ ?s <{p}> ?o }}",
    "SELECT * {{ ?s <{p}> ?o . ?o <{q}> ?x }}",
    "SELECT ?s ?x {{ ?s <{p}> ?o OPTIONAL {{ ?o <{q}> ?x }} }}",
    "SELECT ?s {{ {{ ?s <{p}> ?o }} UNION {{ ?s <{q}> ?x }} }}",
    "SELECT DISTINCT ?s {{ ?s <{p}> ?o }}",
    "SELECT (COUNT(*) AS ?n) {{ ?s <{p}> ?o }}",
    "SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }}",
    "SELECT ?s (COUNT(*) AS ?n) {{ ?s <{p}> ?o }} GROUP BY ?s",
    "SELECT ?s {{ ?s <{p}> ?o FILTER NOT EXISTS {{ ?s <{q}> ?x }} }}",
    "SELECT ?s {{ ?s <{p}> ?o FILTER EXISTS {{ ?o <{q}> ?x }} }}",
    "SELECT ?s {{ ?s <{p}> ?o MINUS {{ ?s <{q}> ?x }} }}",
    "SELECT ?g ?s ?o {{ GRAPH ?g {{ ?s <{p}> ?o }} }}",
    "SELECT ?g (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g",
    "SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT ?s ?o {{ GRAPH <{g}> {{ ?s <{p}> ?o }} }}",
    "SELECT ?s ?x {{ ?s <{p}> ?o . GRAPH ?g {{ ?s <{q}> ?x }} }}",
    "SELECT ?s ?o {{ VALUES ?s {{ <urn:a> <urn:b> <urn:secret> }} ?s <{p}> ?o }}",
    "SELECT ?s {{ ?s ?p <urn:secret> }}",
    "ASK {{ ?s <{p}> <urn:b> }}",
    "ASK {{ <urn:secret> ?p ?o }}",
    "ASK {{ GRAPH <{g}> {{ ?s ?p ?o }} }}",
    "CONSTRUCT {{ ?o <urn:of> ?s }} WHERE {{ ?s <{p}> ?o FILTER(isIRI(?o)) }}",
    "CONSTRUCT {{ ?s ?p <urn:x> }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
)
"""Templates of queries that Virtuoso 7.2.5 evaluates as SPARQL has it. (Not, among others: literals it
writes in its own form, most paths, errors in expressions, which end the query there, sums of nothing,
DESCRIBE, of which it has its own notion, and groups without patterns, as in `GRAPH ?g {}`.)"""


@pytest.mark.parametrize("place", ["virtuoso"], indirect=True)
def test_virtuoso_tells_each_what_a_store_of_what_he_may_see_would_tell(place: Place) -> None:
    made = Random(5)

    def question() -> Question:
        graph = made.choice(GRAPHS)
        text = made.choice(EXACT_OF_VIRTUOSO).format(
            p=made.choice(("urn:p", "urn:q", "urn:r", "urn:secret")),
            q=made.choice(("urn:p", "urn:q")),
            g=graph,
        )
        named = made.sample(GRAPHS, made.choice((0, 0, 1, 2)))
        names = [made.choice(("default-graph-uri", "named-graph-uri")) for _ in named]
        return Question(text, tuple(zip(names, named, strict=True)), frozenset(named))

    cases = cases_of(place, question)
    outcomes = Counter(judged(*case, found) for case, found in zip(cases, asked(place, cases), strict=True))
    print(f"\n{dict(outcomes)}")
    assert outcomes["answered"] > QUERIES / 2
    assert outcomes["refused: a graph"] > QUERIES / 50


@pytest.mark.parametrize("place", ["virtuoso"], indirect=True)
def test_an_answer_that_is_cut_short_and_a_call_of_the_servers_own_are_refused(place: Place) -> None:
    everything = place.seen[frozenset(GRAPHS)]
    whole = servers.VIRTUOSO_ROWS - 1
    pairs = "SELECT * { ?a ?p ?b . ?c ?q ?d }"
    functions = ("bif:upper", "sql:SPARQL_EVAL", "http://example.org/f")
    texts = (pairs, f"{pairs} LIMIT {whole}", *(f"SELECT (<{one}>('x') AS ?x) {{}}" for one in functions))
    cut, answered, *called = asked(place, [(Question(text), everything) for text in texts])
    assert isinstance(cut, ResultTooLargeError)
    assert str(servers.VIRTUOSO_ROWS) in cut.message.en
    assert not isinstance(answered, LienthongError)
    assert isinstance(answered[1], Counter)
    assert answered[1].total() == whole
    assert [type(one) for one in called] == [QueryError] * len(functions)
