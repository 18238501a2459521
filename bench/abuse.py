"""What careless and hostile callers do to a service and to its neighbours: bounded, on this machine alone.

    python -m bench.abuse [--seconds 2] [--rounds 3] [--deadline 2] [--only NAME] [--data FOLDER]

A service of its own is started on a small generation that is made for it, or on FOLDER. One caller looks up
single things, one after the other, by a key of its own; in turns alone and beside each abuse, which comes
from a nice process. Told are the throughput that the neighbour keeps (median of the rounds), its look-ups in
a second alone and beside, the largest memory of a process of the service, and what the abusers were answered;
then how late after its deadline a caller is told, and how soon one is served after having a worker ended.
What is out of bounds is listed, and the command fails.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import httpx

from graph.columns import Builder, TextQuad
from graph.registry import Keys, Registry
from graph.stores.generations import Generations

LATE = 0.15
"""Seconds after its deadline within which a caller must be told."""
SHARE = 0.5
"""Of its throughput that a neighbour keeps."""
BACK = 0.1
"""Seconds within which there is a worker again after one was ended."""
MEMORY_MB = 1024
THINGS = 3_000
GRAPH = "https://lienthong.gov.vn/graph/test/open"
AT_ONCE = 8
LOOK_UP = "SELECT ?o {{ <http://t/s{}> <http://t/p> ?o }}"

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
NESTED = "SELECT * " + "{ " * 20_000 + "?s ?p ?o" + " }" * 20_000
NESTED_LESS = "SELECT * " + "{ " * 60 + "?s ?p ?o " + "} " * 60
OPTIONALS = "SELECT * { ?s ?p ?o " + "".join(f"OPTIONAL {{ ?s ?p{n} ?o{n} }} " for n in range(400)) + "}"
FEWER = "SELECT * { ?s ?p ?o " + "".join(f"OPTIONAL {{ ?s ?p{n} ?o{n} }} " for n in range(24)) + "}"
REGEX = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?u "
    'FILTER(REGEX(CONCAT(STR(?o), STR(?u)), "^(([a-z])+.)+[A-Z]([a-z])+$|(x+x+)+y")) }'
)
HUGE_REGEX = f'SELECT * {{ ?s ?p ?o FILTER(REGEX(STR(?o), "{"(a|b|ab)*?c{1,9}" * 4_000}")) }}'
REPEATED = 'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "((a{0,300}){0,300}){0,300}")) }'
VALUES = (
    "SELECT * { VALUES ?s { "
    + " ".join(f"<http://t/s{n}>" for n in range(4_500))
    + " } ?s ?p ?o . ?t ?q ?o }"
)
SORTED = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a"
JOINED = "SELECT (GROUP_CONCAT(?c; separator='') AS ?n) { ?a ?b ?c . ?d ?e ?f }"
PATHS = (
    "SELECT (COUNT(*) AS ?n)"
    " { ?a (<http://t/next>|^<http://t/next>|!<http://t/none>)* ?b . ?b !<http://t/p>* ?c }"
)
LARGE = "SELECT * { ?s ?p ?o . ?t <http://t/next> ?u } LIMIT 150000"

ABUSES = {
    "cross products": CROSS,
    "nested groups, 40 KB": NESTED,
    "nested groups within the limit": NESTED_LESS,
    "400 OPTIONALs": OPTIONALS,
    "24 OPTIONALs": FEWER,
    "regex over all pairs": REGEX,
    "regex of 60 KB": HUGE_REGEX,
    "regex of repeated repetitions": REPEATED,
    "VALUES of 100 KB": VALUES,
    "sorting all pairs": SORTED,
    "one text of all pairs": JOINED,
    "paths over everything": PATHS,
}
SLOW, MANY = "slow readers", "200 clients, cross products"


CONTEXT = multiprocessing.get_context("spawn")


def attack(link: Connection, address: str, name: str, seconds: float) -> None:
    """The work of a process that stands for machines elsewhere: a nice one, whose time it does not lose."""
    os.nice(19)
    link.send("ready")
    link.send(asyncio.run(_attacked(address, name, seconds)))


async def _attacked(address: str, name: str, seconds: float) -> Counter[int]:
    answers: Counter[int] = Counter()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        if name == SLOW:
            callers = [slow_reader(address, answers) for _ in range(20)]
        elif name == MANY:
            callers = [insistent(client, CROSS, answers) for _ in range(200)]
        else:
            callers = [insistent(client, ABUSES[name], answers) for _ in range(AT_ONCE)]
        tasks = [asyncio.create_task(one) for one in callers]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return answers


async def insistent(client: httpx.AsyncClient, query: str, answers: Counter[int]) -> None:
    """Sends a query again and again; who is sent away comes back soon."""
    while True:
        answer = await client.post("/sparql", data={"query": query})
        answers[answer.status_code] += 1
        if answer.status_code in (429, 503):
            await asyncio.sleep(0.2)


async def slow_reader(address: str, answers: Counter[int]) -> None:
    """Asks for megabytes and takes a kilobyte of them a second."""
    head = (
        "POST /sparql HTTP/1.1\r\nHost: t\r\nAccept: text/csv\r\nContent-Type: application/sparql-query\r\n"
        f"Content-Length: {len(LARGE.encode())}\r\n\r\n{LARGE}"
    )
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    try:
        writer.write(head.encode())
        answers[int((await reader.readline()).split()[1])] += 1
        while await reader.read(1024):
            await asyncio.sleep(1)
    finally:
        writer.close()


@dataclass
class Seen:
    """Look-ups in a second, what abusers were answered, and the largest memory of a process."""

    look_ups: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    memory_mb: float = 0.0


def things() -> Iterator[TextQuad]:
    for number in range(THINGS):
        about = f"http://t/s{number}"
        text = "x" * 28 + f" Phường {number}"
        yield TextQuad(about, "http://t/p", text, "http://www.w3.org/2001/XMLSchema#string", None, GRAPH)
        yield TextQuad(about, "http://t/next", f"http://t/s{(number * 7 + 1) % THINGS}", None, None, GRAPH)


def publish(folder: Path) -> Path:
    with Builder(folder / "version" / "columns.duckdb", memory_mb=256) as builder:
        builder.stage(things())
        builder.finish()
    Generations(folder / "data", memory_mb=256).publish({"test": folder / "version"})
    return folder / "data"


@contextlib.contextmanager
def service(data: Path, deadline: float) -> Iterator[tuple[str, int]]:
    """Address and process of a service with the limits that it has unless told otherwise, but for these."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {
        "LIENTHONG_DATA_DIR": str(data),
        "LIENTHONG_QUERY_TIMEOUT": str(deadline),
        "LIENTHONG_QUERY_MEMORY_MB": str(MEMORY_MB),
        "LIENTHONG_CACHE_MB": "0",
    }
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app", "--log-level", "critical"]
    with subprocess.Popen([*command, "--port", str(port)], env=os.environ | variables) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            until = time.monotonic() + 120
            while not _answers(address):
                if process.poll() is not None or time.monotonic() > until:
                    raise SystemExit("the service did not start")
                time.sleep(0.1)
            yield address, process.pid
        finally:
            process.terminate()


def _answers(address: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{address}/ready", timeout=10).status_code == 200
    return False


def processes(parent: int) -> list[int]:
    """The service and its workers."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return [parent, *map(int, listed)]


def resident_mb(process: int) -> float:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


class Bench:
    def __init__(self, address: str, process: int, key: str, deadline: float, seconds: float) -> None:
        self._address = address
        self._process = process
        self._headers = {"Authorization": f"Bearer {key}"}
        self._deadline = deadline
        self._seconds = seconds
        limits = httpx.Limits(max_connections=None)
        self._client = httpx.AsyncClient(base_url=address, timeout=60, limits=limits)

    async def look_ups(self) -> float:
        """A neighbour's look-ups in a second, one after the other."""
        done, started = 0, time.perf_counter()
        async with httpx.AsyncClient(base_url=self._address, headers=self._headers, timeout=60) as client:
            while time.perf_counter() - started < self._seconds:
                query = LOOK_UP.format(done % THINGS)
                answer = await client.get("/sparql", params={"query": query, "format": "json"})
                assert answer.status_code == 200, (answer.status_code, answer.text)
                assert len(answer.json()["results"]["bindings"]) == 1
                done += 1
        return done / (time.perf_counter() - started)

    async def beside(self, name: str) -> Seen:
        """The neighbour, and the service's memory, while a process of abusers does its worst."""
        seen = Seen()
        ours, theirs = CONTEXT.Pipe()
        arguments = (theirs, self._address, name, self._seconds + 1)
        attackers = CONTEXT.Process(target=attack, args=arguments, daemon=True)
        attackers.start()
        await asyncio.to_thread(ours.recv)

        async def watched() -> None:
            while True:
                found = max(map(resident_mb, processes(self._process)))
                seen.memory_mb = max(seen.memory_mb, found)
                await asyncio.sleep(0.1)

        watching = asyncio.create_task(watched())
        await asyncio.sleep(0.5)
        seen.look_ups = await self.look_ups()
        watching.cancel()
        seen.statuses = await asyncio.to_thread(ours.recv)
        attackers.join()
        return seen

    async def lateness(self, query: str, runs: int = 3) -> list[float]:
        """Seconds beyond its deadline after which a single caller is told."""
        late = []
        for _ in range(runs):
            started = time.perf_counter()
            answer = await self._client.post("/sparql", data={"query": query})
            if answer.status_code == 504:
                late.append(time.perf_counter() - started - self._deadline)
        return late

    async def back(self, runs: int = 5) -> list[float]:
        """Seconds until the same caller is served who has just had a worker ended by its deadline."""
        taken = []
        for _ in range(runs):
            ended = await self._client.post("/sparql", data={"query": _for_oxigraph()})
            assert ended.status_code == 504, ended.text
            started = time.perf_counter()
            query = LOOK_UP.format(1)
            assert (await self._client.get("/sparql", params={"query": query})).status_code == 200
            taken.append(time.perf_counter() - started)
            await asyncio.sleep(2)
        return taken


def _for_oxigraph() -> str:
    """Endless, and not for columns: its worker is killed."""
    return CROSS.replace("(COUNT(*) AS ?n)", "(COUNT(*) AS ?n) (MAX(SHA512(STR(?c))) AS ?m)")


async def run(bench: Bench, rounds: int, only: str) -> list[str]:
    wrong = []

    def report(name: str, rounds: list[tuple[float, Seen]]) -> None:
        share = median(seen.look_ups / alone for alone, seen in rounds)
        memory = max(seen.memory_mb for _, seen in rounds)
        answers = sum((seen.statuses for _, seen in rounds), Counter[int]())
        told = ", ".join(f"{status}: {number}" for status, number in sorted(answers.items()))
        before, beside = (median(alone for alone, _ in rounds), median(seen.look_ups for _, seen in rounds))
        print(f"{name:32} {share:6.2f} {before:8.0f} {beside:8.0f} {memory:8.0f}   {told}", flush=True)
        if share < SHARE:
            wrong.append(f"{name}: a neighbour kept {share:.2f} of its throughput")
        if memory > MEMORY_MB + 512:
            wrong.append(f"{name}: a process took {memory:.0f} MiB")
        if any(status >= 500 and status not in (503, 504) for status in answers):
            wrong.append(f"{name}: {told}")

    print(f"{'abuse':32} {'share':>6} {'alone/s':>8} {'beside/s':>8} {'MiB':>8}   answers")
    await bench.look_ups()
    for name in (one for one in (*ABUSES, SLOW, MANY) if only in one):
        report(name, [(await bench.look_ups(), await bench.beside(name)) for _ in range(rounds)])

    print("\nmilliseconds after the deadline: median, most")
    for name, query in {**ABUSES, "killed in Oxigraph": _for_oxigraph()}.items():
        if only in name and (late := await bench.lateness(query)):
            print(f"{name:32} {median(late) * 1000:6.0f} {max(late) * 1000:6.0f}", flush=True)
            if median(late) > LATE:
                wrong.append(f"{name}: told {median(late) * 1000:.0f} ms after the deadline")
    back = await bench.back()
    middle, most = median(back) * 1000, max(back) * 1000
    print(f"\nserved again after a worker was ended: median {middle:.0f} ms, most {most:.0f} ms")
    if median(back) > BACK:
        wrong.append(f"a worker was back after {median(back) * 1000:.0f} ms")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--only", default="", help="abuses whose name has this in it")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--deadline", type=float, default=2.0)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        data = given.data or publish(Path(name))
        registry = Registry(data)
        _, shown = Keys(registry).create("bench", "bench", [], timedelta(days=1))
        registry.close()
        with service(data, given.deadline) as (address, process):
            wrong = asyncio.run(
                run(
                    Bench(address, process, shown.text, given.deadline, given.seconds),
                    given.rounds,
                    given.only,
                )
            )
    for one in wrong:
        print(f"out of bounds: {one}", file=sys.stderr)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
