"""The bundled data sets, ingested once for the tests that ask the real thing."""

import contextlib
import fcntl
import gc
import os
import pickle
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import hypothesis
import pytest

from graph import settings
from graph.settings import Settings
from ingest import demo, pipeline
from ingest.report import RunReport
from tests import examples

hypothesis.settings.load_profile(examples.PROFILE)
# Most services of a test answer few questions, of one kind. Here and in what tests start.
os.environ.setdefault("LIENTHONG_WORKERS_AHEAD", "false")
# What is collected stays: modules, 7,000 tests, shapes and graphs, 660,000 objects. To walk them again and
# again was a third of the processor time of the tests that make many objects (tests/shapes: 46 s, now 29).
gc.disable()

SUITE = "suite"
COMMAND = [sys.executable, "-m", "cli"]
READY_WITHIN = 300
"""Seconds: on a machine that does much else a start has taken more than a minute."""


@pytest.fixture
def count_for(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """`count_for("rml-core")`: this case of a standard's suite passes; the counts are printed at the end."""
    return lambda suite: record_property(SUITE, suite)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """Libraries that count what is left at the end find it gone."""
    gc.unfreeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = Counter(
        value
        for report in terminalreporter.stats.get("passed", ())
        for name, value in report.user_properties
        if name == SUITE and report.when == "call"
    )
    for suite, count in sorted(passed.items()):
        terminalreporter.write_line(f"{suite}: {count} cases pass")


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, RunReport]]:
    """Settings of a data folder into which every bundled data set was ingested, and the run's report.

    What agencies send is made up; its manifest is in the folder of sources. The workers of a session share
    the folder, which is made by whichever needs it first: a test that writes works on a copy.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "bundled"
    folder.mkdir(exist_ok=True)
    chosen, made = settings.load(data_dir=folder / "data"), folder / "report.pickle"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            demo.generate(chosen.sources_dir, scale=0.2)
            report = pipeline.run(chosen)
            assert not report.failed, [str(one.error) for one in report.datasets if one.error]
            made.write_bytes(pickle.dumps((report, _files(chosen.data_dir))))
    report, files = pickle.loads(made.read_bytes())
    yield chosen, report
    assert _files(chosen.data_dir) == files, "a test wrote into the shared data folder"


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file, but for the key that a service makes for its operator."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "operator.key")
    found = {path: path.stat() for path in paths}
    return {str(path): (status.st_size, status.st_mtime_ns) for path, status in found.items()}


@pytest.fixture(scope="session")
def published(bundled: tuple[Settings, RunReport]) -> Settings:
    """Settings whose current generation holds every bundled data set."""
    return bundled[0]


@pytest.fixture(scope="session")
def environment(published: Settings) -> dict[str, str]:
    """The environment in which `lienthong` works on the bundled generation."""
    return os.environ | {"LIENTHONG_DATA_DIR": str(published.data_dir), "LIENTHONG_QUERY_TIMEOUT": "6"}


@pytest.fixture(scope="session")
def server(environment: dict[str, str]) -> Iterator[str]:
    """The address of a running `lienthong serve`, whose processes are started with it as a rule."""
    with serving(environment | {"LIENTHONG_WORKERS_AHEAD": "true"}) as address:
        yield address


@contextlib.contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[str]:
    """`lienthong serve` in an environment, ended afterwards."""
    port = free_port()
    with subprocess.Popen([*COMMAND, "serve", "--port", str(port)], env=environment) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/ready", timeout=5).status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"the server was not ready within {READY_WITHIN} s")


@pytest.fixture(scope="session")
def lienthong(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command on the bundled generation: `lienthong("query", "-", stdin="…", VARIABLE="…")`."""

    def call(*arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            env=environment | variables,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    return call
