"""What a look-up costs by one who may read a hundred graphs, beside one who may read a single one.

The same predicates are in all graphs, so that nothing tells beforehand which of them can answer. A graph more
than may be read is there, as for whoever may not read everything.
"""

import asyncio
import time
from pathlib import Path
from statistics import median

from graph.columns import Builder, TextQuad
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.stores.generations import Generations

GRAPHS, THINGS, LOOKUPS = 101, 200, 300
_QUERIES = {
    "point": "SELECT ?name {{ <{thing}> <http://t/name> ?name }}",
    "star": "SELECT ?p ?o {{ <{thing}> ?p ?o }}",
    "join": "SELECT ?name {{ <{thing}> <http://t/of> ?other . ?other <http://t/name> ?name }}",
}


def compare(folder: Path, runs: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each query, by the number of graphs that may be read."""
    generations = Generations(folder / "data")
    with Builder(folder / "version" / "columns.duckdb", memory_mb=256, threads=1) as builder:
        builder.stage(_quads())
        builder.finish()
    generations.publish({"bench": folder / "version"})
    return asyncio.run(_compared(generations, folder, runs))


async def _compared(generations: Generations, folder: Path, runs: int) -> dict[str, dict[str, float]]:
    chosen = Settings(data_dir=folder / "data", cache_mb=0, query_engine="oxigraph", workers=1)
    found = {}
    async with Engine(generations, chosen) as engine:
        await engine.ready()
        for query, text in _QUERIES.items():
            taken: dict[int, list[float]] = {1: [], GRAPHS - 1: []}
            for run in range(runs * LOOKUPS + LOOKUPS):
                for number, times in taken.items():
                    # Of the one graph that both may read.
                    asked = text.format(thing=_thing(0, run % THINGS))
                    graphs = frozenset(map(_graph, range(number)))
                    began = time.perf_counter()
                    await engine.answer(asked, principal_graphs=graphs)
                    times.append(1000 * (time.perf_counter() - began))
            found[query] = {str(number): median(times[LOOKUPS:]) for number, times in taken.items()}
            one, many = found[query].values()
            print(f"{query:<8} 1 graph {one:.2f} ms   {GRAPHS - 1} graphs {many:.2f} ms   {many / one:.2f}")
    return found


def _graph(number: int) -> str:
    return f"http://t/graph/set-{number}/open"


def _thing(graph: int, number: int) -> str:
    return f"http://t/{graph}/{number}"


def _quads() -> list[TextQuad]:
    quads = []
    for graph in range(GRAPHS):
        for number in range(THINGS):
            thing, other = _thing(graph, number), _thing(graph, (number + 1) % THINGS)
            told = [("name", f"{graph} {number}"), ("code", f"{number}"), ("of", None)]
            for name, value in told:
                datatype = "http://www.w3.org/2001/XMLSchema#string" if value else None
                quads.append(
                    TextQuad(thing, f"http://t/{name}", value or other, datatype, None, _graph(graph))
                )
    return quads
