"""A small generation with an open, a shared and a restricted graph, and a running service on it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from graph.columns import Builder, TextQuad
from graph.stores.generations import Generation, Generations

XSD = "http://www.w3.org/2001/XMLSchema#"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
GRAPH = "https://lienthong.gov.vn/graph/test/"
# Limits low enough to be met by tests within seconds.
LIMITS = {
    "LIENTHONG_QUERY_TIMEOUT": "8",
    "LIENTHONG_QUERY_MAX_BYTES": "2000000",
    "LIENTHONG_QUERY_MAX_LENGTH": "20000",
    "LIENTHONG_WORKERS": "2",
    "LIENTHONG_WORKERS_AHEAD": "true",
    "LIENTHONG_QUEUE": "2",
    "LIENTHONG_CACHE_MB": "0",
}


def quads() -> Iterator[TextQuad]:
    for number in range(200):
        subject = f"http://t/s{number}"
        yield TextQuad(subject, "http://t/number", str(number), f"{XSD}integer", None, f"{GRAPH}open")
        yield TextQuad(subject, LABEL, f"Phường {number} <&>", LANG_STRING, "vi", f"{GRAPH}open")
    yield TextQuad("http://t/s1", "http://t/owner", "http://t/s2", None, None, f"{GRAPH}shared")
    yield TextQuad("http://t/s1", "http://t/secret", "079", f"{XSD}string", None, f"{GRAPH}restricted")


@pytest.fixture(scope="session")
def small_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose current generation holds `quads()`."""
    folder = tmp_path_factory.mktemp("small")
    with Builder(folder / "version" / "columns.duckdb") as builder:
        builder.stage(quads())
        builder.finish()
    Generations(folder / "data").publish({"test": folder / "version"})
    return folder / "data"


@pytest.fixture(scope="session")
def small_generation(small_data_dir: Path) -> Generation:
    return Generations(small_data_dir).require_current()


@contextlib.contextmanager
def serve(data_dir: Path, variables: Mapping[str, str]) -> Iterator[str]:
    """The address of uvicorn serving a data folder in its own process."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "warning"],
        env=os.environ | {"LIENTHONG_DATA_DIR": str(data_dir)} | variables,
        cwd=Path(__file__).parents[2],
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 300
        while True:
            assert process.poll() is None, "the service ended"
            assert time.monotonic() < deadline, "the service did not start within 300 s"
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{address}/health", timeout=5).is_success:
                    break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def small_service(small_data_dir: Path) -> Iterator[httpx.Client]:
    """A client of the service on the small generation, with low limits."""
    with serve(small_data_dir, LIMITS) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def empty_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service that has no data yet."""
    folder = tmp_path_factory.mktemp("empty")
    with serve(folder, LIMITS) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client
