"""Validation over columns, beside pySHACL and the Rust package `shacl`.

    python -m bench.validation [--quads 1000000] [--runs 3] [--peers rust pyshacl] [--share 0.02]

The data are a generation of the made-up data sets, scaled to about so many quads, judged by all the shapes of
the repository. pySHACL gets a share of the entities (it needs hours for the whole); rates are compared. Each
measurement is a process of its own, so that its peak memory is its own. Seconds differ from machine to
machine; the ratios are what to look at.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
QUADS_AT_SCALE_1 = 420_000


def ours(columns: Path) -> dict[str, Any]:
    from graph.shacl.session import Session
    from graph.shacl.validator import ColumnsValidator

    validator = ColumnsValidator(ROOT / "shapes", ROOT / "ontology")
    validator.prepare()
    began = time.perf_counter()
    with Session(columns) as session:
        found = validator.count(session)
    return {"seconds": time.perf_counter() - began, "results": found, "quads": _quads(columns)}


def rust(columns: Path) -> dict[str, Any]:
    import shacl

    text = _ntriples(columns)
    shapes = shacl.Shapes.from_text(_shapes().serialize(format="nt"), format="ntriples")
    began = time.perf_counter()
    report = shapes.validate_text(text, format="ntriples")
    return {"seconds": time.perf_counter() - began, "results": len(report.results), "quads": _quads(columns)}


def pyshacl(columns: Path) -> dict[str, Any]:
    from graph.shacl.reference import PyShaclValidator

    validator = PyShaclValidator(ROOT / "shapes", ROOT / "ontology")
    began = time.perf_counter()
    report = validator.validate(columns, [])
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "results": len(report.violations), "quads": _quads(columns)}


ENGINES = {"ours": ours, "rust": rust, "pyshacl": pyshacl}


def _shapes() -> Any:
    from graph import turtle

    return turtle.read(*sorted((ROOT / "shapes").glob("*.ttl")))


def _quads(columns: Path) -> int:
    from graph.columns import Columns

    with Columns(columns) as opened:
        return opened.statistics().quads


def _ntriples(columns: Path) -> str:
    from graph.columns import Columns

    with Columns(columns) as opened:
        text = b"".join(opened.nquads()).decode()
        for graph in opened.statistics().graphs:
            text = text.replace(f" <{graph}> .\n", " .\n")
    return text


def build(folder: Path, quads: int) -> Path:
    """Columns of a whole generation of about so many quads; nothing is validated before."""
    from graph import settings
    from ingest import demo, pipeline

    chosen = settings.load(data_dir=folder / "data", sources_dir=folder / "sources")
    demo.generate(folder / "sources", scale=quads / QUADS_AT_SCALE_1)
    report = pipeline.run(chosen)
    assert not report.failed, [str(one.error) for one in report.datasets if one.error]
    from graph.stores.generations import Generations

    return Generations(chosen.data_dir).require_current().columns


def part(columns: Path, folder: Path, share: float) -> Path:
    """Columns of some of the entities."""
    from graph.columns import Columns, about

    with Columns(columns) as opened:
        rows = opened.connection.execute(
            "SELECT value FROM terms WHERE datatype IS NULL AND id IN (SELECT DISTINCT s FROM quads)"
            f" AND hash(value) % 1000 < {int(share * 1000)}"
        ).fetchall()
    target = folder / "part"
    about(columns, {value for (value,) in rows}, target)
    return target


def alone(engine: str, columns: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.validation", "--alone", engine, "--columns", str(columns)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", nargs="*", choices=["rust", "pyshacl"], default=["rust", "pyshacl"])
    parser.add_argument("--share", type=float, default=0.02, help="share of the entities that pySHACL gets")
    parser.add_argument("--alone", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--columns", type=Path, help="columns that are there already")
    given = parser.parse_args()
    if given.alone:
        result = ENGINES[given.alone](given.columns)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result | {"peak_mib": peak}))
        return
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as passing:
        folder = Path(passing)
        columns = given.columns or build(folder, given.quads)
        small = part(columns, folder, given.share) if "pyshacl" in given.peers else columns
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in ("ours", *given.peers)}
        for _ in range(given.runs):
            for name, kept in runs.items():
                kept.append(alone(name, small if name == "pyshacl" else columns))
    show(runs)


def show(runs: dict[str, list[dict[str, Any]]]) -> None:
    rates = {
        name: statistics.median(one["quads"] / one["seconds"] for one in kept) for name, kept in runs.items()
    }
    print(f"{'engine':<10}{'quads':>12}{'results':>10}{'quads/s':>14}{'peak MiB':>10}{'ours is':>10}")
    for name, kept in runs.items():
        peak = statistics.median(one["peak_mib"] for one in kept)
        print(
            f"{name:<10}{kept[0]['quads']:>12,}{kept[0]['results']:>10,}{rates[name]:>14,.0f}{peak:>10,.0f}"
            f"{rates['ours'] / rates[name]:>9.1f}×"
        )


if __name__ == "__main__":
    main()
