"""`kill -9` before every step of publishing: the old generation serves, the next writer cleans up."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.columns import Columns, TextQuad, difference
from graph.stores import way
from graph.stores.generations import Generations
from graph.stores.publication import STEPS

PROGRAMME = """
import os, signal, sys
from pathlib import Path
from graph.stores import way
from graph.stores.generations import Generations

way.TURNOVER, way.CHANGED_PER_SECOND = 10, 10 * way.LOADED_PER_SECOND

def publish_until(fatal, data_dir, version, made):
    def die(step):
        if step == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
    changes = {"units": Path(version) / "changes.duckdb"} if made == "changed" else {}
    generations = Generations(Path(data_dir), memory_mb=256)
    generations.publish({"units": Path(version)}, changes=changes, on_step=die)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            publish_until(*line.rstrip().split("\\t"))
        finally:
            os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
PublishAndDie = Callable[[Path, Path, str, str], int]


@pytest.fixture(scope="module")
def publish_and_die() -> Iterator[PublishAndDie]:
    """The code of a process that publishes, a child of one that has imported the programme."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAMME],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as parent:

        def run(data_dir: Path, folder: Path, step: str, made: str) -> int:
            assert parent.stdin is not None
            assert parent.stdout is not None
            parent.stdin.write(f"{step}\t{data_dir}\t{folder}\t{made}\n")
            return int(parent.stdout.readline())

        yield run


def quad(subject: str) -> TextQuad:
    return TextQuad(subject, "http://x/p", "http://x/o", None, None, "http://x/graph/units/open")


def test_the_steps_are_those_that_are_made(
    generations: Generations, version: Callable[..., Path], data_dir: Path
) -> None:
    first: list[str] = []
    generations.publish({"units": version("units", "1", [quad("http://x/1")])}, on_step=first.append)
    assert first == [*(step for step in STEPS if step != "load"), "load"]
    made: list[str] = []
    generations.publish({"units": version("units", "2", [quad("http://x/2")])}, on_step=made.append)
    assert tuple(made) == STEPS


def test_the_first_generation_serves_before_its_store_is_loaded(
    generations: Generations,
    version: Callable[..., Path],
    data_dir: Path,
    publish_and_die: PublishAndDie,
) -> None:
    first = version("units", "1", [quad("http://x/1")])
    assert publish_and_die(data_dir, first, "load", "loaded") == -signal.SIGKILL

    current = generations.require_current()
    assert not current.is_loaded
    with Columns(current.columns) as columns:
        assert [one.s for one in columns.quads()] == ["http://x/1"]

    made: list[str] = []
    generations.complete(made.append)
    generations.complete(made.append)
    assert made == ["load"]
    assert current.is_loaded
    assert len(ox.Store.read_only(str(current.oxigraph))) == 1
    left = {path.name for folder in (data_dir, data_dir / "generations") for path in folder.iterdir()}
    assert left == {"current", "datasets", "generations", "writer.lock", "g000001"}


def test_a_generation_without_a_store_is_not_the_base_of_the_next(
    generations: Generations,
    version: Callable[..., Path],
    data_dir: Path,
    publish_and_die: PublishAndDie,
) -> None:
    first = version("units", "1", [quad(f"http://x/{number}") for number in range(100)])
    assert publish_and_die(data_dir, first, "load", "loaded") == -signal.SIGKILL
    second = version("units", "2", [quad(f"http://x/{number}") for number in range(101)])
    with difference(first / "columns.duckdb", second / "columns.duckdb") as found:
        found.write(second / "changes.duckdb")

    published = generations.publish({"units": second}, changes={"units": second / "changes.duckdb"})
    assert published.manifest.base is None
    assert "g000001" in published.manifest.why
    assert len(ox.Store.read_only(str(published.oxigraph))) == 101

    assert generations.rollback().id == "g000001"
    assert generations.require_current().is_loaded


@pytest.mark.parametrize("made", ["loaded", "changed"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_before(
    step: str,
    made: str,
    generations: Generations,
    version: Callable[..., Path],
    data_dir: Path,
    publish_and_die: PublishAndDie,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(way, "TURNOVER", 10)
    monkeypatch.setattr(way, "CHANGED_PER_SECOND", 10 * way.LOADED_PER_SECOND)
    older = version("units", "1", [quad("http://x/1")])
    generations.publish({"units": older})
    newer = version("units", "2", [quad("http://x/2")])
    changes = newer / "changes.duckdb"
    with difference(older / "columns.duckdb", newer / "columns.duckdb") as found:
        found.write(changes)

    assert publish_and_die(data_dir, newer, step, made) == -signal.SIGKILL

    current = generations.require_current()
    assert current.id == "g000001"
    assert [one.id for one in generations.list()] == ["g000001"]
    with Columns(current.columns) as columns:
        assert [one.s for one in columns.quads()] == ["http://x/1"]
    assert ox.Store.read_only(str(current.oxigraph)).query(
        "ASK { <http://x/1> ?p ?o }", use_default_graph_as_union=True
    )

    known = {"units": changes} if made == "changed" else {}
    published = generations.publish({"units": newer}, changes=known)
    assert published.manifest.base == ("g000001" if known else None)
    assert published.manifest.datasets["units"].version == "2"
    assert generations.require_current() == published
    assert [one.id for one in generations.list()] == ["g000001", published.id]
    left = {path.name for folder in (data_dir, data_dir / "generations") for path in folder.iterdir()}
    assert left == {"current", "datasets", "generations", "writer.lock", "g000001", published.id}
