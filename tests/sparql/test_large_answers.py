"""Large answers leave their worker in pieces, lie on disk while they are sent, and are whole or refused."""

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from api.answers import PatientResponse
from graph.columns import TextQuad
from graph.errors import ResultTooLargeError
from graph.settings import Settings
from graph.sparql.answer import Answer
from graph.sparql.engine import Engine
from graph.sparql.pieces import PIECE, Pieces
from graph.sparql.spool import Spool
from graph.stores.generations import Generation, Generations

GRAPH = "http://t/graph/a/open"
ROWS, PAD = 6_000, "x" * 200
ALL = "SELECT ?s ?o { ?s <http://t/p> ?o }"
MIB = 1 << 20


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, publish_into: Callable[..., Generation]
) -> Generations:
    folder = tmp_path_factory.mktemp("large")
    quads = [
        TextQuad(f"http://t/s{n}", "http://t/p", f"{PAD}{n}", "http://t/d", None, GRAPH) for n in range(ROWS)
    ]
    generations = Generations(folder / "data")
    publish_into(generations, folder / "version", quads)
    return generations


def run(published: Generations, work: Callable[[Engine], Coroutine[Any, Any, Any]], **settings: Any) -> Any:
    async def inside() -> Any:
        async with Engine(published, Settings(workers=1, query_memory_mb=1024, **settings)) as engine:
            return await work(engine)

    return asyncio.run(inside())


@pytest.mark.parametrize("engine", ["oxigraph", "columns"])
def test_what_is_large_comes_whole_and_does_not_stay_in_memory(published: Generations, engine: str) -> None:
    async def work(one: Engine) -> list[Answer]:
        rows = await one.answer(ALL, accept="text/csv")
        graph = await one.answer("CONSTRUCT WHERE { ?s ?p ?o }", accept="text/turtle")
        small = await one.answer(f"{ALL} ORDER BY ?s LIMIT 2", accept="text/csv")
        return [rows, graph, small]

    rows, graph, small = run(published, work, query_engine=engine)
    assert isinstance(rows.content, Spool)
    assert rows.size == sum(map(len, rows.pieces(1000))) == len(rows.body) > MIB
    assert len(set(rows.body.decode().splitlines())) == ROWS + 1
    assert not rows.is_kept
    assert isinstance(graph.content, Spool)
    assert len(list(ox.parse(graph.body, ox.RdfFormat.TURTLE))) == ROWS
    assert isinstance(small.content, bytes)
    assert small.is_kept


@pytest.mark.parametrize("engine", ["oxigraph", "columns"])
def test_what_is_too_large_is_refused_although_pieces_have_come(published: Generations, engine: str) -> None:
    async def work(one: Engine) -> None:
        with pytest.raises(ResultTooLargeError):
            await one.answer(ALL)
        assert (await one.answer("ASK {}", accept="text/csv")).body == b"true"

    run(published, work, query_engine=engine, query_max_bytes=MIB)


def test_pieces_are_bounded_and_nothing_is_lost() -> None:
    sent: list[bytes] = []
    out = Pieces(3 * PIECE, sent.append)
    for _ in range(25):
        out.write(b"x" * (PIECE // 10))
    assert [len(piece) for piece in sent] == [10 * (PIECE // 10) + PIECE // 10] * 2
    assert sum(map(len, sent)) + len(out.getvalue()) == 25 * (PIECE // 10)
    with pytest.raises(ResultTooLargeError):
        out.write(b"x" * PIECE)


def test_a_spool_is_read_as_often_as_anybody_likes_and_leaves_nothing() -> None:
    opened = Path("/proc/self/fd")
    before = len([*opened.iterdir()])
    spool = Spool()
    spool.write(b"abc")
    spool.write(b"defg")
    assert (len(spool), list(spool.pieces(3)), bytes(spool)) == (7, [b"abc", b"def", b"g"], b"abcdefg")
    del spool
    gc.collect()
    assert len([*opened.iterdir()]) == before


def test_who_takes_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.answers.PATIENCE", 0.2)
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)
        if len(sent) == 3:
            await asyncio.Event().wait()  # its window is full, and stays so

    async def pieces() -> Any:
        for _ in range(100):
            yield b"x"

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def inside() -> float:
        started = time.monotonic()
        scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
        await PatientResponse(pieces())(scope, receive, send)
        return time.monotonic() - started

    assert asyncio.run(inside()) < 5
    assert len(sent) == 3
