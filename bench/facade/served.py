"""Requests a second for single resources from `lienthong serve`, with wrk: each read anew, and those kept."""

import tempfile
from pathlib import Path
from statistics import median

import httpx

from bench.mix import service
from bench.query.rate import Rate, is_installed, rate

CLIENTS = (1, 16)
KEPT_MB, AGAIN = 128, 200
"""Memory for answers, in MiB, and of how many resources they are."""


def measure(data: Path, collection: str, *, runs: int, seconds: float) -> None:
    """Prints one line for each number of clients, medians of the runs. Raises FileNotFoundError without
    wrk."""
    if not is_installed():
        raise FileNotFoundError("wrk: apt-get install wrk")
    with (
        tempfile.TemporaryDirectory(prefix="lienthong-bench-") as passing,
        service.running(data, "both", 30, cache_mb=0) as anew,
        service.running(data, "both", 30, cache_mb=KEPT_MB) as keeping,
    ):
        paths = addresses(anew, collection)
        asked = {"uncached": (anew, paths), "cached": (keeping, paths[:AGAIN])}
        for clients in CLIENTS:
            found: dict[str, list[Rate]] = {name: [] for name in asked}
            for _ in range(runs):
                for name, (one, those) in asked.items():
                    found[name].append(
                        rate(
                            base(one),
                            those,
                            Path(passing),
                            clients=clients,
                            seconds=seconds,
                            process=one.process,
                            headers={"X-API-Key": one.key},
                        )
                    )
            for name, measured in found.items():
                print(
                    f"{name:<9}{len(asked[name][1]):>7,} resources{clients:>4} clients"
                    f"{median(one.per_second for one in measured):>9,.0f}/s"
                    f"{median(one.processor for one in measured):>8.3f} ms of processor"
                    f"{sum(one.failed for one in measured):>5} failed",
                    flush=True,
                )


def base(served: service.Service) -> str:
    return served.endpoint.removesuffix("/sparql")


def addresses(served: service.Service, collection: str) -> list[str]:
    """Of all resources of a collection."""
    found: list[str] = []
    following = f"/api/v1/{collection}?limit=200&fields=id"
    with httpx.Client(base_url=base(served), headers={"X-API-Key": served.key}, timeout=60) as client:
        while following:
            answer = client.get(following)
            answer.raise_for_status()
            page = answer.json()
            found += [one["href"] for one in page["items"]]
            following = page["links"].get("next", "")
    return found
