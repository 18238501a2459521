"""Our own service for a benchmark: `lienthong serve` on a free port, with a key that opens all graphs."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.mix.virtuoso import free_port

ROOT = Path(__file__).resolve().parents[2]
_STARTING_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Service:
    endpoint: str
    key: str
    process: int

    def peak_mib(self) -> float:
        """The highest resident memory that a worker of it has had, in MiB."""
        return max((_peak(child) for child in _children(self.process)), default=0.0)


@contextmanager
def running(data: Path, engine: str, seconds: int, *, cache_mb: int = 0) -> Iterator[Service]:
    """The service over the current generation of a data folder, with one engine or `both`.

    Without memory for answers, every one is evaluated as often as it is asked for.
    """
    port = free_port()
    environment = os.environ | {
        "LIENTHONG_DATA_DIR": str(data),
        "LIENTHONG_QUERY_ENGINE": engine,
        "LIENTHONG_QUERY_TIMEOUT": str(seconds),
        "LIENTHONG_QUERY_MEMORY_MB": "3072",
        "LIENTHONG_CACHE_MB": str(cache_mb),
        "LIENTHONG_CALLER_RATE": "0",
        "PYTHONPATH": str(ROOT),
    }
    given = ["--label", "bench", "--owner", "bench", "--grant", "*:restricted", "--days", "1", "--json"]
    made = subprocess.run(
        [sys.executable, "-m", "cli", "key", "create", *given],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    key = json.loads(made.stdout)["key"]
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            base = f"http://127.0.0.1:{port}"
            _await(f"{base}/ready")
            yield Service(f"{base}/sparql", key, process.pid)
        finally:
            process.terminate()


def _await(address: str) -> None:
    deadline = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(address, timeout=5).is_success:
                return
        time.sleep(0.2)
    raise TimeoutError(address)


def processor_ms(process: int) -> dict[Path, float]:
    """Milliseconds that each thread of a process, and of each that it started, has run for."""
    found = {}
    for one in (process, *_children(process)):
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                with suppress(OSError):
                    ran = (task / "schedstat").read_text(encoding="ascii").split()[0]
                    found[task] = int(ran) / 1e6
    return found


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(one) for task in tasks for one in (task / "children").read_text(encoding="ascii").split()]


def _peak(process: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0
