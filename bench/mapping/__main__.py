"""The mapping engine beside morph-kgc: flat and join-heavy, time and memory, in one run, in turn.

    python -m bench.mapping [--rows 1000000] [--cases flat,joins] [--runs 3] [--json FILE]
    python -m bench.mapping --scaling 1,10 --cases flat      ours alone at multiples of --rows
    python -m bench.mapping --generation                     to a queryable store, beside Store.bulk_load

Every measurement is a process of its own. Seconds differ from machine to machine and with what else it does:
the ratio, made of measurements that took turns, is what to look at.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.mapping import environment, inputs
from bench.mapping.measure import Measured, run

Results = dict[str, list[Measured]]
_MORPH = {1: "morph-kgc, 1 process", 2: "morph-kgc, 2 processes"}


def ours(what: str, folder: Path, target: Path, memory_mb: int) -> Measured:
    command = [sys.executable, "-m", "bench.mapping.ours", what, str(folder), str(target), str(memory_mb)]
    return run(command, cwd=Path(__file__).resolve().parents[2])


def morph(given: inputs.Inputs, processes: int) -> Measured:
    output = given.folder / "morph.nt"
    output.unlink(missing_ok=True)
    command = environment.command(given.folder, given.mapping, output, processes)
    return run(command, cwd=given.folder)


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB that DuckDB may use while it maps, and while it makes columns (which holds a million terms)."""

    mapping: int
    columns: int

    def of(self, what: str) -> int:
        return self.mapping if what == "nquads" else self.columns


def compare(given: inputs.Inputs, runs: int, memory: Memory) -> Results:
    """Source to file and to columns, in turn with morph-kgc; both must write the same triples."""
    results: Results = defaultdict(list)
    for _ in range(runs):
        for processes in (1, 2):
            results[_MORPH[processes]].append(morph(given, processes))
        for name, what, target in (
            ("to N-Quads", "nquads", "ours.nq"),
            ("to columns", "columns", "c.duckdb"),
        ):
            measured = ours(what, given.folder, given.folder / target, memory.of(what))
            assert int(measured.output) == given.triples, f"{measured.output} of {given.triples} quads"
            results[name].append(measured)
    same = ours("check", given.folder, given.folder / "check", memory.columns)
    assert same.output == "1", "the two engines made different triples"
    return results


def generation(given: inputs.Inputs, runs: int, memory: Memory) -> Results:
    """Source to a queryable store on disk: ours to a whole generation, which answers from its columns before
    its Oxigraph store is loaded; the other to a store of the triples alone."""
    results: Results = defaultdict(list)
    for _ in range(runs):
        with tempfile.TemporaryDirectory(dir=given.folder) as passing:
            folder = Path(passing)
            mapped = morph(given, 2)
            loaded = ours("bulk_load", given.folder, folder / "bare", memory.columns)
            results["morph-kgc, then bulk_load"].append(
                Measured(
                    mapped.seconds + loaded.seconds,
                    mapped.cpu_seconds + loaded.cpu_seconds,
                    max(mapped.peak_mib, loaded.peak_mib),
                    loaded.output,
                )
            )
            results["of that, bulk_load"].append(loaded)
            whole = ours("generation", given.folder, folder / "own", memory.columns)
            answered = json.loads((folder / "own" / "answered.json").read_text(encoding="utf-8"))
            results["until the columns answer"].append(Measured(*answered, whole.output))
            results["and Oxigraph is loaded"].append(whole)
    return results


def scaling(case: str, rows: int, factors: list[int], folder: Path, memory: Memory) -> Results:
    results: Results = {}
    for factor in factors:
        with tempfile.TemporaryDirectory(dir=folder) as passing:
            given = inputs.MAKERS[case](Path(passing), rows * factor)
            for name, what in (("N-Quads", "nquads"), ("columns", "columns")):
                measured = ours(what, given.folder, given.folder / what, memory.of(what))
                assert int(measured.output) == given.triples
                results[f"{factor} × to {name}"] = [measured]
    return results


def show(title: str, results: Results, triples: int | None, reference: str | None) -> None:
    print(f"\n{title}")
    heads = f"{'seconds':>9}{'spread':>15}{'processor s':>13}{'triples/s':>12}{'peak MiB':>10}{'ratio':>8}"
    print(f"{'':<28}{heads}")
    base = statistics.median(one.seconds for one in results[reference]) if reference else None
    for name, measured in results.items():
        seconds = [one.seconds for one in measured]
        median = statistics.median(seconds)
        made = triples or int(measured[0].output)
        ratio = f"{base / median:.2f}" if base else ""
        print(
            f"{name:<28}{median:>9.1f}{f'{min(seconds):.1f} – {max(seconds):.1f}':>15}"
            f"{statistics.median(one.cpu_seconds for one in measured):>13.1f}{made / median:>12,.0f}"
            f"{max(one.peak_mib for one in measured):>10,.0f}{ratio:>8}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--cases", default="flat,joins")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", type=int, default=256, help="MiB that DuckDB may use to map")
    parser.add_argument("--columns-memory", type=int, default=384, help="the same, to make columns")
    parser.add_argument("--scaling", help="multiples of --rows, such as 1,10,100")
    parser.add_argument("--generation", action="store_true")
    parser.add_argument("--folder", type=Path, help="where the files go; a passing folder by default")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    memory = Memory(given.memory, given.columns_memory)
    kept: dict[str, dict[str, list[dict[str, object]]]] = {}
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-", dir=given.folder) as passing:
        for case in given.cases.split(","):
            folder = Path(passing)
            title = f"{case}, {given.rows:,} rows"
            if given.scaling:
                factors = [int(factor) for factor in given.scaling.split(",")]
                results = scaling(case, given.rows, factors, folder, memory)
                show(f"{title}, and multiples of it", results, None, None)
            else:
                made = inputs.MAKERS[case](folder / case, given.rows)
                if given.generation:
                    results = generation(made, given.runs, memory)
                    show(f"{title}: to a store", results, made.triples, "morph-kgc, then bulk_load")
                else:
                    results = compare(made, given.runs, memory)
                    show(title, results, made.triples, _MORPH[2])
            kept[title] = {name: [asdict(one) for one in measured] for name, measured in results.items()}
    if given.json:
        given.json.write_text(json.dumps(kept, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
