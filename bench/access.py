"""What it costs to know who asks: milliseconds for each kind of caller, side by side, medians.

    python -m bench.access [--runs 200] [--graphs 100]

Nothing listens: identities are made from headers as the service makes them, from a registry of 100 keys in a
temporary folder. `/health`, the cheapest answer there is, is asked for through the whole application.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from starlette.datastructures import Headers

from api.app import create_app
from api.principals.authenticator import Authenticator
from graph import settings
from graph.access import ANONYMOUS, CLASSES, Grant, Identity, principal_of
from graph.iris import Iris
from graph.registry import Keys, Registry

KEYS = 100
FIRST = 20
"""So many keys are shown for the first time."""


async def measured(runs: int, work: Callable[[int], Awaitable[Any]]) -> float:
    """Milliseconds of one, median."""
    taken = []
    for number in range(runs):
        started = time.perf_counter()
        await work(number)
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken)


async def main(runs: int, graphs: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        chosen = settings.load(data_dir=Path(name))
        registry = Registry(chosen.data_dir)
        keys = Keys(registry)
        made = [
            keys.create("bench", "bench", [Grant("*", "shared")], timedelta(days=1))[1] for _ in range(KEYS)
        ]
        shown = [Headers({"X-API-Key": one.text}) for one in made]
        async with Authenticator(chosen) as authenticator:
            first = await measured(FIRST, lambda number: authenticator.identity(shown[number]))
            again = await measured(runs, lambda number: authenticator.identity(shown[number % FIRST]))
            nobody = await measured(runs, lambda _: authenticator.identity(Headers({})))
        print(f"identity, nobody's                {nobody:8.3f} ms")
        print(f"identity, key shown again         {again:8.3f} ms")
        print(f"identity, key shown the first time{first:8.3f} ms")
        await pages(create_app(chosen), made[0].text, runs)
        registry.close()
    published = [Iris().graph(f"set-{number}", one) for number in range(graphs // 3 + 1) for one in CLASSES]
    ten = Identity("key", "key:1", grants=[Grant(f"set-{number}", "restricted") for number in range(10)])
    for title, identity in (("nobody", ANONYMOUS), ("10 grants", ten)):

        async def decide(_: int, identity: Identity = identity) -> None:
            principal_of(identity, published, datetime.now(UTC))

        print(f"permitted of {len(published)} graphs, {title:<10}{await measured(runs, decide):8.3f} ms")


async def pages(app: Any, key: str, runs: int) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        for title, headers in (("nobody", {}), ("key", {"X-API-Key": key})):
            await client.get("/health", headers=headers)
            taken = await measured(runs, lambda _, headers=headers: client.get("/health", headers=headers))  # type: ignore[misc]  # a lambda's defaults
            print(f"/health, {title:<6}                   {taken:8.3f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--graphs", type=int, default=100)
    asked = parser.parse_args()
    asyncio.run(main(asked.runs, asked.graphs))
