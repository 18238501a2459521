"""A million quads are published while somebody reads: how soon they are seen, and what the reader notices."""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median

import httpx

from bench.mix import service
from graph.columns import Builder, TextQuad
from graph.columns.schema import XSD_STRING
from graph.stores.generations import Generations

PER_THING, READ = 10, 2_000
SLICE = 1.0
"""Seconds in which look-ups are counted."""
GRAPH = "http://t/graph/bench/open"
_SEEN = "SELECT ?value { <http://t/new/0> <http://t/p1> ?value }"
_LOOKUP = "SELECT ?p ?o {{ <http://t/old/{number}> ?p ?o }}"


def compare(folder: Path, quads: int) -> dict[str, float]:
    """Seconds until the new quads are seen, look-ups a second before and meanwhile, and how many failed.

    A generation of so many quads is followed by one of other ones, so that all of them are loaded anew.
    """
    generations = Generations(folder / "data")
    for name in ("old", "new"):
        _build(folder / name, name, quads)
    generations.publish({"bench": folder / "old"})
    with service.running(folder / "data", "both", 30) as served, _Reader(served) as reader:
        time.sleep(10 * SLICE)
        before = reader.rates()
        began = time.monotonic()
        publishing = subprocess.Popen(
            [sys.executable, "-m", "bench.query.publishing", str(folder / "data"), str(folder / "new")]
        )
        while not _is_seen(served):
            if publishing.poll():
                raise subprocess.CalledProcessError(publishing.returncode, publishing.args)
            time.sleep(0.1)
        seen = time.monotonic() - began
        publishing.wait()
        meanwhile = reader.rates()[len(before) :]
        failed = reader.failed
    found = {
        "seconds until seen": seen,
        "look-ups a second before": median(before),
        "look-ups a second meanwhile": median(meanwhile),
        "failed": failed,
    }
    print(
        f"{quads:,} quads are seen after {seen:.1f} s; look-ups a second: {median(before):.0f} before,"
        f" {median(meanwhile):.0f} meanwhile ({median(meanwhile) / median(before):.2f}); {failed} failed"
    )
    return found


class _Reader:
    """One client, one look-up after another, in a thread."""

    def __init__(self, served: service.Service) -> None:
        self._served = served
        self._ends: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self.failed = 0

    def __enter__(self) -> "_Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def rates(self) -> Sequence[float]:
        """Look-ups in each whole slice until now."""
        if not self._ends:
            return []
        first, slices = self._ends[0], int((self._ends[-1] - self._ends[0]) / SLICE)
        counts = [0] * slices
        for one in [*self._ends]:
            if (place := int((one - first) / SLICE)) < slices:
                counts[place] += 1
        return [one / SLICE for one in counts]

    def _read(self) -> None:
        with _client(self._served) as client:
            number = 0
            while not self._stop.is_set():
                number = (number + 1) % READ
                try:
                    answer = client.get(
                        self._served.endpoint, params={"query": _LOOKUP.format(number=number)}
                    )
                    self.failed += not answer.is_success
                except httpx.TransportError:
                    self.failed += 1
                self._ends.append(time.monotonic())


def _client(served: service.Service) -> httpx.Client:
    return httpx.Client(headers={"X-API-Key": served.key, "Accept": "text/csv"}, timeout=60)


def _is_seen(served: service.Service) -> bool:
    with _client(served) as client, suppress(httpx.TransportError):
        return "new" in client.get(served.endpoint, params={"query": _SEEN}).text
    return False


def _build(folder: Path, name: str, quads: int) -> None:
    with Builder(folder / "columns.duckdb", memory_mb=640) as builder:
        builder.stage(
            TextQuad(
                f"http://t/{name}/{thing}",
                f"http://t/p{number}",
                f"{name} {thing % 1000} {number}",
                XSD_STRING,
                None,
                GRAPH,
            )
            for thing in range(quads // PER_THING)
            for number in range(PER_THING)
        )
        builder.finish()


def main(data: str, version: str) -> None:
    Generations(Path(data)).publish({"bench": Path(version)})


if __name__ == "__main__":
    main(*sys.argv[1:])
