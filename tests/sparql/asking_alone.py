"""Queries in processes of their own, which are ended at their deadline: nothing else stops Oxigraph."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# Forked, the processes need not import anything; no thread is begun before.
PROGRAMME = """
import json, os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:]
from graph.stores.oxigraph import OxigraphStore

def run(store, target, seconds, text, asked, graphs):
    signal.setitimer(signal.ITIMER_REAL, seconds)
    found = OxigraphStore.open(Path(store)).query(
        text, default_graph=asked, named_graphs=graphs,
        media_type="application/sparql-results+json", max_bytes=50_000_000,
    )
    Path(target).write_bytes(found)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        run(*json.loads(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
LATE = -14
"""By SIGALRM."""


class Asking:
    """Processes that are children of one which has imported the programme."""

    def __init__(self, parent: "subprocess.Popen[str]", store: Path, target: Path, seconds: float) -> None:
        self._parent = parent
        self._store = store
        self._target = target
        self._seconds = seconds

    def answer(self, text: str, asked: Sequence[str], graphs: Sequence[str]) -> list[str] | None:
        """The rows, in any order; None where they are not there in time."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        given = [str(self._store), str(self._target), self._seconds, text, list(asked), list(graphs)]
        self._parent.stdin.write(f"{json.dumps(given)}\n")
        code = int(self._parent.stdout.readline())
        if code == LATE:
            return None
        assert code == 0
        rows = json.loads(self._target.read_bytes())["results"]["bindings"]
        return sorted(json.dumps(row, sort_keys=True) for row in rows)


@contextmanager
def begun(store: Path, folder: Path, seconds: float) -> Iterator[Asking]:
    """`folder` is for what they say."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAMME, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as parent:
        yield Asking(parent, store, folder / "answer.json", seconds)
