"""What the benchmark measures of this project; each in a process of its own.

python -m bench.mapping.ours WHAT FOLDER TARGET MEMORY_MB
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyoxigraph as ox

from graph.columns import Builder
from graph.columns.connection import connected
from graph.stores.generations import Generations
from ingest import mapping, sources

GRAPH = "http://example.org/graph/bench/open"


def nquads(folder: Path, target: Path, memory_mb: int) -> int:
    """Source → N-Quads."""
    work = target.with_suffix(".work")
    with connected(
        database=work, spill=target.with_suffix(".spill"), memory_mb=memory_mb, threads=2
    ) as connection:
        plan, _ = _planned(connection, folder)
        return mapping.write_nquads(plan, connection, target)


def columns(folder: Path, target: Path, memory_mb: int) -> int:
    """Source → columns."""
    with Builder(target, memory_mb=memory_mb, threads=2) as builder:
        plan, relations = _planned(builder.connection, folder)
        ids = {one.name: builder.source(one.name, one.location) for one in relations}
        mapping.project(plan, builder, default_graph=GRAPH, source_ids=ids)
        return builder.finish().quads


def generation(folder: Path, target: Path, memory_mb: int) -> int:
    """Source → a published generation: columns, counts, search index, Oxigraph store.

    `target/answered.json` is written when `lienthong query` has counted all quads, over the columns, before
    the store is loaded: seconds from the start, seconds of processor until then, and the peak in MiB.
    """
    began = time.perf_counter()
    version = target / "version"
    version.mkdir(parents=True)
    made = columns(folder, version / "columns.duckdb", memory_mb)

    def on_step(step: str) -> None:
        if step == "load":
            _ask(target / "data", made)
            answered = [time.perf_counter() - began, *_used()]
            (target / "answered.json").write_text(json.dumps(answered), encoding="utf-8")

    published = Generations(target / "data", memory_mb=memory_mb, threads=2)
    return published.publish({"bench": version}, on_step=on_step).manifest.quads


def _ask(data: Path, quads: int) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "cli", "query", "-", "--format", "csv"],
        input="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        env=os.environ | {"LIENTHONG_DATA_DIR": str(data)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    assert answer.split() == ["n", str(quads)], f"{answer}, not {quads}"


def _used() -> tuple[float, float]:
    """Seconds of processor so far, and the peak in MiB of this process or a child of it."""
    of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in of), max(one.ru_maxrss for one in of) / 1024


def bulk_load(folder: Path, target: Path, memory_mb: int) -> int:
    """The other way: what morph-kgc wrote, loaded by Oxigraph into one named graph, optimised."""
    store = ox.Store(str(target))
    path = str(folder / "morph.nt")
    store.bulk_load(path=path, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(GRAPH), lenient=True)
    store.optimize()
    store.flush()
    return len(store)


def check(folder: Path, target: Path, memory_mb: int) -> int:
    """1 where ours and morph-kgc's files hold the same lines, each once, in whatever order; else 0."""
    settings = {"memory_limit": f"{memory_mb}MiB", "temp_directory": f"{target}.spill"}
    with duckdb.connect(config=settings) as connection:
        found = {
            connection.execute(
                "SELECT count(*), bit_xor(md5_number(line)), sum(hash(line)::HUGEINT) FROM read_csv(?,"
                " header = false, delim = '\\1', quote = '', escape = '', columns = {'line': 'VARCHAR'})",
                [str(folder / name)],
            ).fetchall()[0]
            for name in ("ours.nq", "morph.nt")
        }
    return int(len(found) == 1)


def _planned(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> tuple[mapping.Plan, list[sources.Relation]]:
    rules = mapping.load(folder / "mapping.rml.ttl", base="http://example.org/")
    relations = [
        sources.extract(connection, source, data_dir=folder, mapping_dir=folder, stored=False)
        for source in sources.in_order(rules.logical_sources, mapping_dir=folder)
    ]
    return mapping.plan(rules, {one.name: one.columns for one in relations}), relations


MEASURED: dict[str, Callable[[Path, Path, int], int]] = {
    "nquads": nquads,
    "columns": columns,
    "generation": generation,
    "bulk_load": bulk_load,
    "check": check,
}

if __name__ == "__main__":
    what, *paths, memory = sys.argv[1:]
    print(MEASURED[what](*map(Path, paths), int(memory)))
