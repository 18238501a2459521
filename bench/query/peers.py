"""The other servers: started in passing, over the same data, ended."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from bench.mix.virtuoso import free_port

OXIGRAPH, ENDPOINT = "oxigraph==0.5.13", "rdflib-endpoint[cli]==0.6.3"
FOLDER = Path(__file__).resolve().parents[2] / ".venv-servers"
_STARTING_SECONDS = 600


@contextmanager
def oxigraph(store: Path, seconds: int | None = None) -> Iterator[tuple[str, int]]:
    """`oxigraph serve-read-only` over the union of all graphs of a store; its address and its process. A
    query of it ends after so many seconds."""
    port = free_port()
    command = [_programme("oxigraph"), "serve-read-only", "--location", store, "--union-default-graph"]
    if seconds is not None:
        command += ["--timeout-s", str(seconds)]
    with _served(
        [*map(str, command), "--bind", f"127.0.0.1:{port}"], f"http://127.0.0.1:{port}/query"
    ) as made:
        yield made


@contextmanager
def rdflib_endpoint(quads: Path) -> Iterator[tuple[str, int]]:
    """rdflib-endpoint over a file of N-Quads, in the memory of rdflib."""
    port = free_port()
    command = [_programme("rdflib-endpoint"), "serve", str(quads), "--host", "127.0.0.1", "--port", str(port)]
    with _served(command, f"http://127.0.0.1:{port}/") as made:
        yield made


@contextmanager
def _served(command: list[str], endpoint: str) -> Iterator[tuple[str, int]]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + _STARTING_SECONDS
            while not _answers(endpoint):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise TimeoutError(endpoint)
                time.sleep(0.2)
            yield endpoint, process.pid
        finally:
            process.terminate()


def _answers(endpoint: str) -> bool:
    with suppress(httpx.TransportError):
        httpx.get(endpoint, params={"query": "ASK {}"}, timeout=30).raise_for_status()
        return True
    return False


def _programme(name: str) -> str:
    """In an environment of its own, which is made when it is not there yet."""
    python = FOLDER / "bin" / "python"
    if not (FOLDER / "bin" / name).exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", OXIGRAPH, ENDPOINT], check=True)
    return str(FOLDER / "bin" / name)
