"""A Virtuoso of its own for a benchmark or a test: started in a passing folder, ended."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PROGRAMME, _CLIENT = "virtuoso-t", "isql-vt"
_LOADED = "loaded"
_STARTING_SECONDS = 120
# What its own guide gives for 2 GB: half a million buffers take 4 GB.
_BUFFERS = 170_000
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
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = {seconds}
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: the ports of SQL and HTTP, and its process."""

    port: int
    http: int
    process: int

    @property
    def endpoint(self) -> str:
        """Where it speaks the SPARQL Protocol."""
        return f"http://127.0.0.1:{self.http}/sparql"


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


def is_loaded(folder: Path) -> bool:
    return (folder / _LOADED).exists()


@contextmanager
def running(quads: Path, folder: Path, seconds: int) -> Iterator[Virtuoso]:
    """A server that holds the quads of a file of N-Quads; a query of it ends after so many seconds. What was
    loaded into the folder before is not loaded again."""
    has_them = is_loaded(folder)
    with served(folder, seconds=seconds, data=quads.parent, buffers=_BUFFERS, rows=10_000_000) as server:
        began = time.perf_counter()
        if not has_them:
            run(server.port, f"ld_add('{quads}', 'http://example.org/none'); rdf_loader_run(); checkpoint;")
            (folder / _LOADED).touch()
        loaded = time.perf_counter() - began
        size = sum(path.stat().st_size for path in folder.glob("virtuoso*"))
        yield Virtuoso(server.endpoint, server.process, loaded, size)


@contextmanager
def served(folder: Path, *, seconds: int, data: Path, buffers: int, rows: int) -> Iterator[Served]:
    """A server with the database below `folder`, an empty one where there is none. It may read files of
    `data`. `buffers` of 8 KB; `rows`: the most that an answer has; `seconds`: the most that a query takes."""
    folder.mkdir(parents=True, exist_ok=True)
    port, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(
        _SETTINGS.format(
            folder=folder,
            data=data,
            port=port,
            http=http,
            buffers=buffers,
            dirty=buffers * 3 // 4,
            rows=rows,
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
            yield Served(port, http, server.pid)
        finally:
            server.kill()


def _await(port: int) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while True:
        try:
            run(port, "status();")
            return
        except subprocess.CalledProcessError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def run(port: int, statements: str) -> None:
    """Statements of SQL. Raises CalledProcessError."""
    # A new database has this name and password; it listens on this machine alone and is gone at the end.
    command = [_CLIENT, f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT", f"EXEC={statements}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
    return port
