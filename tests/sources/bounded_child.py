"""Reads one source in a process of its own whose memory is limited, and says what came of it.

    python -m tests.sources.bounded_child '{"folder": …, "path": …, "format": …, "limit": MiB}'

Without an argument it takes one such line after the other, and forks for each: importing the programme takes
longer than reading most of the files. It answers with a line `{"code": …, "told": …}`.

`address` is that of a database server, where the source is one's; `memory` the MB that DuckDB may use.

Prints one line of JSON: rows and cells, or the SourceError in both languages with its place; seconds and the
peak memory beyond what the programme itself takes, in MiB.
"""

import json
import os
import resource
import signal
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


def bounded(described: dict[str, Any]) -> dict[str, Any]:
    most = described.pop("limit") * MIB
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return read(described)


def forked(described: dict[str, Any]) -> dict[str, Any]:
    """What a child of this process says; nothing where it was ended, by a signal after `timeout` seconds."""
    seconds = described.pop("timeout")
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        signal.alarm(seconds)
        with os.fdopen(theirs, "w") as answer:
            json.dump(bounded(described), answer)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as answer:
        told = answer.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"code": code, "told": json.loads(told) if code == 0 else None}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(bounded(json.loads(sys.argv[1]))))
    else:
        for line in sys.stdin:
            print(json.dumps(forked(json.loads(line))), flush=True)
