"""Compiled code that is kept: with it and without, in a process that has never seen numba."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graph.stores.lines import machine_code

_READ = """
import sys
from graph.stores.lines.block import Reader
from graph.formats import DOCUMENTS
reader, line = Reader(100), b'<http://a/s> <http://a/p> "x"@vi .\\n'
reader.buffer[:len(line)] = list(line)
rows = reader.read(len(line), next(one for one in DOCUMENTS if one.extension == "nq"))
print(rows.s.tolist(), rows.p.tolist(), rows.o.tolist(), "numba" in sys.modules)
"""


def read(folder: Path) -> str:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)}
    command = [sys.executable, "-c", _READ]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_code_is_compiled_once(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.split()[-1] == "True"
    assert second == first.replace("True", "False")
    assert {one.suffix for one in tmp_path.iterdir()} == {".o", ".json"}


def test_code_that_cannot_be_kept_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = tmp_path / "file" / "folder"
    nowhere.parent.write_text("no folder")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(nowhere))
    monkeypatch.setattr(machine_code, "_compiled", lambda: (b"code", machine_code._About({}, [])))
    monkeypatch.setattr(machine_code, "_ready", lambda code, about: code)
    assert machine_code.loaded.__wrapped__() == b"code"


def test_code_of_other_sources_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = machine_code._stamp()
    for name in machine_code._SOURCES:
        (tmp_path / name).write_bytes((machine_code._FOLDER / name).read_bytes())
    monkeypatch.setattr(machine_code, "_FOLDER", tmp_path)
    assert machine_code._stamp() == before
    (tmp_path / "kernel.py").write_text("# another")
    assert machine_code._stamp() != before


@pytest.mark.parametrize("passes", [2, 4, 6, 8])
def test_numbers_are_sorted(passes: int) -> None:
    dice = np.random.default_rng(passes)
    numbers = dice.integers(0, 2 ** (8 * passes) - 1, 5000, np.uint64, endpoint=True)
    numbers[::3] = numbers[0]
    wanted = np.sort(numbers)
    machine_code.loaded().call("sort", numbers, np.empty_like(numbers), np.empty(256, np.int64), passes)
    assert np.array_equal(numbers, wanted)
