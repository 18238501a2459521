"""What it costs to export whole collections: of the current generation of the data folder.

    python -m bench.exports [COLLECTION …] [--data DIR] [--formats ndjson,csv,parquet]

From `lienthong serve`, as somebody who may see everything, one table after the other, to a file. Rows are
counted by second of the clock, from the request to the last byte; seconds of the processor are those of the
service and all its processes, with the start of the one that waits for the next table. In the end all tables
together.
"""

import argparse
import csv
import http.client
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import pyarrow.parquet as pq

from api import knowledge
from bench import processor
from bench.mix import service
from graph import settings

_PIECE = 1 << 20
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Cost:
    rows: int
    size: int
    seconds: float
    processor: float

    def __str__(self) -> str:
        return (
            f"{self.rows:>9,} rows{self.size / 2**20:>8.1f} MiB{self.seconds:>7.2f} s"
            f"{self.rows / self.seconds:>10,.0f} rows/s{self.processor:>7.1f} s of processor"
        )


def main(data: Path, collections: Sequence[str], formats: Sequence[str]) -> None:
    names = collections or [*knowledge.load(settings.load()).types.collections]
    with service.running(data, "both", _SECONDS) as served:
        for extension in formats:
            costs = []
            for name in names:
                costs.append(measure(served, name, extension))
                print(f"{name:<30}{extension:<8}{costs[-1]}", flush=True)
            print(f"{f'{len(costs)} together':<30}{extension:<8}{_sum(costs)}")


def measure(served: service.Service, name: str, extension: str) -> Cost:
    """One table. Raises OSError where it is not written."""
    with tempfile.TemporaryFile() as out:
        before, started = processor.seconds(served.process), time.perf_counter()
        download(served, f"/api/v1/exports/{name}?format={extension}", out)
        seconds = time.perf_counter() - started
        return Cost(rows(out, extension), out.tell(), seconds, processor.seconds(served.process) - before)


def download(served: service.Service, path: str, out: BinaryIO) -> None:
    connection = http.client.HTTPConnection(urlsplit(served.endpoint).netloc, timeout=_SECONDS)
    connection.request("GET", path, headers={"X-API-Key": served.key})
    answer = connection.getresponse()
    if answer.status != http.client.OK:
        raise OSError(f"{path}: {answer.status} {answer.read().decode()}")
    shutil.copyfileobj(answer, out, _PIECE)
    connection.close()


def rows(table: BinaryIO, extension: str) -> int:
    """Of a whole table; its position is at the end again."""
    table.seek(0)
    match extension:
        case "parquet":
            counted: int = pq.ParquetFile(table).metadata.num_rows
        case "csv":
            counted = sum(1 for _ in csv.reader(line.decode() for line in table)) - 1
        case _:
            counted = sum(1 for _ in table)
    table.seek(0, 2)
    return counted


def _sum(costs: Sequence[Cost]) -> Cost:
    return Cost(
        sum(one.rows for one in costs),
        sum(one.size for one in costs),
        sum(one.seconds for one in costs),
        sum(one.processor for one in costs),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", nargs="*")
    parser.add_argument("--data", type=Path, default=settings.load().data_dir)
    parser.add_argument("--formats", default="ndjson,csv,parquet")
    given = parser.parse_args()
    main(given.data, given.collections, given.formats.split(","))
