"""The same queries asked of several servers in turn: rates, times, answers."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.query.rate import Rate, rate

JSON = "application/sparql-results+json"
_COMPARED = 5
_THINGS = (
    "SELECT DISTINCT ?s { ?s a <https://lienthong.gov.vn/ont/business#Enterprise> } ORDER BY ?s LIMIT %d"
)
Rows = Counter[tuple[tuple[str, str], ...]]
Texts = Mapping[str, Sequence[str]]
"""By the name of a query, its texts, ready for an address."""


@dataclass(frozen=True, slots=True)
class Server:
    """`headers`: what a caller shows."""

    endpoint: str
    process: int
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def all_headers(self) -> dict[str, str]:
        return {"Accept": JSON, "Accept-Encoding": "identity", **self.headers}


def things(server: Server, number: int) -> list[str]:
    """So many enterprises."""
    answer = httpx.get(
        server.endpoint, params={"query": _THINGS % number}, headers=server.all_headers, timeout=120
    )
    answer.raise_for_status()
    return [row["s"]["value"] for row in answer.json()["results"]["bindings"]]


def rates(
    servers: Mapping[str, Server],
    texts: Texts,
    again: Mapping[str, int],
    folder: Path,
    *,
    clients: Sequence[int],
    runs: int,
    seconds: float,
) -> dict[str, dict[str, dict[str, float]]]:
    """By query and number of clients, of each server: requests a second, milliseconds of its processor by
    request. `again`: of which servers so many texts alone are asked, over and over."""
    print(f"{'':<22}" + "".join(f"{name:>26}" for name in servers) + "  answers")
    found: dict[str, dict[str, dict[str, float]]] = {}
    for query, every in texts.items():
        differing = _differing(servers, every[:_COMPARED])
        for name, one in servers.items():
            for text in every[: again.get(name, 0)]:
                _answer(one, text, 60)
        for number in clients:
            measured: dict[str, list[Rate]] = {name: [] for name in servers}
            for _ in range(runs):
                for name, one in servers.items():
                    path = urlsplit(one.endpoint).path
                    asked = [f"{path}?query={text}" for text in every[: again.get(name)]]
                    measured[name].append(
                        rate(
                            one.endpoint,
                            asked,
                            folder,
                            clients=number,
                            seconds=seconds,
                            process=one.process,
                            headers=one.all_headers,
                        )
                    )
            told = found[f"{query}, {number} clients"] = {
                name: {
                    "per second": median(one.per_second for one in of_server),
                    "processor ms": median(one.processor for one in of_server),
                    "failed": sum(one.failed for one in of_server),
                }
                for name, of_server in measured.items()
            }
            cells = [f"{one['per second']:>12.0f}/s{one['processor ms']:>9.3f} ms" for one in told.values()]
            print(f"{query:<14}{number:>3} clients" + "".join(cells) + f"  {differing}", flush=True)
    return found


def times(
    servers: Mapping[str, Server], texts: Texts, *, runs: int, seconds: float
) -> dict[str, dict[str, float]]:
    """Seconds of each query by server, those that were ended included."""
    print(f"{'':<22}" + "".join(f"{name:>16}" for name in servers) + "  answers")
    found = {}
    for query, (text, *_) in texts.items():
        taken: dict[str, list[float]] = {name: [] for name in servers}
        for _ in range(runs):
            for name, one in servers.items():
                if taken[name] and taken[name][0] >= seconds:
                    continue  # once is enough
                began = time.perf_counter()
                is_answered = _answer(one, text, seconds) is not None
                taken[name].append(time.perf_counter() - began if is_answered else seconds)
        found[query] = {name: median(all_of) for name, all_of in taken.items()}
        answered = {name: one for name, one in servers.items() if found[query][name] < seconds}
        differing = _differing(answered, [text], seconds)
        print(
            f"{query:<22}" + "".join(f"{one:>14.3f} s" for one in found[query].values()),
            differing,
            flush=True,
        )
    return found


def _differing(servers: Mapping[str, Server], texts: Sequence[str], seconds: float = 60) -> str:
    """Whose answers are not those of the first."""
    answers = {name: [_answer(one, text, seconds) for text in texts] for name, one in servers.items()}
    first, *others = answers
    return ", ".join(name for name in others if answers[name] != answers[first]) or "same"


@cache
def _client() -> httpx.Client:
    """To make one takes 30 ms and more of processor, which would be counted as each server's."""
    return httpx.Client()


def _answer(server: Server, text: str, seconds: float) -> Rows | None:
    """The solutions without their order, numbers as numbers; None where there is no answer in time."""
    try:
        answer = _client().get(f"{server.endpoint}?query={text}", headers=server.all_headers, timeout=seconds)
    except httpx.TimeoutException:
        return None
    if not answer.is_success:
        return None
    rows: list[dict[str, Any]] = json.loads(answer.content)["results"]["bindings"]
    return Counter(tuple(sorted((name, _value(term)) for name, term in row.items())) for row in rows)


def _value(term: dict[str, Any]) -> str:
    try:
        return f"{float(term['value']):.6g}"
    except ValueError:
        return str(term["value"])
