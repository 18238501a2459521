"""A query worker that was ended is back soon, and nobody else waits for it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.columns import TextQuad
from graph.errors import DeadlineExceededError
from graph.settings import Settings
from graph.sparql.admission import CALLER
from graph.sparql.answer import Answer
from graph.sparql.engine import Engine
from graph.stores.generations import Generation, Generations

ENDLESS = "SELECT (MAX(SHA512(STR(?c))) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
LOOK_UP = "SELECT ?o { <http://t/s1> <http://t/p> ?o }"
SLOW_TO_IMPORT = ("duckdb", "pyarrow", "numpy", "rdflib", "pydantic", "sqlalchemy")


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, publish_into: Callable[..., Generation]
) -> Generations:
    folder, graph = tmp_path_factory.mktemp("workers"), "http://t/graph/a/open"
    generations = Generations(folder / "data")
    quads = [TextQuad(f"http://t/s{n}", "http://t/p", f"{n}", "http://t/d", None, graph) for n in range(300)]
    publish_into(generations, folder / "version", quads)
    return generations


def test_a_worker_of_oxigraph_imports_little() -> None:
    """0.1 s of processor to start; with DuckDB and Arrow it was 0.5."""
    code = f"import sys, graph.sparql.worker; print([n for n in {SLOW_TO_IMPORT} if n in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def niceness(process: int) -> set[int]:
    threads = Path(f"/proc/{process}/task").iterdir()
    return {os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in threads}


def test_a_long_query_gives_way_and_the_next_does_not(published: Generations) -> None:
    async def inside() -> None:
        chosen = Settings(
            workers=1, spare_workers=0, query_memory_mb=1024, cache_mb=0, query_engine="oxigraph"
        )
        async with Engine(published, chosen) as engine:
            seat = engine.pools[0]._seats[0]
            worker = await seat.worker(engine.current())
            assert niceness(worker.process.pid) == {0}
            long = asyncio.create_task(engine.answer(ENDLESS, timeout=1.5))
            await asyncio.sleep(0.8)
            assert niceness(worker.process.pid) == {10}
            with pytest.raises(DeadlineExceededError):
                await long
            await engine.answer(LOOK_UP)
            again = await seat.worker(engine.current())
            assert niceness(again.process.pid) == {0}

    asyncio.run(inside())


def test_who_had_workers_ended_waits_for_them_and_no_other_does(
    published: Generations,
) -> None:
    chosen = Settings(
        workers=2, query_memory_mb=1024, cache_mb=0, query_engine="oxigraph", query_timeout=20.0
    )

    async def careless(engine: Engine) -> None:
        CALLER.set("careless")
        with pytest.raises(DeadlineExceededError):
            await engine.answer(ENDLESS, timeout=0.4)
        await asyncio.gather(*(engine.answer(LOOK_UP) for _ in range(4)))

    async def inside() -> Answer:
        async with Engine(published, chosen) as engine:
            await engine.ready()
            await asyncio.gather(*(engine.pools[0]._seats[n].worker(engine.current()) for n in range(3)))
            tasks = [asyncio.create_task(careless(engine)) for _ in range(2)]
            await asyncio.sleep(0.2)
            for _ in range(10):
                answer = await engine.answer(LOOK_UP)
                await asyncio.sleep(0.05)
                assert answer.waited < 0.05, "a worker is ready, although two are ended and started anew"
            await asyncio.gather(*tasks)
            return answer

    assert b"d" in asyncio.run(inside()).body
