"""What columns and their wide tables cost to make, and where the time of a query over them goes.

    python -m bench.columns FILE [--only build queries] [--runs 5] [--queries NAME …]

`build`: the quads of a columns file, staged as text, are made into another one, then into its wide tables:
seconds, seconds of processor, bytes a quad. Parsing and staging are not counted. `queries`: those of
`bench.mix`, over FILE in this process, with and without wide tables: milliseconds of processor, and how many
of them DuckDB needs to plan; the answers are compared.
"""

import argparse
import json
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import geometric_mean, median

from bench.mix.__main__ import QUERIES, declared
from graph import settings
from graph.columns import Builder, Columns, wide
from graph.columns.connection import attach
from graph.prefixes import Prefixes
from graph.sparql.columns_store import ColumnsStore

_STAGED = """
    INSERT INTO staged SELECT s.value, p.value, o.value, o.datatype, o.language, g.value, NULL, NULL
    FROM given.quads q JOIN given.terms s ON s.id = q.s JOIN given.terms p ON p.id = q.p
    JOIN given.terms o ON o.id = q.o JOIN given.terms g ON g.id = q.g"""
_MEMORY_MB, _THREADS = 1024, 2
_JSON = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Taken:
    seconds: float
    processor: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", nargs="+", choices=["build", "queries"], default=["build", "queries"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--queries", nargs="+", default=[])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lienthong-columns-") as name:
        folder = Path(name)
        if "build" in given.only:
            build(given.file, folder)
        if "queries" in given.only:
            queries(given.file, folder, given.runs, given.queries)


def build(file: Path, folder: Path) -> None:
    made = folder / "made.duckdb"
    with Builder(made, memory_mb=_MEMORY_MB, threads=_THREADS, keep_source=False) as builder:
        attach(builder.connection, file, "given")
        builder.connection.execute(_STAGED)
        columns = _taken(builder.finish)
    tables = _taken(lambda: wide.build(made, folder / wide.FILE, memory_mb=_MEMORY_MB, threads=_THREADS))
    with Columns(made) as opened:
        quads = opened.statistics().quads
    for label, taken, path in (("columns", columns, made), ("wide tables", tables, folder / wide.FILE)):
        size = path.stat().st_size
        print(
            f"{label:<12} {taken.seconds:>7.1f} s {taken.processor:>7.1f} s of processor"
            f" {quads / taken.seconds:>12,.0f} quads/s {size / quads:>6.1f} bytes a quad"
        )


def queries(file: Path, folder: Path, runs: int, only: list[str]) -> None:
    known = Prefixes.load(settings.load().ontology_dir / "catalogue.ttl")
    stores = [_store(file, folder / "alone", is_wide=False), _store(file, folder / "beside", is_wide=True)]
    print(f"{'milliseconds':<20}{'quads':>9}{'planning':>10}{'wide':>9}{'planning':>10}  answers")
    ratios = []
    for name, text in tomllib.loads(QUERIES.read_text(encoding="utf-8")).items():
        if only and name not in only:
            continue
        asked = declared(known, text) + text
        answers = [_solutions(_answer(one, asked)) for one in stores]
        quads, beside = _medians(stores, runs, partial(_answer, text=asked))
        plans = _medians(stores, runs, partial(_planned, text=asked))
        ratios.append(quads / beside)
        same = "same" if answers[0] == answers[1] else "differ"
        print(f"{name:<20}{quads:>9.1f}{plans[0]:>10.1f}{beside:>9.1f}{plans[1]:>10.1f}  {same}", flush=True)
    print(f"quads / wide: geometric mean {geometric_mean(ratios):.2f}")


def _store(file: Path, folder: Path, *, is_wide: bool) -> ColumnsStore:
    folder.mkdir()
    columns = folder / "columns.duckdb"
    columns.symlink_to(file.resolve())
    if is_wide:
        wide.build(file, folder / wide.FILE, memory_mb=_MEMORY_MB, threads=_THREADS)
    return ColumnsStore.open(columns, memory_mb=_MEMORY_MB, threads=_THREADS)


def _solutions(document: bytes) -> list[str]:
    return sorted(map(str, json.loads(document)["results"]["bindings"]))


def _medians(stores: list[ColumnsStore], runs: int, call: Callable[[ColumnsStore], object]) -> list[float]:
    """Milliseconds of processor for each of the stores, which take turns."""
    taken = [[_taken(partial(call, one)).processor for one in stores] for _ in range(runs)]
    return [1000 * median(one) for one in zip(*taken, strict=True)]


def _planned(store: ColumnsStore, text: str) -> str:
    return store.explain(text, store.graphs, _JSON)


def _answer(store: ColumnsStore, text: str) -> bytes:
    graphs = tuple(store.graphs)
    return store.query(text, default_graph=graphs, named_graphs=graphs, media_type=_JSON, max_bytes=1 << 30)


def _taken(call: Callable[[], object]) -> Taken:
    began, used = time.perf_counter(), time.process_time()
    call()
    return Taken(time.perf_counter() - began, time.process_time() - used)


if __name__ == "__main__":
    main()
