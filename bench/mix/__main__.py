"""A mix of queries through the whole service, over HTTP, beside Oxigraph and Virtuoso 7: same data.

    python -m bench.mix [--runs 5] [--seconds 30] [--data DIR] [--peers alone serve virtuoso] [--keep DIR]
        [--only NAME …] [--json FILE]

Servers that hold the current generation of a data folder: the service with both engines, and its peers: the
service with Oxigraph `alone`, `oxigraph serve` (which is installed into `.venv-servers`), and `virtuoso`
(Debian's `virtuoso-opensource-7-bin`), which is loaded for the occasion, or stays in the folder --keep and is
not loaded again: many quads take it minutes. Every query is asked of each
in turn: once for its answer, which is compared, three times for it to be known (a race that the service had
ends a process of Oxigraph, which is started anew), then --runs times; medians count. In brackets stand the
milliseconds of processor that the server's processes took for one, on the average: other work on the machine
disturbs these less. What takes longer than --seconds is ended and counts as so many. Virtuoso sees the union
of all graphs, as a caller does whom the service lets see them all.
"""

import argparse
import json
import math
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from bench.mix import service, virtuoso
from bench.query import peers
from graph import settings
from graph.columns import Columns
from graph.prefixes import Prefixes
from graph.stores.generations import Generations

QUERIES = Path(__file__).with_name("queries.toml")
OURS = "service"
PEERS = {"alone": "Oxigraph alone", "serve": "oxigraph serve", "virtuoso": "Virtuoso"}
_BEFORE, _SETTLING_SECONDS = 3, 1.0
Rows = Counter[tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """An endpoint, the client that asks it, and the process that answers, where that is known."""

    endpoint: str
    client: httpx.Client
    process: int | None

    def processor_ms(self) -> dict[Path, float]:
        return {} if self.process is None else service.processor_ms(self.process)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--peers", nargs="+", choices=[*PEERS], default=[*PEERS])
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where Virtuoso's database stays")
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if "virtuoso" in given.peers and not virtuoso.is_installed():
        parser.error("apt-get install virtuoso-opensource-7-bin virtuoso-opensource-7, or other --peers")
    chosen = settings.load(data_dir=given.data.resolve()) if given.data else settings.load()
    known = Prefixes.load(chosen.ontology_dir / "catalogue.ttl")
    queries = tomllib.loads(QUERIES.read_text(encoding="utf-8"))
    queries = {
        name: declared(known, text) + text
        for name, text in queries.items()
        if not given.only or name in given.only
    }
    with ExitStack() as held:
        ours = held.enter_context(service.running(chosen.data_dir, "both", given.seconds))
        asking = {OURS: _client(ours.endpoint, ours.key, given.seconds, ours.process)}
        for peer in given.peers:
            asking[PEERS[peer]] = held.enter_context(_peer(peer, chosen.data_dir, given.seconds, given.keep))
        taken = compare(queries, asking, given.runs, given.seconds)
        peak = ours.peak_mib()
    summary(taken)
    print(f"highest memory of a worker of the service: {peak:.0f} MiB")
    if given.json:
        given.json.write_text(json.dumps(taken, indent=2), encoding="utf-8")


def compare(
    queries: dict[str, str], asking: dict[str, Asked], runs: int, seconds: float
) -> dict[str, dict[str, float]]:
    """Milliseconds of each query by server, printed with what the answers have in common."""
    print(f"{'':<20}" + "".join(f"{name:>20}" for name in asking) + "   rows  answers")
    taken = {}
    for query, text in queries.items():
        answers = {name: _ask(client, text) for name, client in asking.items()}
        times: dict[str, list[float]] = {name: [] for name in asking}
        used = dict.fromkeys(asking, 0.0)
        for name in [name for name, answer in answers.items() if answer is not None] * _BEFORE:
            with suppress(httpx.TimeoutException):
                _send(asking[name], text)
        time.sleep(_SETTLING_SECONDS)
        for _ in range(runs):
            for name, client in asking.items():
                if answers[name] is None:
                    times[name].append(seconds)
                    continue
                before, began = client.processor_ms(), time.perf_counter()
                with suppress(httpx.TimeoutException):
                    _send(client, text)
                times[name].append(min(seconds, time.perf_counter() - began))
                after = client.processor_ms()
                used[name] += sum(spent - before.get(one, 0.0) for one, spent in after.items()) / runs
        taken[query] = {name: 1000 * median(found) for name, found in times.items()}
        ours = answers[OURS]
        told = ["none" if rows is None else "" if rows == ours else name for name, rows in answers.items()]
        differing = ", ".join(one for one in told if one) or "same"
        cells = "".join(f"{taken[query][name]:>11.1f} {f'({used[name]:.1f})':>8}" for name in asking)
        print(f"{query:<20}{cells}{sum(ours.values()) if ours else 0:>7}  {differing}", flush=True)
    return taken


def summary(taken: dict[str, dict[str, float]]) -> None:
    """Geometric means of the others' time over ours, and where ours is slowest beside the better of them."""
    for other in PEERS.values():
        ratios = [times[other] / times[OURS] for times in taken.values() if other in times]
        if ratios:
            mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
            print(f"{other} / service: geometric mean {mean:.2f}, {min(ratios):.2f} – {max(ratios):.1f}")
    slowest = {
        query: times[OURS] / min(time for name, time in times.items() if name != OURS)
        for query, times in taken.items()
    }
    for query, ratio in sorted(slowest.items(), key=lambda item: -item[1])[:5]:
        print(f"  {query}: {ratio:.2f} times as slow as the better of the others")


def declared(known: Prefixes, text: str) -> str:
    """The prefixes that a query uses: to read all there are would take longer than most answers."""
    used = ((prefix, namespace) for prefix, namespace in known.items() if f"{prefix}:" in text)
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in used)


def _client(endpoint: str, key: str | None, seconds: float, process: int | None) -> Asked:
    headers = {"Accept": "application/sparql-results+json"} | ({"X-API-Key": key} if key else {})
    return Asked(endpoint, httpx.Client(headers=headers, timeout=seconds + 5), process)


def _ask(client: Asked, text: str) -> Rows | None:
    """The solutions without their order, numbers as numbers; None where there is no answer in time."""
    try:
        answered = _send(client, text)
    except httpx.TimeoutException:
        return None
    if answered.is_server_error:  # 500 of Virtuoso, 503 of ours, 504
        return None
    answered.raise_for_status()
    try:
        rows = answered.json()["results"]["bindings"]
    except json.JSONDecodeError:  # `oxigraph serve` breaks off what takes too long
        return None
    return Counter(tuple(sorted((name, _value(term)) for name, term in row.items())) for row in rows)


def _send(asked: Asked, text: str) -> httpx.Response:
    return asked.client.get(asked.endpoint, params={"query": text})


def _value(term: dict[str, Any]) -> str:
    try:
        return f"{float(term['value']):.6g}"
    except ValueError:
        return str(term["value"])


@contextmanager
def _peer(peer: str, data: Path, seconds: int, keep: Path | None) -> Iterator[Asked]:
    generation = Generations(data).require_current()
    with ExitStack() as held:
        match peer:
            case "alone":
                alone = held.enter_context(service.running(data, "oxigraph", seconds))
                yield _client(alone.endpoint, alone.key, seconds, alone.process)
            case "serve":
                endpoint, process = held.enter_context(peers.oxigraph(generation.oxigraph, seconds))
                yield _client(endpoint, None, seconds, process)
            case _:
                passing = tempfile.TemporaryDirectory(prefix="lienthong-virtuoso-")
                folder = keep or Path(held.enter_context(passing))
                if not virtuoso.is_loaded(folder / "server"):
                    folder.mkdir(parents=True, exist_ok=True)
                    with Columns(generation.columns) as columns, (folder / "data.nq").open("wb") as file:
                        file.writelines(columns.nquads())
                found = held.enter_context(virtuoso.running(folder / "data.nq", folder / "server", seconds))
                print(f"Virtuoso: loaded in {found.loaded:.0f} s, {found.size / 2**20:.0f} MiB on disk")
                yield _client(found.endpoint, None, seconds, found.process)


if __name__ == "__main__":
    main()
