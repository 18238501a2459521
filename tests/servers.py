"""SPARQL servers that really run, for tests: the Oxigraph server and Virtuoso, started in passing, ended."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import httpx

from bench.mix import virtuoso
from graph.stores.http.server import Server

Name = Literal["oxigraph", "virtuoso"]
VIRTUOSO_ROWS = 200
"""The most that an answer of it has."""
_STARTING_SECONDS = 120


@contextmanager
def running(name: Name, folder: Path) -> Iterator[Server]:
    """A server with nothing in it."""
    with _oxigraph(folder) if name == "oxigraph" else _virtuoso(folder) as server:
        yield server


@contextmanager
def _virtuoso(folder: Path) -> Iterator[Server]:
    with virtuoso.served(folder, seconds=60, data=folder, buffers=8_000, rows=VIRTUOSO_ROWS) as made:
        graphs = f"http://127.0.0.1:{made.http}/sparql-graph-crud-auth"
        yield Server(made.endpoint, graphs, "dba:dba")


@contextmanager
def _oxigraph(folder: Path) -> Iterator[Server]:
    port = virtuoso.free_port()
    programme = Path(sys.executable).with_name("oxigraph")
    command = [str(programme), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    server = Server(f"http://127.0.0.1:{port}/query", f"http://127.0.0.1:{port}/store")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(server.queries, process)
            yield server
        finally:
            process.terminate()


def _await(queries: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            httpx.get(queries, params={"query": "ASK {}"}).raise_for_status()
            return
        time.sleep(0.1)
    raise TimeoutError(queries)
