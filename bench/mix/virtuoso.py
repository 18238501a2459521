"""A Virtuoso of its own for a benchmark: started in a passing folder, loaded from N-Quads, ended."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PROGRAMME, _CLIENT = "virtuoso-t", "isql-vt"
_STARTING_SECONDS = 120
# What its own guide gives for 2 GB: half a million buffers take 4 GB.
_BUFFERS, _MOST_DIRTY = 170_000, 130_000
_SETTINGS = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {folder}, {data}
ThreadsPerQuery = 2
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = {seconds}
"""


@dataclass(frozen=True, slots=True)
class Virtuoso:
    """`endpoint` answers SPARQL over the union of all graphs. `loaded`: seconds of loading, indexing and
    writing to disk; `size`: bytes on disk."""

    endpoint: str
    process: int
    loaded: float
    size: int


def is_installed() -> bool:
    return shutil.which(_PROGRAMME) is not None and shutil.which(_CLIENT) is not None


@contextmanager
def running(quads: Path, folder: Path, seconds: int) -> Iterator[Virtuoso]:
    """A server that holds the quads of a file of N-Quads; a query of it ends after so many seconds."""
    folder.mkdir(parents=True)
    port, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(
        _SETTINGS.format(
            folder=folder,
            data=quads.parent,
            port=port,
            http=http,
            buffers=_BUFFERS,
            dirty=_MOST_DIRTY,
            seconds=seconds,
        ),
        encoding="utf-8",
    )
    command = [_PROGRAMME, "+foreground", "+configfile", str(ini)]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _await(port)
            began = time.perf_counter()
            _run(port, f"ld_add('{quads}', 'http://example.org/none'); rdf_loader_run(); checkpoint;")
            loaded = time.perf_counter() - began
            size = sum(path.stat().st_size for path in folder.glob("virtuoso*"))
            yield Virtuoso(f"http://127.0.0.1:{http}/sparql", server.pid, loaded, size)
        finally:
            server.kill()


def _await(port: int) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while True:
        try:
            _run(port, "status();")
            return
        except subprocess.CalledProcessError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _run(port: int, statements: str) -> None:
    # A new database has this name and password; it listens on this machine alone and is gone at the end.
    command = [_CLIENT, f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT", f"EXEC={statements}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
    return port
