"""A generation that serves from its columns while its Oxigraph store is being loaded."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.columns import TextQuad
from graph.errors import NotLoadedYetError
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.stores.generations import Generation, Generations

GRAPH = "http://t/graph/a/open"
RESTRICTED = "http://t/graph/a/restricted"
JSON = "application/sparql-results+json"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ONLY_OXIGRAPH = "SELECT (RAND() < 2 AS ?n) { ?s ?p ?o }"


@pytest.fixture
def unloaded(tmp_path: Path, publish_into: Callable[..., Generation]) -> Generations:
    generations = Generations(tmp_path / "data")
    quads = [TextQuad(f"http://t/{n}", "http://t/p", "http://t/o", None, None, GRAPH) for n in range(3)]
    hidden = TextQuad("http://t/x", "http://t/p", "http://t/o", None, None, RESTRICTED)
    published = publish_into(generations, tmp_path / "version", [*quads, hidden])
    published.oxigraph.rename(published.path / "away")
    return generations


async def counted(engine: Engine) -> tuple[str, str]:
    answer = await engine.answer(COUNT, accept=JSON)
    return json.loads(answer.body)["results"]["bindings"][0]["n"]["value"], answer.engine


def test_columns_answer_until_the_store_is_loaded(unloaded: Generations) -> None:
    async def work() -> list[Any]:
        async with Engine(unloaded, Settings(workers=1)) as engine:
            await engine.ready()
            await engine.check(10)
            seen: list[Any] = [await counted(engine)]
            with pytest.raises(NotLoadedYetError) as refused:
                await engine.answer(ONLY_OXIGRAPH)
            seen.append("RAND" in refused.value.message.en)
            explained = await engine.explain(engine.prepare(COUNT))
            seen.append(explained.route.first)

            await asyncio.to_thread(unloaded.complete)
            answer = await engine.answer(ONLY_OXIGRAPH, accept=JSON)
            seen.append(answer.engine)
            seen.append((await counted(engine))[0])
            return seen

    assert asyncio.run(work()) == [("3", "columns"), True, "columns", "oxigraph", "3"]


def test_oxigraph_alone_is_waited_for(unloaded: Generations) -> None:
    async def work() -> None:
        async with Engine(unloaded, Settings(workers=1, query_engine="oxigraph")) as engine:
            await engine.ready()
            with pytest.raises(NotLoadedYetError):
                await engine.answer(COUNT)

    asyncio.run(work())
