"""One writer at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from graph.errors import WriterBusyError
from graph.stores.generations import Generations

HOLD = """
import sys
from pathlib import Path
from graph.stores.lock import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_makes_writers_wait(generations: Generations, data_dir: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(data_dir / "writer.lock")]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        for write in (lambda: generations.publish({}), generations.rollback, lambda: generations.prune(1)):
            with pytest.raises(WriterBusyError):
                write()
        assert generations.list() == []
        other.kill()
    with generations.writing():
        pass


def test_another_writer_of_this_process_has_to_wait_too(generations: Generations, data_dir: Path) -> None:
    with generations.writing(), pytest.raises(WriterBusyError), Generations(data_dir).writing():
        pass


def test_several_operations_under_one_lock(generations: Generations) -> None:
    with generations.writing():
        generations.publish({})
        generations.publish({})
        assert generations.prune(1) == ["g000001"]
    assert generations.require_current().id == "g000002"
