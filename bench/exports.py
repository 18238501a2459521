"""What it costs to export whole collections: of the current generation of the data folder.

    python -m bench.exports [COLLECTION …] [--columns FILE] [--formats ndjson,csv,parquet]

Each table is written by a process of its own, as the service does it, to a file; as somebody who may see
everything. Rows are counted by second of the clock and of its processor, of both cores together, from its
start to its end.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from api import knowledge
from api.facade import tables
from graph import settings
from graph.columns import Columns
from graph.stores.generations import Generations


def main(collections: list[str], columns: Path | None, formats: list[str]) -> None:
    chosen = settings.load()
    known = knowledge.load(chosen)
    path = columns or Generations(chosen.data_dir).require_current().columns
    with Columns(path) as opened:
        graphs = frozenset(opened.statistics().graphs)
        print(f"{sum(one.quads for one in opened.statistics().graphs.values()):,} quads")
    for name in collections or [*known.types.collections]:
        one = known.types.collections[name]
        for written in (known_format for known_format in tables.OFFERED if known_format.extension in formats):
            asked = tables.request(
                one, one.properties, known.vocabulary, columns=path, graphs=graphs, written=written
            )
            measure(name, asked.dumps(), written.extension)


def measure(name: str, asked: str, extension: str) -> None:
    with tempfile.TemporaryFile() as out:
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "graph.tables.process"],
            input=asked.encode(),
            stdout=out,
            stderr=subprocess.PIPE,
            check=True,
        )
        seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        rows = int(done.stderr)
        print(
            f"{name:<30}{extension:<8}{rows:>9,} rows{out.tell() / 2**20:>8.1f} MiB{seconds:>7.2f} s"
            f"{rows / seconds:>10,.0f} rows/s{processor:>7.1f} s of processor{rows / processor:>9,.0f}/s"
            f"{after.ru_maxrss / 1024:>8,.0f} MiB peak so far"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collections", nargs="*")
    parser.add_argument("--columns", type=Path)
    parser.add_argument("--formats", default="ndjson,csv,parquet")
    given = parser.parse_args()
    main(given.collections, given.columns, given.formats.split(","))
