"""Reads one source in a process of its own whose memory is limited, and says what came of it.

    python -m tests.sources.bounded_child '{"folder": …, "path": …, "format": …, "limit": MiB}'

`address` is that of a database server, where the source is one's; `memory` the MB that DuckDB may use.

Prints one line of JSON: rows and cells, or the SourceError in both languages with its place; seconds and the
peak memory beyond what the programme itself takes, in MiB.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
from pydantic import SecretStr

from graph.errors import SourceError
from ingest.sources import Connections, Format, LogicalSource, extract

MIB = 1 << 20


def peak() -> float:
    # Not getrusage: a child's maximum begins with what its parent had.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def read(given: dict[str, Any]) -> dict[str, Any]:
    folder, memory = Path(given.pop("folder")), given.pop("memory", 512)
    addresses = {"server": SecretStr(given.pop("address"))} if "address" in given else {}
    source = LogicalSource("t", given.pop("path"), Format(given.pop("format")), **given)
    with (
        duckdb.connect(str(folder / "working.duckdb")) as connection,
        Connections(addresses) as connections,
    ):
        connection.execute(
            f"SET threads = 2; SET memory_limit = '{memory}MB'; SET temp_directory = '{folder}/spilt'"
        )
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("DROP TABLE IF EXISTS t")
        before, began = peak(), time.monotonic()
        try:
            relation = extract(
                connection, source, data_dir=folder, mapping_dir=folder, connections=connections
            )
            told: dict[str, Any] = {"rows": relation.rows}
        except SourceError as wrong:
            place = wrong.place
            told = {
                "vi": wrong.message.vi,
                "en": wrong.message.en,
                "hint": wrong.hint is not None,
                "file": place and place.file,
                "line": place and place.line,
                "row": place and place.row,
            }
        return told | {"seconds": time.monotonic() - began, "mib": peak() - before}


if __name__ == "__main__":
    described = json.loads(sys.argv[1])
    most = described.pop("limit") * MIB
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    print(json.dumps(read(described)))
