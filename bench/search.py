"""What the search index costs, and how long it is asked: of the current generation of the data folder.

    python -m bench.search [--runs 20]

The index is made anew in a temporary folder; each text is searched for as somebody who may see everything,
the first page alone and then with the hits counted. Milliseconds are medians.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from graph import search, settings
from graph.search import Index, Query
from graph.stores.generations import Generations

TEXTS = ("00004", "ha noi", "Hà Nội", "dong da", "nguyen van", "cong ty co phan", "xa")
PAGE = 20


def milliseconds(runs: int, work: Callable[[], object]) -> float:
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken)


def main(runs: int) -> None:
    generation = Generations(settings.load().data_dir).require_current()
    graphs = frozenset(generation.manifest.graphs)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "search.sqlite"
        started, processor = time.perf_counter(), time.process_time()
        texts = search.build(generation.columns, path)
        seconds, processor = time.perf_counter() - started, time.process_time() - processor
        size, beside = path.stat().st_size / 2**20, generation.columns.stat().st_size / 2**20
        print(f"{generation.manifest.quads:,} quads, {texts:,} texts")
        print(
            f"made in {seconds:.1f} s, {processor:.1f} s of processor; {size:.1f} MiB ({beside:.1f} columns)"
        )
        index = Index(path, seconds=60)
        for text in TEXTS:
            asked = Query(text, graphs, graphs)
            found = milliseconds(runs, lambda asked=asked: index.find(asked, PAGE))  # type: ignore[misc]  # a lambda's defaults
            counted = milliseconds(runs, lambda asked=asked: index.count(asked))  # type: ignore[misc]  # a lambda's defaults
            total = index.count(asked).total
            print(f"{text:<18}{total:>8,} hits{found:>9.1f} ms{counted:>9.1f} ms counted")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    main(parser.parse_args().runs)
