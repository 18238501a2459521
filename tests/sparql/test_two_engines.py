"""Oxigraph and columns behind one endpoint: who is asked, who wins; nobody can tell but by the time."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from graph import algebra
from graph.columns import TextQuad
from graph.errors import QueryError, ResultTooLargeError
from graph.settings import Settings
from graph.sparql import routing
from graph.sparql.answer import Answer
from graph.sparql.engine import Engine
from graph.sparql.exactness import FREE, exact, misread
from graph.sparql.guard import Limits, guard
from graph.sparql.router import Router
from graph.sparql.routing import Known, Memory, Route, is_worth_a_trial, route
from graph.sparql.shape import shape
from graph.stores.generations import Generation, Generations

XSD = "http://www.w3.org/2001/XMLSchema#"
GRAPH = "http://t/graph/a/open"
JSON = "application/sparql-results+json"
PAIRS = "SELECT (COUNT(*) AS ?n) { ?a <http://t/group> ?x . ?b <http://t/group> ?x . ?c <http://t/group> ?x }"
LOOK_UP = "SELECT ?x { <http://t/s7> <http://t/group> ?x }"


def quads() -> list[TextQuad]:
    made = []
    for number in range(1200):
        subject = f"http://t/s{number}"
        made.append(TextQuad(subject, "http://t/group", f"http://t/g{number % 10}", None, None, GRAPH))
        made.append(TextQuad(subject, "http://t/value", f"{number}.50", f"{XSD}decimal", None, GRAPH))
    return made


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, publish_into: Callable[..., Generation]
) -> Generations:
    folder = tmp_path_factory.mktemp("engines")
    generations = Generations(folder / "data")
    publish_into(generations, folder / "version", quads())
    return generations


def run(published: Generations, work: Callable[[Engine], Coroutine[Any, Any, Any]], **settings: Any) -> Any:
    async def inside() -> Any:
        chosen = {"workers": 1, "query_timeout": 30.0, "query_memory_mb": 2048, "cache_mb": 0} | settings
        async with Engine(published, Settings(**chosen)) as engine:
            await engine.ready()
            return await work(engine)

    return asyncio.run(inside())


def rows(answer: Answer) -> list[Any]:
    return json.loads(answer.body)["results"]["bindings"]


def test_what_takes_oxigraph_long_comes_from_columns(published: Generations) -> None:
    async def work(engine: Engine) -> list[Answer]:
        return [await engine.answer(PAIRS, accept=JSON) for _ in range(3)]

    answers = run(published, work)
    assert {rows(one)[0]["n"]["value"] for one in answers} == {str(10 * 120**3)}
    assert [one.engine for one in answers] == ["columns"] * 3


def test_a_look_up_comes_from_oxigraph(published: Generations) -> None:
    async def work(engine: Engine) -> list[Answer]:
        return [await engine.answer(LOOK_UP.replace("s7", f"s{n}"), accept=JSON) for n in range(20)]

    answers = run(published, work)
    assert [rows(one)[0]["x"]["value"] for one in answers] == [f"http://t/g{n % 10}" for n in range(20)]
    assert [one.engine for one in answers].count("oxigraph") >= 15


def test_a_literal_is_given_as_it_was_written_whoever_is_faster(published: Generations) -> None:
    async def work(engine: Engine) -> list[Answer]:
        query = "SELECT ?v { <http://t/s7> <http://t/value> ?v }"
        return [await engine.answer(query, accept=JSON) for _ in range(3)]

    assert {rows(one)[0]["v"]["value"] for one in run(published, work)} == {"7.50"}


@pytest.mark.parametrize("engine", ["oxigraph", "columns"])
def test_one_engine_alone(published: Generations, engine: str) -> None:
    async def work(one: Engine) -> list[Answer]:
        return [
            await one.answer(text, accept=JSON) for text in (LOOK_UP, PAIRS.replace("?c", "<http://t/s1>"))
        ]

    answers = run(published, work, query_engine=engine)
    assert [one.engine for one in answers] == [engine] * 2
    assert rows(answers[1])[0]["n"]["value"] == str(120 * 120)


def test_columns_alone_say_what_they_cannot_answer(published: Generations) -> None:
    async def work(engine: Engine) -> None:
        with pytest.raises(QueryError) as caught:
            await engine.answer("SELECT (SHA512(STR(?s)) AS ?h) { ?s ?p ?o }")
        assert "SHA512" in caught.value.message.en

    run(published, work, query_engine="columns")


def test_what_sql_cannot_evaluate_is_refused_and_its_worker_goes_on(published: Generations) -> None:
    """DuckDB's regular expressions know no such repetition, and say so only as they meet it."""

    async def work(engine: Engine) -> None:
        before = _columns_workers()
        with pytest.raises(QueryError):
            await engine.answer('SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "((a{0,300}){0,300}){0,300}")) }')
        assert _columns_workers() == before

    run(published, work, query_engine="columns")


def test_what_columns_cannot_answer_oxigraph_does(published: Generations) -> None:
    async def work(engine: Engine) -> list[Answer]:
        query = "SELECT (SHA512(STR(?s)) AS ?h) { ?s <http://t/group> <http://t/g1> } LIMIT 1"
        return [await engine.answer(query, accept=JSON) for _ in range(2)]

    assert [one.engine for one in run(published, work)] == ["oxigraph"] * 2


THREE = (
    "SELECT (SHA512(STR(?a)) AS ?h) { ?a <http://t/group> ?x . ?b <http://t/group> ?x ."
    " ?c <http://t/group> ?x FILTER(?a = <http://t/s%d> && ?b = <http://t/s%d> && ?c = <http://t/s%d>) }"
)
"""17 million solutions before the filter, and a function that columns do not have."""


def test_what_takes_oxigraph_long_is_rewritten_for_it(published: Generations) -> None:
    async def work(engine: Engine) -> None:
        for numbers in ((1, 11, 21), (2, 12, 22), (3, 14, 3)):
            answer = await engine.answer(THREE % numbers, accept=JSON, timeout=4)
            assert (answer.engine, len(rows(answer))) == ("oxigraph", numbers[1] % 10 == numbers[0] % 10)
        told = await engine.explain(engine.prepare(THREE % (1, 2, 3)))
        assert told.rewrites == ("equality as VALUES",)
        assert (await engine.explain(engine.prepare(LOOK_UP))).rewrites == ()

    run(published, work)


def test_who_may_read_nothing_is_told_of_rules_but_of_no_solution(published: Generations) -> None:
    async def work(engine: Engine) -> None:
        prepared = engine.prepare(THREE % (1, 11, 21), accept=JSON, principal_graphs=frozenset())
        assert (await engine.explain(prepared)).rewrites == ("equality as VALUES",)
        assert rows(await engine.run(prepared)) == []

    run(published, work)


def test_a_query_given_up_leaves_the_columns_ready(published: Generations) -> None:
    """It is stopped inside its process, which goes on."""
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER(CONTAINS(STR(?x), STR(?y))) }"

    async def work(engine: Engine) -> None:
        before = _columns_workers()
        asked = asyncio.create_task(engine.answer(endless))
        await asyncio.sleep(1.0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        started = time.perf_counter()
        assert rows(await engine.answer(LOOK_UP, accept=JSON))
        assert time.perf_counter() - started < 5
        assert _columns_workers() == before

    run(published, work, query_engine="columns")


def _columns_workers() -> set[str]:
    """Those that this process has started."""
    own = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return {pid for pid in own if b"columns_worker" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_an_answer_that_is_too_large_is_refused_by_columns_too(published: Generations) -> None:
    async def work(engine: Engine) -> None:
        for _ in range(2):
            with pytest.raises(ResultTooLargeError):
                await engine.answer("SELECT * { ?s ?p ?o }")
        assert rows(await engine.answer(LOOK_UP, accept=JSON))

    run(published, work, query_engine="columns", query_max_bytes=20_000)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(exact="oxigraph"), Route("oxigraph")),
        (Known(exact="columns"), Route("columns", falls_back=True)),
        (Known(exact="both"), Route("oxigraph", "columns", 0.01)),
        (Known("both", "oxigraph", 0.015), Route("oxigraph", "columns", 0.015 * 3)),
        (Known("both", "oxigraph", 0.5, races=2), Route("oxigraph", "columns", 0.01)),
        (Known("both", "oxigraph", 0.5, races=3), Route("oxigraph", "columns", 1.5)),
        (Known("both", "columns", 0.001), Route("columns", "oxigraph", 0.05, falls_back=True)),
    ],
)
def test_the_route(known: Known, expected: Route) -> None:
    assert route(known) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known("both", "oxigraph", 0.005, answers=2), True),
        (Known("both", "oxigraph", 0.5, races=3, answers=3), True),
        (Known("both", "oxigraph", 0.005, answers=9, trials=routing.TRIALS - 1), True),
        (Known("both", "oxigraph", 0.005, answers=1), False),
        (Known("both", "oxigraph", 0.001, answers=9), False),
        (Known("both", "oxigraph", 0.005, answers=9, trials=routing.TRIALS), False),
        (Known("both", "columns", 0.005, answers=9), False),
        (Known("oxigraph", "oxigraph", 0.005, answers=9), False),
        (Known("columns", "oxigraph", 0.005, answers=9), False),
    ],
)
def test_what_is_worth_a_trial(known: Known, expected: bool) -> None:
    assert is_worth_a_trial(known) is expected


@pytest.mark.parametrize(("better", "first"), [(1e9, "columns"), (0.0, "oxigraph")])
def test_columns_are_tried_when_nobody_waits(
    published: Generations, monkeypatch: pytest.MonkeyPatch, better: float, first: str
) -> None:
    """A trial decides who is asked first. There is no race here."""
    monkeypatch.setattr(routing, "HEAD_START", 20.0)
    monkeypatch.setattr(routing, "_TRIED_FROM", 0.0)
    monkeypatch.setattr(routing, "_BETTER", better)
    # No walk, which is told in front and counts for neither engine.
    query = "SELECT ?x { <http://t/s7> <http://t/group> ?x FILTER (?x != <http://t/g8>) }"

    async def work(engine: Engine) -> None:
        assert isinstance(engine._router, Router)
        prepared = engine.prepare(query, accept=JSON)
        for _ in range(2 * routing._TRIED_AFTER):
            assert [row["x"]["value"] for row in rows(await engine.run(prepared))] == ["http://t/g7"]
            async with asyncio.timeout(10):
                while engine._router._is_trying:
                    await asyncio.sleep(0.01)
        [known] = engine._router._memory._known.values()
        assert known.trials == routing.TRIALS
        assert (await engine.explain(prepared)).route.first == first

    run(published, work)


def test_queries_of_one_shape() -> None:
    words = {"http://t/p"}

    def of(text: str) -> str:
        guarded = guard(text, Limits())
        return shape(guarded.tokens, words, guarded.prefixes).name

    assert of('ASK { <http://t/a> <http://t/p> "x" }') == of('ASK {<http://t/b>  <http://t/p> "y" } # !')
    assert of("ASK { ?s <http://t/p> 1 }") == of("ASK { ?s <http://t/p> 22 }")
    assert of("ASK { ?s <http://t/p> ?o }") != of("ASK { ?s <http://t/q> ?o }")
    assert of("ASK { ?s <http://t/p> ?o }") != of("ASK { ?s <http://t/p> ?s }")
    assert of("PREFIX t: <http://t/> ASK { t:a t:p ?o }") == of("PREFIX t: <http://t/> ASK { t:b t:p ?o }")


SAME = "PREFIX t: <{}> ASK {{ ?s t:p <{}> . <{}> ?p <{}> }}"


@pytest.mark.parametrize(
    "other",
    [
        # What a name means is what is declared.
        SAME.format("http://u/", "http://t/a", "http://t/a", "http://t/b"),
        # Three things where there were two.
        SAME.format("http://t/", "http://t/a", "http://t/c", "http://t/b"),
        # These may be words once they are resolved.
        SAME.format("http://t/", "http://t/x/../p", "http://t/x/../p", "http://t/b"),
        SAME.format("http://t/", r"http://t/\u0070", r"http://t/\u0070", "http://t/b"),
        SAME.format("http://t/", "p", "p", "http://t/b"),
        SAME.format("http://t/", "http://t/p", "http://t/p", "http://t/b"),
    ],
)
def test_queries_that_are_other_work_have_another_shape(other: str) -> None:
    def of(text: str) -> str:
        guarded = guard(text, Limits(), "http://t/")
        return shape(guarded.tokens, {"http://t/p"}, guarded.prefixes).name

    same = [
        SAME.format("http://t/", "http://t/a", "http://t/a", "http://t/b"),
        SAME.format("http://t/", "http://v/x", "http://v/x", "http://v/y"),
    ]
    assert of(same[0]) == of(same[1]) != of(other)


def test_a_literal_that_oxigraph_may_rewrite_makes_another_shape() -> None:
    def of(value: str) -> str:
        return shape(guard(f"SELECT (?x AS ?y) {{ VALUES ?x {{ {value} }} }}", Limits()).tokens, {}, {}).name

    assert of("7") == of("8.5") != of("007") != of("1.50")
    assert of('"2020-01-01"^^<x:date>') == of('"2021-01-01"^^<x:date>') != of('"2020-01-01"^^<x:time>')
    assert of('"7"^^<x:integer>') == of('"8"^^<x:integer>') != of('"08"^^<x:integer>')


def test_columns_alone_write_a_literal_of_the_query_as_it_is(published: Generations) -> None:
    async def work(engine: Engine) -> list[Answer]:
        texts = ("VALUES ?x { 007 }", "BIND(1.50 AS ?x)", "BIND(1.5 AS ?x)")
        return [await engine.answer(f"SELECT ?x {{ {one} }}", accept=JSON) for one in texts]

    answers = run(published, work)
    assert [rows(one)[0]["x"]["value"] for one in answers] == ["007", "1.50", "1.5"]
    assert [one.engine for one in answers[:2]] == ["columns"] * 2


def test_what_is_learned_ends_with_the_generation() -> None:
    memory = Memory()
    memory.of("a", "g1")
    memory.learn("a", "g1", exact="both", winner="columns")
    assert memory.of("a", "g1") == Known("both", "columns")
    assert memory.of("a", "g2") == Known()
    memory.learn("a", "g1", winner="columns")
    assert memory.of("a", "g2") == Known()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s <p:group> ?o }", "both"),
        ("SELECT * { ?s <p:value> ?o }", "columns"),
        ("SELECT * { ?s <p:group>/<p:value> ?o }", "columns"),
        ("SELECT * { ?s ?p ?o }", "columns"),
        ("SELECT * { <s:1> ?p ?o }", "oxigraph"),
        ("SELECT * { ?s !<p:group> ?o }", "columns"),
        ("SELECT * { ?s <p:group>|<p:part> ?o }", "columns"),
        ("SELECT DISTINCT * { ?s <p:group>|<p:part> ?o }", "both"),
        ("SELECT DISTINCT * { { SELECT (COUNT(*) AS ?n) { ?s <p:group>|<p:part> ?o } } }", "columns"),
        ("SELECT * { ?s (<p:group>|<p:part>)+ ?o }", "both"),
        ("ASK { ?s <p:group>|<p:part> ?o }", "both"),
        ("CONSTRUCT { ?s <p:new> ?o } WHERE { ?s <p:group>|<p:part> ?o }", "both"),
        ("CONSTRUCT { [] <p:new> ?o } WHERE { ?s <p:group>|<p:part> ?o }", "columns"),
        ("SELECT * { ?s <p:group> ?o FILTER(?s <= ?o) }", "columns"),
        ("SELECT * { ?s <p:group> ?o FILTER(?o <= 5) }", "both"),
        ("SELECT * { ?s <p:group> ?o FILTER(?s >= IRI('s:1')) }", "columns"),
        ("SELECT * { ?s <p:group> ?o FILTER(?o >= STRLANG('a', 'vi')) }", "columns"),
        ("SELECT * { ?s <p:group> ?o FILTER(?o >= STRLEN(STR(?s))) }", "both"),
        (f"SELECT * {{ ?s <p:group> ?o FILTER(?o <= <{XSD}date>(STR(?s))) }}", "both"),
        ("SELECT * { ?s <p:group> ?o VALUES ?n { 5 6.5 } FILTER(?n >= ?o) }", "both"),
        ("SELECT * { ?s <p:group> ?o FILTER(YEAR(?o) >= ?n) }", "both"),
        ("SELECT (GROUP_CONCAT(?o) AS ?all) { ?s <p:group> ?o }", "columns"),
        ("SELECT * { ?s <p:group> ?o } LIMIT 5", "both"),
        ("SELECT * { ?s <p:group> ?o } OFFSET 5", "oxigraph"),
        ("SELECT * { ?s <p:group> ?o } ORDER BY ?s OFFSET 5", "both"),
        ("SELECT (SAMPLE(?o) AS ?x) { ?s <p:group> ?o }", "columns"),
        ("SELECT (SAMPLE(1) AS ?x) { ?s <p:group> ?o }", "both"),
        ("SELECT (COUNT(*) AS ?n) { ?s <p:group> ?o } GROUP BY ?s HAVING(MIN(?o) = ?o)", "columns"),
        ("SELECT (COUNT(*) AS ?n) { ?s <p:group> ?o } GROUP BY ?s HAVING(MIN(?o) = ?s)", "both"),
        ("SELECT * { ?s <p:group> ?o FILTER(?o NOT IN ()) }", "columns"),
        ("SELECT * { ?s <p:group> ?o FILTER(?o IN (1)) }", "both"),
        ("SELECT (COUNT(DISTINCT *) AS ?n) { [] <p:group> ?o }", "columns"),
        ("SELECT * { ?s <p:group> ?o FILTER(TZ(?o) = '') }", "columns"),
        (f"SELECT * {{ ?s <p:group> ?o FILTER(?o != '-7'^^<{XSD}nonNegativeInteger>) }}", "columns"),
        (f"SELECT * {{ ?s <p:group> ?o FILTER(?o != '7'^^<{XSD}nonNegativeInteger>) }}", "both"),
        ("SELECT (COUNT(DISTINCT *) AS ?n) { ?s <p:group> ?o }", "both"),
    ],
)
def test_who_is_exact(text: str, expected: str) -> None:
    assert exact(algebra.compile(text).query, {"p:value"}) == expected


def test_what_is_free_is_named_before_what_is_misread() -> None:
    text = """SELECT (GROUP_CONCAT(?o) AS ?all) { ?s <p:group> ?o } GROUP BY ?s HAVING(MIN(?o) = ?o)"""
    assert misread(algebra.compile(text).query) == FREE


@pytest.mark.parametrize(
    ("text", "first", "reason"),
    [
        (LOOK_UP, "oxigraph", ""),
        ("SELECT * { ?s <http://t/value> ?o }", "columns", ""),
        ("SELECT (SHA512(STR(?s)) AS ?h) { ?s <http://t/group> ?o }", "oxigraph", "the function SHA512"),
    ],
)
def test_it_explains_the_way(published: Generations, text: str, first: str, reason: str) -> None:
    async def work(engine: Engine) -> None:
        told = await engine.explain(engine.prepare(text))
        assert (told.route.first, told.reason, told.default_graphs) == (first, reason, (GRAPH,))

    run(published, work)
