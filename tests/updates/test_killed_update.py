"""Whatever moment the process that writes is killed at, the published graph is that before or that after."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graph.columns import Columns
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import versions
from tests.updates.conftest import NOTES, graph

STEPS = (f"keep {NOTES}", "switch")
CODE = """
import os, signal, sys
from graph.access import Identity, parse_grant
from graph.settings import Settings
from ingest.updates.asked import Asked
from ingest.updates.writing import Writer

def on_step(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

writer = Writer(Settings.model_validate_json(sys.argv[1]), on_step)
me = Identity("key", "key:test", "test", (parse_grant("test-notes:open:write"),))
print(writer.write(Asked(me, "update", sys.argv[3].encode(), "http://x/")))
"""


@pytest.fixture(scope="module")
def prepared(place: Settings) -> tuple[Settings, str]:
    """A data folder without shapes, in which a data set holds one quad."""
    folder = place.data_dir.parent / "no-shapes"
    folder.mkdir()
    chosen = place.model_copy(update={"data_dir": folder / "data", "shapes_dir": folder})
    assert change(chosen, "INSERT DATA", "<urn:k> <urn:p> 'before'").returncode == 0
    return chosen, "<urn:k> <urn:p> 'after'"


def change(chosen: Settings, operation: str, triple: str, step: str = "") -> subprocess.CompletedProcess[str]:
    paths = ("data_dir", "datasets_dir", "shapes_dir", "ontology_dir")
    text = Settings(
        **{name: getattr(chosen, name) for name in paths}, columns_memory_mb=256, columns_threads=1
    ).model_dump_json(include={*paths, "columns_memory_mb", "columns_threads"})
    update = f"{operation} {{ GRAPH <{graph(NOTES)}> {{ {triple} }} }}"
    return subprocess.run(
        [sys.executable, "-c", CODE, text, step, update],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )


def held(chosen: Settings) -> set[str]:
    current = Generations(chosen.data_dir).require_current()
    folder = versions.published(chosen, current, NOTES)
    assert folder is not None
    with Columns(folder / versions.COLUMNS) as columns:
        return {quad.o for quad in columns.quads()}


@pytest.mark.parametrize("step", STEPS)
def test_killed_updates_leave_the_graph_as_it_was(prepared: tuple[Settings, str], step: str) -> None:
    chosen, triple = prepared
    before = Generations(chosen.data_dir).require_current().id
    killed = change(chosen, "INSERT DATA", triple, step)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert Generations(chosen.data_dir).require_current().id == before
    assert held(chosen) == {"before"}
    if step == STEPS[-1]:
        done = change(chosen, "INSERT DATA", triple)
        assert done.returncode == 0, done.stderr
        assert held(chosen) == {"before", "after"}
