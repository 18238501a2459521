"""Validation over columns, beside pySHACL, the Rust package `shacl` and TopQuadrant's engine.

    python -m bench.validation [--quads 1000000] [--runs 3]
        [--peers text rust topquadrant pyshacl] [--share 0.02]
    python -m bench.validation --quads 10000000 --changes 40 --peers --runs 0

`text` is ours from an N-Quads file on. The data are a generation of the made-up data sets, scaled to about
so many quads, judged by all the shapes of the repository. pySHACL gets a share of the entities (it needs
hours for the whole); rates are compared. Each measurement is a process of its own, so that its peak memory
is its own (with its children). Seconds differ from machine to machine; the ratios are what to look at,
those of processor time where others use the machine.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.validation import changes
from graph.columns import Builder
from graph.columns.connection import attach
from graph.iris import Iris

FIXED_QUADS, QUADS_OF_SCALE = 420_000, 307_000
"""Of the made-up data sets, those that are always there, and those that come with each further scale."""
_QUADS = """
SELECT {s}, p.value, CASE WHEN o.datatype IS NULL THEN {o} ELSE o.value END, o.datatype, o.language, g.value,
    NULL, NULL
FROM one.quads q JOIN one.terms s ON s.id = q.s JOIN one.terms p ON p.id = q.p JOIN one.terms o ON o.id = q.o
JOIN one.terms g ON g.id = q.g WHERE {where}"""
PEERS = ["text", "rust", "topquadrant", "pyshacl"]


def build(folder: Path, quads: int) -> Path:
    """Columns of all the made-up data sets together, about so many quads; nothing is validated before."""
    from graph import settings
    from graph.columns import merge
    from ingest import access, demo
    from ingest import build as building
    from ingest.dataset import discover
    from ingest.progress import Clock, silent
    from ingest.report import DataSetReport

    chosen = settings.load(data_dir=folder / "data", sources_dir=folder / "sources")
    demo.generate(folder / "sources", scale=max(quads - FIXED_QUADS, 1) / QUADS_OF_SCALE)
    rules, parts = access.rules(chosen), []
    for one in discover(chosen).values():
        if not one.is_kept_by_update:
            report = DataSetReport(one.name, one.title)
            clock = Clock(one.name, report.steps, silent)
            parts.append(folder / f"{one.name}.duckdb")
            building.build(one, chosen, rules, parts[-1], report, clock)
    merge(parts, folder / "columns.duckdb")
    return folder / "columns.duckdb"


def copied(columns: Path, folder: Path, copies: int) -> Path:
    """Columns of the same entities several times, each time with IRIs of their own: what ingest would take
    long to make. Most IRIs are then not what their shapes want, and each copy has a result for it."""
    ids = Iris().entities
    s, o = (
        f"CASE WHEN starts_with({end}.value, '{ids}') OR starts_with({end}.value, '_:')"
        f" THEN {end}.value || '~{{copy}}' ELSE {end}.value END"
        for end in "so"
    )
    selects = [
        _QUADS.format(s=s.format(copy=copy), o=o.format(copy=copy), where="TRUE") for copy in range(copies)
    ]
    return _written(columns, folder / "copied", selects)


def part(columns: Path, folder: Path, share: float) -> Path:
    """Columns of some of the entities."""
    where = f"hash(s.value) % 1000 < {int(share * 1000)}"
    return _written(columns, folder / "part", [_QUADS.format(s="s.value", o="o.value", where=where)])


def _written(columns: Path, target: Path, selects: Sequence[str]) -> Path:
    with Builder(target, keep_source=False) as builder:
        attach(builder.connection, columns, "one")
        for select in selects:
            builder.connection.execute(f"INSERT INTO staged {select}")
        builder.finish()
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
    parser.add_argument("--copies", type=int, default=1, help="of all entities, for a larger graph")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    parser.add_argument("--share", type=float, default=0.02, help="share of the entities that pySHACL gets")
    parser.add_argument("--changes", type=int, default=0, help="of single entities of each kind, one by one")
    parser.add_argument("--alone", choices=["ours", *PEERS], help=argparse.SUPPRESS)
    parser.add_argument("--columns", type=Path, help="columns that are there already")
    given = parser.parse_args()
    if given.alone:
        from bench.validation.engines import ENGINES

        result = ENGINES[given.alone](given.columns)
        whose = resource.RUSAGE_CHILDREN if given.alone == "topquadrant" else resource.RUSAGE_SELF
        peak = resource.getrusage(whose).ru_maxrss / 1024
        print(json.dumps(result | {"peak_mib": peak}))
        return
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as passing:
        folder = Path(passing)
        columns = given.columns or build(folder, given.quads)
        if given.copies > 1:
            columns = copied(columns, folder, given.copies)
        if given.changes:
            changes.measure(columns, given.changes)
        small = part(columns, folder, given.share) if "pyshacl" in given.peers else columns
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in ("ours", *given.peers)}
        for _ in range(given.runs):
            for name, kept in runs.items():
                kept.append(alone(name, small if name == "pyshacl" else columns))
    if given.runs:
        show(runs)


def show(runs: dict[str, list[dict[str, Any]]]) -> None:
    print(f"{'engine':<13}{'quads':>12}{'results':>10}{'quads/s':>12}{'ours is':>10}", end="")
    print(f"{'quads/processor s':>20}{'ours is':>10}{'peak MiB':>10}")
    for name, kept in runs.items():
        peak = statistics.median(one["peak_mib"] for one in kept)
        print(f"{name:<13}{kept[0]['quads']:>12,}{kept[0]['results']:>10,}", end="")
        for unit, width in (("seconds", 12), ("processor", 20)):
            rate, own = _rate(kept, unit), _rate(runs["ours"], unit)
            print(f"{rate:>{width},.0f}{own / rate:>9.1f}×", end="")
        print(f"{peak:>10,.0f}")


def _rate(kept: Sequence[dict[str, Any]], unit: str) -> float:
    return float(statistics.median(one["quads"] / one[unit] for one in kept))


if __name__ == "__main__":
    main()
