"""The whole service (HTTP, key, router) beside other servers with the same data, answers compared.

    python -m bench.query [--data DIR] [--runs 3] [--slice 3] [--clients 1 16] [--seconds 60] [--json FILE]
                          [--peers oxigraph virtuoso rdflib] [--only rates hard graphs publishing]

`rates`: look-ups about one enterprise after the other, requests a second by wrk: of the service without
kept answers, of the service with them (the same 100 enterprises over and over), of the others. `hard`:
queries as nobody should write them, seconds of one. `graphs`: a look-up by one who may read one graph, and by
one who may read a hundred. `publishing`: a million quads are published while one client reads. All take
turns; medians count. What takes longer than --seconds counts as so many.
"""

import argparse
import json
import tempfile
import tomllib
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.mix import service, virtuoso
from bench.query import graphs, peers, publishing, rate, side_by_side
from bench.query.side_by_side import Server
from graph import settings
from graph.columns import Columns
from graph.prefixes import Prefixes
from graph.stores.generations import Generation, Generations

QUERIES = Path(__file__).with_name("queries.toml")
THINGS, AGAIN = 2000, 100
UNCACHED, CACHED = "service", "service, kept"
PARTS = ("rates", "hard", "graphs", "publishing")
PUBLISHED = 1_000_000
PEERS = ("oxigraph", "virtuoso", "rdflib")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slice", type=float, default=3, help="seconds of each measurement of a rate")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if not rate.is_installed():
        parser.error("apt-get install wrk")
    if "virtuoso" in given.peers and not virtuoso.is_installed():
        parser.error("apt-get install virtuoso-opensource-7-bin virtuoso-opensource-7, or --peers oxigraph")
    chosen = settings.load(data_dir=given.data.resolve()) if given.data else settings.load()
    found: dict[str, Any] = {}
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="lienthong-query-")))
        if "graphs" in given.only:
            found["graphs"] = graphs.compare(folder / "graphs", given.runs)
        if "publishing" in given.only:
            found["publishing"] = publishing.compare(folder / "publishing", PUBLISHED)
        if {"rates", "hard"} & set(given.only):
            servers = _servers(held, chosen, given, folder)
            found |= _asked(servers, chosen, given, folder)
    if given.json:
        given.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _asked(
    servers: dict[str, Server], chosen: settings.Settings, given: argparse.Namespace, folder: Path
) -> dict[str, Any]:
    known = Prefixes.load(chosen.ontology_dir / "catalogue.ttl")
    queries = tomllib.loads(QUERIES.read_text(encoding="utf-8"))
    things = side_by_side.things(servers[UNCACHED], THINGS)
    found: dict[str, Any] = {}
    if "rates" in given.only:
        texts = {
            name: [_declared(known, text.format(thing=one)) for one in things]
            for name, text in queries["rates"].items()
        }
        again = {CACHED: AGAIN}
        found["rates"] = side_by_side.rates(
            servers, texts, again, folder, clients=given.clients, runs=given.runs, seconds=given.slice
        )
    if "hard" in given.only:
        texts = {name: [_declared(known, text)] for name, text in queries["hard"].items()}
        uncached = {name: one for name, one in servers.items() if name != CACHED}
        found["hard"] = side_by_side.times(uncached, texts, runs=given.runs, seconds=given.seconds)
    return found


def _servers(
    held: ExitStack, chosen: settings.Settings, given: argparse.Namespace, folder: Path
) -> dict[str, Server]:
    servers = {}
    for name, megabytes in ((UNCACHED, 0), (CACHED, 128)):
        made = held.enter_context(service.running(chosen.data_dir, "both", given.seconds, cache_mb=megabytes))
        servers[name] = Server(made.endpoint, made.process, {"X-API-Key": made.key})
    generation = Generations(chosen.data_dir).require_current()
    if "oxigraph" in given.peers:
        servers["oxigraph serve"] = Server(*held.enter_context(peers.oxigraph(generation.oxigraph)))
    if {"virtuoso", "rdflib"} & set(given.peers):
        quads = _written(generation, folder)
    if "virtuoso" in given.peers:
        other = held.enter_context(virtuoso.running(quads, folder / "virtuoso", given.seconds))
        servers["Virtuoso"] = Server(other.endpoint, other.process)
    if "rdflib" in given.peers:
        servers["rdflib-endpoint"] = Server(*held.enter_context(peers.rdflib_endpoint(quads)))
    return servers


def _written(generation: Generation, folder: Path) -> Path:
    quads = folder / "data.nq"
    with Columns(generation.columns) as columns, quads.open("wb") as file:
        file.writelines(columns.nquads())
    return quads


def _declared(known: Prefixes, text: str) -> str:
    used = ((prefix, namespace) for prefix, namespace in known.items() if f"{prefix}:" in text)
    return quote("".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in used) + text)


if __name__ == "__main__":
    main()
