"""Runs of the pipeline in processes that are killed at one of their steps."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from graph.settings import Settings

PROGRAMME = """
import json, os, signal, sys, traceback
from pathlib import Path
sys.path[:0] = sys.argv[1:]
from graph import settings
from ingest import pipeline, reference, rules

here = settings.load()
# Read here, shapes and ontology need not be read by every child; no thread is begun by it.
rules.load(here).validator.engine
for source in (reference.ontology(here), reference.shapes(here)):
    list(reference.quads(source, {}, base=here.base_iri))

def run(data_dir, datasets_dir, wanted, jobs, steps=[]):
    def kill_at(step):
        steps.append(step)
        print(step, flush=True)
        if wanted in (step, len(steps) - 1):
            os.kill(os.getpid(), signal.SIGKILL)
    chosen = settings.load(data_dir=Path(data_dir), datasets_dir=Path(datasets_dir))
    pipeline.run(chosen, jobs=jobs, on_step=kill_at)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run(*json.loads(line))
            code = 0
        except BaseException:
            traceback.print_exc()
        os._exit(code)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Dying:
    """Processes that are children of one which has imported the programme and read the rules."""

    def __init__(self, parent: "subprocess.Popen[str]") -> None:
        self._parent = parent

    def run(self, settings: Settings, step: int | str, *, jobs: int = 2) -> tuple[int, list[str]]:
        """Runs the pipeline in a process killed at the step of this number or name; its code and the steps
        begun."""
        asked = [str(settings.data_dir), str(settings.datasets_dir), step, jobs]
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{json.dumps(asked)}\n")
        steps: list[str] = []
        for line in self._parent.stdout:
            word, _, code = line.strip().partition(" ")
            if word == "ended":
                return int(code), steps
            steps.append(line.strip())
        raise AssertionError("the parent ended")


@contextmanager
def begun() -> Iterator[Dying]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAMME, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as parent:
        yield Dying(parent)
