"""`kill -9` at every step of publishing: the old generation stays, the next run succeeds."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import pipeline, versions

PROGRAMME = """
import os, signal, sys, traceback
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from graph import settings
from graph.shacl.validator import ColumnsValidator
from ingest import pipeline

chosen = settings.load(data_dir=Path(sys.argv[1]), datasets_dir=Path(sys.argv[2]))
# Read here, shapes and ontology need not be read by every child; no thread is begun by it.
ColumnsValidator(chosen.shapes_dir, chosen.ontology_dir, chosen.base_iri).engine

def run(number, steps=[]):
    def kill_at(step):
        steps.append(step)
        print(step, flush=True)
        if len(steps) - 1 == number:
            os.kill(os.getpid(), signal.SIGKILL)
    pipeline.run(chosen, on_step=kill_at)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run(int(line))
            code = 0
        except BaseException:
            traceback.print_exc()
        os._exit(code)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
PublishAndDie = Callable[[int], tuple[int, list[str]]]


@contextmanager
def dying(settings: Settings) -> Iterator[PublishAndDie]:
    """Runs the pipeline in a process killed at the step of this number; its code and the steps begun.

    The processes are children of one that has imported the programme.
    """
    command = [sys.executable, "-c", PROGRAMME, settings.data_dir, settings.datasets_dir, *sys.path]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as parent:

        def publish_and_die(step: int) -> tuple[int, list[str]]:
            assert parent.stdin is not None
            assert parent.stdout is not None
            parent.stdin.write(f"{step}\n")
            steps: list[str] = []
            for line in parent.stdout:
                word, _, code = line.strip().partition(" ")
                if word == "ended":
                    return int(code), steps
                steps.append(line.strip())
            raise AssertionError("the parent ended")

        yield publish_and_die


def test_every_step(place: Settings, folder: Path, edit: Callable[[str, str, str], None]) -> None:
    pipeline.run(place)
    generations = Generations(place.data_dir)
    before = generations.require_current().id
    edit("data/items.csv", "Mục thứ hai", "Mục hai")
    steps: list[str] = []
    with dying(place) as publish_and_die:
        for step in range(100):
            code, steps = publish_and_die(step)
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
