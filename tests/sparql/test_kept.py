"""Answers are kept by text, graphs, format and generation, within bounds, and for nobody else."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graph.columns import TextQuad
from graph.settings import Settings
from graph.sparql.answer import Answer
from graph.sparql.dataset import Dataset
from graph.sparql.engine import Engine
from graph.sparql.kept import Kept, Key
from graph.stores.generations import Generation, Generations

OPEN, SECRET = "http://t/graph/a/open", "http://t/graph/a/restricted"
JSON = "application/sparql-results+json"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
EVERYTHING = frozenset([OPEN, SECRET])


@dataclass(frozen=True)
class Sized:
    size: int


def key(text: str = "ASK {}", *graphs: str, media_type: str = JSON) -> Key:
    return Key(text, Dataset(graphs, graphs), media_type)


def test_each_part_of_the_key_counts() -> None:
    kept: Kept[Sized] = Kept(1 << 20)
    assert kept.put("g1", key("ASK {}", OPEN), Sized(1), 5.0)
    assert kept.get("g1", key("ASK {}", OPEN), 7.5) == (Sized(1), 2.5)
    for other in (
        key("ASK { }", OPEN),
        key("ASK {}", OPEN, SECRET),
        key("ASK {}", OPEN, media_type="text/csv"),
    ):
        assert kept.get("g1", other, 8.0) is None
    assert kept.get("g2", key("ASK {}", OPEN), 8.0) is None


def test_it_is_bounded_and_what_was_asked_last_stays() -> None:
    kept: Kept[Sized] = Kept(160_000)
    assert not kept.put("g1", key("too large"), Sized(10_001), 0.0)
    for number in range(100):
        assert kept.put("g1", key(str(number)), Sized(8_000), float(number))
        assert kept.get("g1", key("0"), 0.0) is not None
        assert kept.size <= 160_000
    assert kept.get("g1", key("99"), 0.0) is not None
    assert kept.get("g1", key("50"), 0.0) is None


def test_another_generation_takes_the_place_of_all() -> None:
    kept: Kept[Sized] = Kept(1 << 20)
    kept.put("g1", key("a"), Sized(1), 0.0)
    kept.put("g2", key("b"), Sized(1), 0.0)
    assert kept.get("g1", key("a"), 0.0) is None
    assert kept.size < 3_000


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, publish_into: Callable[..., Generation]
) -> Generations:
    folder = tmp_path_factory.mktemp("kept")
    generations = Generations(folder / "data")
    publish_into(generations, folder / "1", quads(3))
    return generations


def quads(number: int) -> list[TextQuad]:
    made = [TextQuad(f"http://t/s{n}", "http://t/p", "x", "http://t/d", None, OPEN) for n in range(number)]
    return [*made, TextQuad("http://t/s", "http://t/secret", "x", "http://t/d", None, SECRET)]


def run(generations: Generations, work: Callable[[Engine], Coroutine[Any, Any, Any]]) -> None:
    async def inside() -> None:
        async with Engine(generations, Settings(workers=1, query_memory_mb=1024)) as engine:
            await work(engine)

    asyncio.run(inside())


def number(answer: Answer) -> int:
    return int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"])


def test_who_may_read_less_is_never_given_what_was_kept_for_others(published: Generations) -> None:
    async def work(engine: Engine) -> None:
        insider = await engine.answer(COUNT, principal_graphs=EVERYTHING)
        assert (number(insider), insider.age, insider.is_kept) == (4, None, True)
        outsider = await engine.answer(COUNT)
        assert (number(outsider), outsider.age) == (3, None), "it is evaluated, as if nobody had asked"
        again = await engine.answer(COUNT, principal_graphs=EVERYTHING)
        assert (number(again), again.engine, again.etag) == (4, insider.engine, insider.etag)
        assert again.age is not None
        narrowed = await engine.answer(COUNT, principal_graphs=EVERYTHING, default_graph_uris=[OPEN])
        assert (number(narrowed), narrowed.age) == (3, None)

    run(published, work)


def test_what_changes_by_itself_is_not_kept(published: Generations) -> None:
    async def work(engine: Engine) -> None:
        answers = [await engine.answer("SELECT (UUID() AS ?n) {}") for _ in range(2)]
        assert [(one.age, one.is_kept) for one in answers] == [(None, False)] * 2
        assert answers[0].body != answers[1].body

    run(published, work)


def test_a_new_generation_is_asked_anew(tmp_path: Path, publish_into: Callable[..., Generation]) -> None:
    generations = Generations(tmp_path / "data")
    publish_into(generations, tmp_path / "1", quads(3))

    async def work(engine: Engine) -> None:
        assert number(await engine.answer(COUNT)) == 3
        assert (await engine.answer(COUNT)).age is not None
        await asyncio.to_thread(publish_into, generations, tmp_path / "2", quads(5))
        answer = await engine.answer(COUNT)
        assert (number(answer), answer.age) == (5, None)

    run(generations, work)
