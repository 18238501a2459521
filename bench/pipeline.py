"""The pipeline on the bundled data sets, beside a bare `Store.bulk_load` of the same quads.

    python -m bench.pipeline [--runs 3] [--json FILE]

Each run is a process of its own, so that its peak memory is its own; the two kinds of run alternate, and
the medians are compared. Seconds differ from machine to machine; the ratio is what to look at.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

UNITS = {
    "extract": "rows",
    "check": "checks",
    "map": "triples",
    "write": "quads",
    "validate": "focus nodes",
    "measure": "quads",
}


def measure_pipeline(folder: Path) -> dict[str, Any]:
    """One whole run into `folder`: seconds and items of each step, seconds of the whole."""
    from graph import settings
    from ingest import pipeline

    marks: list[tuple[str, float]] = []
    began = time.perf_counter()
    report = pipeline.run(
        settings.load(data_dir=folder / "data"),
        jobs=1,
        on_step=lambda step: marks.append((step, time.perf_counter())),
    )
    ended = time.perf_counter()
    assert not report.failed, "the bundled data sets must be valid"
    steps: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for dataset in report.datasets:
        for step in dataset.steps:
            steps[step.name][0] += step.seconds
            steps[step.name][1] += step.items
    for (name, start), stop in zip(marks, [*(start for _, start in marks[1:]), ended], strict=True):
        steps[f"publish: {name.split()[0]}"][0] += stop - start
    return {"seconds": ended - began, "steps": steps}


def measure_bulk_load(folder: Path) -> dict[str, Any]:
    """A bare bulk load of the same quads from an N-Quads file, then `optimize()` as a reader needs it."""
    import pyoxigraph

    store = pyoxigraph.Store(str(folder / "bare"))
    began = time.perf_counter()
    store.bulk_load(path=str(folder / "quads.nq"), format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    store.optimize()
    return {"seconds": time.perf_counter() - began, "quads": len(store)}


def alone(kind: str, folder: Path) -> dict[str, Any]:
    """One measurement in its own process; adds its peak memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.pipeline", "--alone", kind, "--folder", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def export(folder: Path) -> int:
    """Writes what was published as N-Quads; gives the number of quads."""
    from graph.columns import Columns
    from graph.stores.generations import Generations

    generation = Generations(folder / "data").require_current()
    with Columns(generation.columns) as columns, (folder / "quads.nq").open("wb") as file:
        file.writelines(columns.nquads())
    return generation.manifest.quads


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--alone", choices=["pipeline", "bulk_load"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        measure = {"pipeline": measure_pipeline, "bulk_load": measure_bulk_load}[given.alone]
        result = measure(given.folder)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result | {"peak_mib": peak}))
        return
    ours, bare, quads = [], [], 0
    for _ in range(given.runs):
        with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as passing:
            folder = Path(passing)
            ours.append(alone("pipeline", folder))
            quads = export(folder)
            bare.append(alone("bulk_load", folder))
    show(ours, bare, quads)
    if given.json:
        given.json.write_text(json.dumps({"pipeline": ours, "bulk_load": bare, "quads": quads}, indent=2))


def show(ours: list[dict[str, Any]], bare: list[dict[str, Any]], quads: int) -> None:
    print(f"{quads:,} quads · {len(ours)} runs · medians\n")
    print(f"{'step':<22}{'seconds':>9}{'items':>12}  {'per second':>12}")
    for name in ours[0]["steps"]:
        seconds = statistics.median(run["steps"][name][0] for run in ours)
        items = int(ours[0]["steps"][name][1])
        rate = f"{items / seconds:>12,.0f} {UNITS.get(name, '')}" if items and seconds else ""
        print(f"{name:<22}{seconds:>9.2f}{items or '':>12}  {rate}")
    whole = statistics.median(run["seconds"] for run in ours)
    load = statistics.median(run["seconds"] for run in bare)
    for name, seconds, runs in (("the whole pipeline", whole, ours), ("bare Store.bulk_load", load, bare)):
        peak = statistics.median(run["peak_mib"] for run in runs)
        print(
            f"{name:<22}{seconds:>9.2f}{quads:>12}  {quads / seconds:>12,.0f} quads/s, peak {peak:,.0f} MiB"
        )
    print(f"\nratio of the whole to a bare bulk load: {whole / load:.1f}")


if __name__ == "__main__":
    main()
