"""The catalogue's questions, over columns and over Oxigraph: milliseconds side by side, answers compared.

    python -m bench.analytics [--runs 3] [--seconds 20] [--data DIR] [--questions NAME ...]

Both engines open the current generation of the data folder and see all its graphs. Each question is asked of
either in turn; Oxigraph in a process that is ended after --seconds, which then count as its time. `planned`
is the first time over columns, with reading and compiling the query.

Milliseconds are those of the processor, which a machine with other work on it changes least; the columns use
two threads, so that their answer is there sooner.
"""

import argparse
import json
import math
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

from graph import queries, settings
from graph.algebra import Unsupported
from graph.sparql.columns_store import ColumnsStore
from graph.stores.generations import Generation, Generations

JSON = "application/sparql-results+json"
MOST_BYTES = 100_000_000
MEMORY_MB = 1024
LONG = 0.3
"""Seconds of Oxigraph: what takes so long is work on everything."""
LEAST = 0.0001
"""Seconds that are told from none."""
ENOUGH, MOST_TIMES = 0.1, 50
CHILD = f"""
import json, resource, sys, time
from pathlib import Path
from graph.stores.oxigraph import OxigraphStore
store, text, graphs, runs, form, most, seconds = json.load(sys.stdin)
resource.setrlimit(resource.RLIMIT_CPU, (int(seconds * runs) + 1, int(seconds * runs) + 1))
opened, taken = OxigraphStore.open(Path(store)), []
for _ in range(runs):
    started, times = time.process_time(), 0
    while times < {MOST_TIMES} and time.process_time() - started < {ENOUGH}:
        found = opened.query(text, default_graph=graphs, named_graphs=graphs, media_type=form, max_bytes=most)
        times += 1
    taken.append((time.process_time() - started) / times)
sys.stdout.buffer.write(json.dumps(taken).encode() + b"\\n" + bytes(found))
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--questions", nargs="*", default=[])
    given = parser.parse_args()
    chosen = settings.load(data_dir=given.data) if given.data else settings.load()
    generation = Generations(chosen.data_dir).require_current()
    print(f"{generation.id}, {generation.manifest.quads:,} quads; milliseconds, medians of {given.runs}")
    print(f"{'':<46}{'planned':>9}{'columns':>9}{'Oxigraph':>10}{'ratio':>9}  answers")
    store = ColumnsStore.open(generation.columns, memory_mb=MEMORY_MB, threads=2)
    ratios: list[tuple[float, float]] = []
    paths = [*chosen.queries_dir.glob("*.rq"), *chosen.datasets_dir.glob("*/queries/*.rq")]
    for path in sorted(paths, key=lambda one: one.stem):
        if given.questions and path.stem not in given.questions:
            continue
        text = queries.read(path).text
        try:
            planned, warm, answer = over_columns(store, generation, text, given.runs)
        except Unsupported as refused:
            print(f"{path.stem:<46}not over columns: {refused.reason}")
            continue
        oxigraph, other = over_oxigraph(generation, text, given.runs, given.seconds)
        ratios.append((oxigraph, max(oxigraph, LEAST) / max(warm, LEAST)))
        same = "not compared" if other is None else "same" if rows(answer) == rows(other) else "differ"
        mark = ">" if other is None else " "
        print(
            f"{path.stem:<46}{planned * 1000:>9.0f}{warm * 1000:>9.0f}{mark}{oxigraph * 1000:>9.0f}"
            f"{mark}{oxigraph / warm:>8.1f}  {same}",
            flush=True,
        )
    long = [ratio for oxigraph, ratio in ratios if oxigraph >= LONG]
    short = [ratio for oxigraph, ratio in ratios if oxigraph < LONG]
    kinds = {"of 300 ms and more": long, "of less": short, "in all": [*long, *short]}
    for kind, found in kinds.items():
        if found:
            mean = math.exp(sum(map(math.log, found)) / len(found))
            print(f"{len(found)} questions {kind}; geometric mean of the ratios: {mean:.2f}")


def over_columns(
    store: ColumnsStore, generation: Generation, text: str, runs: int
) -> tuple[float, float, bytes]:
    """Seconds of the first time and of those after it, and the answer."""
    graphs = list(generation.manifest.graphs)

    def ask() -> bytes:
        return store.query(
            text, default_graph=graphs, named_graphs=graphs, media_type=JSON, max_bytes=MOST_BYTES
        )

    started = time.process_time()
    answer = ask()
    planned = time.process_time() - started
    return planned, median(_seconds(ask) for _ in range(runs)), answer


def _seconds(ask: Callable[[], object]) -> float:
    """Of the processor, counted in steps of some milliseconds: over as many times as fill a tenth."""
    started, times = time.process_time(), 0
    while times < MOST_TIMES and time.process_time() - started < ENOUGH:
        ask()
        times += 1
    return (time.process_time() - started) / times


def over_oxigraph(generation: Generation, text: str, runs: int, seconds: float) -> tuple[float, bytes | None]:
    """Seconds of one, and the answer; `seconds` and None where there is none by then."""
    asked = [
        str(generation.oxigraph),
        text,
        list(generation.manifest.graphs),
        runs,
        JSON,
        MOST_BYTES,
        seconds,
    ]
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHILD],
            input=json.dumps(asked).encode(),
            cwd=Path(__file__).resolve().parents[1],
            capture_output=True,
            check=True,
        )
    except subprocess.CalledProcessError as ended:
        if ended.returncode not in (-signal.SIGXCPU, -signal.SIGKILL):
            raise
        return seconds, None
    taken, _, answer = done.stdout.partition(b"\n")
    return median(json.loads(taken)), answer


def rows(answer: bytes) -> object:
    """The solutions in no order, or the truth value."""
    read = json.loads(answer)
    if "boolean" in read:
        return read["boolean"]
    return Counter(json.dumps(row, sort_keys=True) for row in read["results"]["bindings"])


if __name__ == "__main__":
    main()
