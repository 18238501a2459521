"""The engine on a published generation: its workers answer, are stopped, lost, replaced, and queued for."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from graph.columns import TextQuad
from graph.errors import (
    BusyError,
    DeadlineExceededError,
    GraphNotPermittedError,
    LienthongError,
    NoGenerationError,
    NotAcceptableError,
    ParameterError,
    QueryError,
    ResultTooLargeError,
    WorkerLostError,
)
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.sparql.results import Term
from graph.stores.generations import Generation, Generations

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
OPEN, SHARED = "http://t/graph/a/open", "http://t/graph/a/shared"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


def quad(number: int, graph: str = OPEN, value: str = "x") -> TextQuad:
    return TextQuad(f"http://t/s{number}", "http://t/p", f"{value}{number}", XSD_STRING, None, graph)


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, publish_into: Callable[..., Generation]
) -> Generations:
    """Its current generation: 300 quads in an open graph, one in a shared graph."""
    folder = tmp_path_factory.mktemp("published")
    generations = Generations(folder / "data")
    publish_into(generations, folder / "version", [*map(quad, range(300)), quad(1000, SHARED)])
    return generations


@pytest.fixture(scope="module")
def generation(published: Generations) -> Generation:
    return published.require_current()


Run = Callable[..., Any]


def runner(generations: Generations) -> Run:
    """Runs a coroutine with an engine of the given settings."""

    def call(work: Callable[[Engine], Coroutine[Any, Any, Any]], **settings: Any) -> Any:
        async def inside() -> Any:
            chosen = {"workers": 1, "query_timeout": 5.0, "query_memory_mb": 1024, "cache_mb": 0} | settings
            async with Engine(generations, Settings(**chosen)) as engine:
                return await work(engine)

        return asyncio.run(inside())

    return call


@pytest.fixture
def run(published: Generations) -> Run:
    return runner(published)


@pytest.fixture
def run_on_empty(empty: Generations) -> Run:
    return runner(empty)


async def raised(work: Awaitable[Any]) -> LienthongError:
    with pytest.raises(LienthongError) as found:
        await work
    return found.value


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


async def count(engine: Engine) -> int:
    return int((await engine.select(COUNT))[0]["n"].value)


def test_answers_say_what_they_are(run: Run, generation: Generation) -> None:
    async def work(engine: Engine) -> None:
        answer = await engine.answer("ASK { ?s ?p 'x1' }", accept="text/csv")
        assert (answer.body, answer.media_type, answer.form) == (b"true", "text/csv", "ask")
        assert (answer.generation, answer.created) == (generation.id, generation.manifest.created)
        assert answer.complete
        assert 0 <= answer.seconds < 5
        rows = await engine.select("SELECT ?s ?o { ?s ?p ?o FILTER(?o = 'x1') }")
        assert rows == [{"s": Term("uri", "http://t/s1"), "o": Term("literal", "x1")}]

    run(work)


def test_anonymous_sees_open_graphs_only(run: Run) -> None:
    async def work(engine: Engine) -> None:
        assert await count(engine) == 300
        everything = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        assert (await engine.select(everything))[0]["n"].value == "300"
        both = frozenset([OPEN, SHARED])
        assert (await engine.select(everything, principal_graphs=both))[0]["n"].value == "301"
        assert (await engine.select(COUNT, principal_graphs=frozenset()))[0]["n"].value == "0"
        assert (await engine.select(everything, principal_graphs=frozenset()))[0]["n"].value == "0"

    run(work)


def test_a_graph_that_is_not_permitted_and_one_that_is_not_there_are_refused_alike(run: Run) -> None:
    async def work(engine: Engine) -> None:
        said = set()
        for graph in (SHARED, "http://t/graph/b/shared"):
            for query, named in (
                (f"ASK FROM <{graph}> {{}}", ()),
                (f"ASK FROM NAMED <{graph}> {{}}", ()),
                ("ASK {}", (graph,)),
            ):
                refused = await raised(engine.answer(query, default_graph_uris=named))
                assert isinstance(refused, GraphNotPermittedError)
                said.add(str(refused).replace(graph, "G"))
        assert len(said) == 1

    run(work)


def test_dataset_clauses_are_honoured(run: Run) -> None:
    both = frozenset([OPEN, SHARED])

    async def work(engine: Engine) -> None:
        async def number(text: str, default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> int:
            answer = await engine.answer(
                text,
                principal_graphs=both,
                accept="text/csv",
                default_graph_uris=default,
                named_graph_uris=named,
            )
            return int(answer.body.split()[1])

        plain, graph = "{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }"
        head = "SELECT (COUNT(*) AS ?n)"
        assert await number(f"{head} {plain}") == 301
        assert await number(f"{head} FROM <{SHARED}> {plain}") == 1
        assert await number(f"{head} FROM <{SHARED}> {graph}") == 0
        assert await number(f"{head} FROM NAMED <{SHARED}> {plain}") == 0
        assert await number(f"{head} FROM NAMED <{SHARED}> {graph}") == 1
        assert await number(f"{head} FROM <{OPEN}> {plain}", default=(SHARED,)) == 1
        assert await number(f"{head} FROM <{OPEN}> {graph}", named=(SHARED,)) == 1
        assert await number(f"{head} {plain}", named=(SHARED,)) == 0
        assert await number(f"{head} FROM <{SHARED}> FROM <{SHARED}> {plain}") == 1
        assert await number(f"{head} {graph}", named=(SHARED, SHARED)) == 1

    run(work)


def test_the_deadline_holds_and_the_next_query_works(run: Run) -> None:
    async def work(engine: Engine) -> float:
        started = time.perf_counter()
        assert isinstance(await raised(engine.answer(ENDLESS, timeout=0.5)), DeadlineExceededError)
        assert 0.5 <= time.perf_counter() - started < 4  # the limit is five; the machine may be busy
        resumed = time.perf_counter()
        assert await count(engine) == 300
        return time.perf_counter() - resumed

    assert run(work) < 4


def test_a_timeout_may_only_lower_the_limit(run: Run) -> None:
    async def work(engine: Engine) -> None:
        assert engine.prepare("ASK {}", timeout=60).seconds == 5.0
        assert engine.prepare("ASK {}", timeout=0.5).seconds == 0.5
        for useless in (0.0, -1.0, float("nan")):
            with pytest.raises(ParameterError):
                engine.prepare("ASK {}", timeout=useless)

    run(work)


def test_a_cancelled_query_ends(run: Run) -> None:
    async def work(engine: Engine) -> None:
        endless = asyncio.create_task(engine.answer(ENDLESS))
        await asyncio.sleep(0.4)
        endless.cancel()
        with pytest.raises(asyncio.CancelledError):
            await endless
        started = time.perf_counter()
        assert await count(engine) == 300
        assert time.perf_counter() - started < 4

    run(work)


@pytest.mark.parametrize("engine", ["both", "oxigraph"])
def test_a_query_that_needs_too_much_memory_leaves_the_pool_whole(run: Run, engine: str) -> None:
    """Columns, which go on with a disk after Oxigraph's worker has ended, do not keep its caller waiting."""

    greedy = "SELECT DISTINCT ?a ?d ?g ?j { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a"

    async def work(engine: Engine) -> None:
        began = time.monotonic()
        lost = await raised(engine.answer(greedy))
        assert isinstance(lost, WorkerLostError)
        assert time.monotonic() - began < 20, "before the deadline"
        assert "384 MiB" in lost.message.en
        assert lost.hint is not None
        assert await count(engine) == 300

    run(work, query_memory_mb=384, query_timeout=30.0, query_engine=engine)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { FILTER(" + "1+" * 40_000 + "1) }",
        "ASK { FILTER(" + "!" * 90_000 + "true) }",
        "ASK { ?s " + "^" * 90_000 + "<http://t/p> ?o }",
        "ASK { { } " + "UNION { }" * 9_000 + " }",
        "ASK { ?s " + "<p:>/" * 18_000 + "<p:> ?o }",
    ],
    ids=["sum", "not", "inverse", "union", "sequence"],
)
def test_text_that_nests_without_brackets_costs_a_worker_at_most(run: Run, text: str) -> None:
    async def work(engine: Engine) -> None:
        with contextlib.suppress(QueryError, WorkerLostError, DeadlineExceededError):
            await engine.answer(text, timeout=1)
        assert await count(engine) == 300

    run(work)


def test_a_killed_worker_is_noticed_and_replaced(run: Run) -> None:
    async def work(engine: Engine) -> None:
        endless = asyncio.create_task(engine.answer(ENDLESS))
        await asyncio.sleep(0.5)
        for pid in _workers():
            os.kill(pid, signal.SIGTERM)
        assert isinstance(await raised(endless), WorkerLostError)
        assert await count(engine) == 300

    run(work)


def test_an_answer_that_is_too_large_is_refused(run: Run) -> None:
    async def work(engine: Engine) -> None:
        refused = await raised(engine.answer("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
        assert isinstance(refused, ResultTooLargeError)
        assert refused.hint is not None
        assert await count(engine) == 300

    run(work, query_max_bytes=4096)


def test_queue_is_bounded(run: Run) -> None:
    async def work(engine: Engine) -> None:
        first = asyncio.create_task(engine.answer(ENDLESS, timeout=1))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(count(engine))
        await asyncio.sleep(0)
        assert isinstance(await raised(engine.answer(COUNT)), BusyError)
        assert isinstance(await raised(first), DeadlineExceededError)
        assert await second == 300

    run(work, queue=1)


def test_waiting_is_bounded(run: Run) -> None:
    async def work(engine: Engine) -> None:
        running = [asyncio.create_task(engine.answer(ENDLESS, timeout=0.6)) for _ in range(3)]
        ended = await asyncio.gather(*running, return_exceptions=True)
        assert [type(error) for error in ended] == [DeadlineExceededError, BusyError, BusyError]

    run(work, query_timeout=0.5)


def test_check_does_not_wait_for_a_busy_pool(run: Run) -> None:
    async def work(engine: Engine) -> None:
        await engine.check(5.0)
        endless = asyncio.create_task(engine.answer(ENDLESS, timeout=1))
        await asyncio.sleep(0.1)
        assert isinstance(await raised(engine.check(0.2)), BusyError)
        await raised(endless)

    run(work)


def test_a_new_generation_is_served_while_old_queries_finish(
    run_on_empty: Run, publish: Callable[..., Generation]
) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(?c) + STRLEN(?i) > 0) }"
    generation = publish(map(quad, range(200)))

    async def work(engine: Engine) -> None:
        await asyncio.gather(count(engine), count(engine))  # both workers are up, and idle
        running = asyncio.create_task(engine.answer(slow))
        busy: list[int] = []
        while len(busy) < 8 or len(set(busy)) > 1:  # that of a moment may be the one that answered before
            await asyncio.sleep(0.02)
            busy = [*busy[-7:], *(pid for pid in _workers() if _is_running(pid))]
        os.kill(busy[0], signal.SIGSTOP)  # so that it takes longer than publishing, on any machine
        newer = await asyncio.to_thread(publish, map(quad, range(7)))
        answer = await engine.answer(COUNT, accept="text/csv")
        assert (answer.generation, answer.body.split()) == (newer.id, [b"n", b"7"])
        assert not running.done()
        os.kill(busy[0], signal.SIGCONT)
        assert (await running).generation == generation.id

    run_on_empty(work, workers=2, query_timeout=60.0, query_engine="oxigraph")


def test_no_generation_then_one(run_on_empty: Run, publish: Callable[..., Generation]) -> None:
    async def work(engine: Engine) -> None:
        missing = await raised(engine.answer(COUNT))
        assert isinstance(missing, NoGenerationError)
        assert missing.hint is not None
        assert "lienthong ingest" in missing.hint.en
        await asyncio.to_thread(publish, map(quad, range(3)))
        assert await count(engine) == 3

    run_on_empty(work)


def test_formats_are_offered_by_form(run: Run) -> None:
    async def work(engine: Engine) -> None:
        assert isinstance(await raised(engine.answer("ASK {}", accept="text/turtle")), NotAcceptableError)
        described = engine.answer("DESCRIBE <http://t/s1>", accept="text/csv")
        assert isinstance(await raised(described), NotAcceptableError)
        turtle = "PREFIX t: <http://t/> CONSTRUCT WHERE { t:s1 ?p ?o }"
        answer = await engine.answer(turtle, accept="text/turtle")
        assert b"t:s1 t:p" in answer.body

    run(work)


def test_etag_follows_text_dataset_format_and_generation(
    run_on_empty: Run, publish: Callable[..., Generation]
) -> None:
    both = frozenset([OPEN, SHARED])

    publish([quad(1), quad(1000, SHARED)])

    async def work(engine: Engine) -> None:
        first = engine.prepare(COUNT)
        assert first.etag == engine.prepare(COUNT).etag == (await engine.run(first)).etag
        others = [
            engine.prepare(COUNT + " "),
            engine.prepare(COUNT, principal_graphs=both),
            engine.prepare(COUNT, accept="text/csv"),
        ]
        await asyncio.to_thread(publish, map(quad, range(3)))
        tags = [first.etag, *(other.etag for other in others), engine.prepare(COUNT).etag]
        assert len(set(tags)) == 5
        assert engine.prepare("SELECT (NOW() AS ?t) {}").etag is None

    run_on_empty(work)


def test_errors_of_evaluation_are_errors_of_the_query(run: Run) -> None:
    async def work(engine: Engine) -> None:
        wrong = await raised(engine.answer("SELECT (<http://t/f>(1) AS ?x) {}"))
        assert isinstance(wrong, QueryError)
        assert "http://t/f" in wrong.message.en
        syntax = await raised(engine.answer("SELECT * {\n ?s ?p }"))
        assert isinstance(syntax, QueryError)
        assert syntax.place is not None
        assert (syntax.place.line, syntax.place.value) == (2, "}")

    run(work)


@pytest.mark.parametrize(
    ("settings", "processes"),
    [
        ({}, 2 + 1 + 1 + 1),  # for Oxigraph, a spare one, for columns and planning
        ({"query_engine": "oxigraph"}, 2 + 1),
        ({"query_engine": "columns"}, 1),
        ({"workers_ahead": False, "query_engine": "oxigraph"}, 1),
    ],
)
def test_workers_end_with_the_engine(run: Run, settings: dict[str, Any], processes: int) -> None:
    async def work(engine: Engine) -> set[int]:
        await count(engine)
        return _children()

    others = _children()
    started = run(work, **{"workers": 2, "workers_ahead": True} | settings) - others
    assert len(started) == processes
    assert not started & _children()


def _children() -> set[int]:
    """The child processes of this process; those of other tests' fixtures are among them."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return {int(pid) for pid in listed.split()}


def _workers() -> list[int]:
    return [pid for pid in _children() if b"graph.sparql.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def _is_running(pid: int) -> bool:
    """Whether a thread of the process is in state R of proc(5)."""
    threads = Path(f"/proc/{pid}/task").glob("*/stat")
    return any(thread.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "R" for thread in threads)
