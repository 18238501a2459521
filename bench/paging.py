"""Walks through a collection while new generations are published and the service is started anew.

    python -m bench.paging [--resources 100000] [--restarts 4] [--limit 200]

In the order of IRIs, and of names, which is the other way round. Fails where a resource is skipped or comes
twice, where a page is of another generation than the first, and where a page that is known is sent again. The
data is made up, in a folder of its own, which is removed.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from api.app import create_app
from bench import asgi, processor
from graph import settings
from graph.columns import Builder, TextQuad
from graph.columns.schema import LANG_STRING, RDF_TYPE
from graph.settings import Settings
from graph.stores.generations import Generations

BASE = "https://lienthong.gov.vn/"
GRAPH = f"{BASE}graph/made-up/open"
ORDERS = ("", "sort=name&")


def publish(generations: Generations, folder: Path, agencies: Iterable[tuple[str, str]]) -> str:
    """Agencies by key and name, and nothing else; returns the generation's id."""
    with Builder(folder / "columns.duckdb") as builder:
        builder.stage(
            TextQuad(f"{BASE}id/agency/{key}", path, value, datatype, language, GRAPH)
            for key, name in agencies
            for path, value, datatype, language in (
                (RDF_TYPE, f"{BASE}ont/agency#StateAgency", None, None),
                ("http://www.w3.org/2000/01/rdf-schema#label", name, LANG_STRING, "vi"),
            )
        )
        builder.finish()
    return generations.publish({"made-up": folder}).id


async def walked(
    chosen: Settings, walks: dict[str, str], seen: dict[str, list[str]], pages: int, known: tuple[str, str]
) -> tuple[str, str]:
    """Some pages further in each order, by a service of its own; the last page's address and tag."""
    app = create_app(chosen)
    async with app.router.lifespan_context(app):
        if known[0]:
            status, _, body = await asgi.get(app, *known)
            assert (status, body) == (304, b""), status
        before, taken = processor.seconds(os.getpid()), 0
        for order in ORDERS:
            for _ in range(pages if walks[order] else 0):
                status, headers, body = await asgi.get(app, walks[order])
                assert status == 200, body
                known = walks[order], headers["etag"]
                page = json.loads(body)
                assert page["generation"] == "g000001", page["generation"]
                seen[order] += [one["id"].rsplit("/", 1)[1] for one in page["items"]]
                walks[order] = page["links"].get("next", "")
                taken += 1
                if not walks[order]:
                    break
        spent = (processor.seconds(os.getpid()) - before) * 1000 / max(taken, 1)
        print(f"{taken} pages, {spent:.1f} ms of processor each, with the start of an earlier generation")
    return known


def main(number: int, restarts: int, limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        generations = Generations(Path(folder) / "data")
        chosen = settings.load(data_dir=Path(folder) / "data", workers=1, cache_mb=0, caller_rate=0)
        agencies = {f"{n:07}": f"Cơ quan {number - n:07}" for n in range(number)}
        publish(generations, Path(folder) / "v0", agencies.items())
        walks = {order: f"/api/v1/agencies?{order}limit={limit}&fields=id" for order in ORDERS}
        seen: dict[str, list[str]] = {order: [] for order in ORDERS}
        pages, known = number // limit // restarts + 1, ("", "")
        started = time.perf_counter()
        for turn in range(restarts):
            known = asyncio.run(walked(chosen, walks, seen, pages, known))
            # Some go, some come, before and behind where the walks are.
            changed = ((f"{n:07}x", "Mới") for n in range(turn, number, 70))
            publish(generations, Path(folder) / f"v{turn + 1}", changed)
        assert seen[""] == sorted(agencies), "skipped or repeated, in the order of IRIs"
        assert seen["sort=name&"] == sorted(agencies, reverse=True), "skipped or repeated, in that of names"
        print(
            f"{number:,} resources, twice, through {restarts} services and {restarts} publications:"
            f" each came once; {time.perf_counter() - started:.0f} s"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--restarts", type=int, default=4)
    parser.add_argument("--limit", type=int, default=200)
    given = parser.parse_args()
    main(given.resources, given.restarts, given.limit)
