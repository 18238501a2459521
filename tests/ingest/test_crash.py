"""`kill -9` at every step of publishing: the old generation stays, the next run succeeds."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import pipeline, versions

PROGRAMME = """
import os, signal, sys
from pathlib import Path
from graph import settings
from ingest import pipeline

def kill_at(step, steps=[]):
    steps.append(step)
    print(step, flush=True)
    if len(steps) - 1 == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

pipeline.run(settings.load(data_dir=Path(sys.argv[1]), datasets_dir=Path(sys.argv[2])), on_step=kill_at)
"""


def publish_and_die(settings: Settings, step: int) -> tuple[int, list[str]]:
    """Runs the pipeline in a process killed at the step of this number; its code and the steps begun."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAMME, settings.data_dir, settings.datasets_dir, str(step)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return done.returncode, done.stdout.splitlines()


def test_every_step(place: Settings, folder: Path, edit: Callable[[str, str, str], None]) -> None:
    pipeline.run(place)
    generations = Generations(place.data_dir)
    before = generations.require_current().id
    edit("data/items.csv", "Mục thứ hai", "Mục hai")
    steps: list[str] = []
    for step in range(100):
        code, steps = publish_and_die(place, step)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        current = generations.require_current()
        if current.id != before:
            # Only the last steps come after the switch; then the new generation is whole.
            assert current.columns.exists()
            break
        assert {one.id for one in generations.list()} == {before}
        for entry in current.manifest.datasets.items():
            assert (versions.folder_of(place, entry[0]) / entry[1].version / versions.COLUMNS).exists()
    assert len(steps) > 5, steps
    assert pipeline.run(place).failed is False
    assert generations.require_current().id != before
    leftovers = [path.name for path in place.data_dir.rglob(".building-*")]
    assert leftovers == []
