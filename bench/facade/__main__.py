"""What the facade costs: one resource, a page, a walk, beside a route written by hand over the same store.

    python -m bench.facade [--collection enterprises] [--filters 'status=active&foundedOn[gte]={n}-01-01']
                           [--requests 200] [--walk units] [--rounds 3] [--seconds 3]

First requests a second through `lienthong serve`, by 1 and 16 clients (wrk): of resources each read anew, and
of those whose answers are kept. Then requests are put to the ASGI application itself, one after another, so
that no client is measured; who is compared takes turns. Seconds of processor are those of the front process
and of its workers together; no answer is kept there.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from api.app import create_app
from api.principals.permitted import Permitted
from bench import asgi, processor
from bench.facade import served
from graph import settings
from graph.access import Principal
from graph.iris import Iris
from graph.sparql import terms
from graph.sparql.engine import Engine
from graph.stores.generations import Generations

Ask = Callable[[str], Awaitable[bytes]]
YEARS = range(2005, 2025)
"""What `{n}` in the filters stands for."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one request: the median and the 95th percentile of its milliseconds, and those of processor."""

    requests: int
    median: float
    p95: float
    processor: float

    def __str__(self) -> str:
        return (
            f"{self.requests:>6} requests{self.median:>9.2f} ms{self.p95:>9.2f} ms at 95 %"
            f"{self.processor:>9.2f} ms of processor{1000 / self.processor:>9,.0f} requests/s of it"
        )


def asking(app: FastAPI) -> Ask:
    """What an application answers. Raises AssertionError for another status than 200."""

    async def ask(address: str) -> bytes:
        status, _, body = await asgi.get(app, address)
        assert status == 200, (address, status, body[:300])
        return body

    return ask


def by_hand(engine: Engine, collection: str, identifier: str, graphs: frozenset[str]) -> FastAPI:
    """What a programmer would write for this one collection: a query, a dictionary, JSON."""
    app, iris = FastAPI(), Iris(settings.load().base_iri)

    @app.get(f"/{collection}/{{key:path}}")
    async def one(key: str) -> JSONResponse:
        iri = terms.iri(iris.entity(identifier, key))
        label = "http://www.w3.org/2000/01/rdf-schema#label"
        text = f"SELECT ?p ?v ?label WHERE {{ {iri} ?p ?v OPTIONAL {{ ?v <{label}> ?label }} }}"
        answer = await engine.answer(text, principal_graphs=graphs, accept="application/sparql-results+json")
        found: dict[str, list[Any]] = {"id": [iri]}
        for row in json.loads(answer.body)["results"]["bindings"]:
            value = {"value": row["v"]["value"], "label": row.get("label", {}).get("value")}
            found.setdefault(row["p"]["value"].rsplit("#", 1)[-1], []).append(value)
        return JSONResponse(found, headers={"ETag": f'"{answer.generation}"'})

    return app


class Everything(Permitted):
    """Whoever asks may read the same."""

    def __init__(self, principal: Principal) -> None:
        super().__init__()
        self._principal = principal

    def of(self, *_: object) -> Principal:
        return self._principal


async def measure(ask: Ask, addresses: Sequence[str]) -> Measured:
    taken = []
    before = processor.seconds(os.getpid())
    for address in addresses:
        started = time.perf_counter()
        await ask(address)
        taken.append((time.perf_counter() - started) * 1000)
    spent = (processor.seconds(os.getpid()) - before) * 1000 / len(addresses)
    ordered = sorted(taken)
    return Measured(len(taken), statistics.median(taken), ordered[int(len(ordered) * 0.95)], spent)


async def walk(ask: Ask, collection: str) -> None:
    started, before, seen, pages = time.perf_counter(), processor.seconds(os.getpid()), set[str](), 0
    address = f"/api/v1/{collection}?limit=200&fields=id"
    while address:
        page = json.loads(await ask(address))
        keys = [one["id"] for one in page["items"]]
        assert not seen.intersection(keys), "a resource comes twice"
        seen.update(keys)
        pages, address = pages + 1, page["links"].get("next", "")
    seconds, spent = time.perf_counter() - started, processor.seconds(os.getpid()) - before
    print(
        f"a walk through {collection}: {len(seen):,} in {pages} pages, {seconds:.1f} s,"
        f" {spent * 1000 / pages:.1f} ms of processor a page"
    )


async def main(given: argparse.Namespace) -> None:
    chosen = settings.load(cache_mb=0, caller_rate=0)
    app = create_app(chosen)
    manifest = Generations(chosen.data_dir).require_current().manifest
    graphs = frozenset(manifest.graphs)
    app.state.permitted = Everything(Principal("bench", graphs))
    print(f"{manifest.quads:,} quads")
    async with app.router.lifespan_context(app):
        ask, collection = asking(app), given.collection
        identifier = app.state.knowledge.types.collections[collection].identifier
        hand = asking(by_hand(app.state.engine, collection, identifier, graphs))
        keys = await known_keys(ask, collection, given.requests * given.rounds + 1)
        await ask(f"/api/v1/{collection}/{keys[-1]}")
        await hand(f"/{collection}/{keys[-1]}")
        for turn in range(given.rounds):
            mine = keys[turn * given.requests : (turn + 1) * given.requests]
            ours = await measure(ask, [f"/api/v1/{collection}/{key}" for key in mine])
            theirs = await measure(hand, [f"/{collection}/{key}" for key in mine])
            print(f"one resource, uncached   {ours}")
            print(f"the same, by hand        {theirs}   ratio {theirs.processor / ours.processor:.2f}")
            pages = [f"/api/v1/{collection}?{given.filters.format(n=n)}&limit=50&lang={lang}" for n in YEARS
                     for lang in ("vi", "en")]  # fmt: skip
            if turn == 0:
                print(f"a page of 50, 2 filters  {await measure(ask, pages)}")
        if given.walk:
            await walk(ask, given.walk)


async def known_keys(ask: Ask, collection: str, number: int) -> list[str]:
    found: list[str] = []
    address = f"/api/v1/{collection}?limit=200&fields=id"
    while address and len(found) < number:
        page = json.loads(await ask(address))
        found += [one["href"].removeprefix(f"/api/v1/{collection}/") for one in page["items"]]
        address = page["links"].get("next", "")
    assert len(found) >= number, f"there are {len(found)} {collection}, {number} are needed"
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collection", default="enterprises")
    parser.add_argument("--filters", default="status=active&foundedOn[gte]={n}-01-01")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--walk", default="")
    parser.add_argument("--seconds", type=float, default=3, help="of each slice with wrk")
    asked = parser.parse_args()
    served.measure(settings.load().data_dir, asked.collection, runs=asked.rounds, seconds=asked.seconds)
    asyncio.run(main(asked))
