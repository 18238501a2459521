"""A worker that tells instances: `python -m graph.sparql.instances_worker FD COLUMNS MEMORY_MB`.

See `serving`. The text of a request is a `graph.instances.Question`.
"""

import sys
import time
from functools import partial
from pathlib import Path

from graph.columns import Columns
from graph.instances import Question
from graph.instances.answering import Answering, written
from graph.sparql import serving, wire

_MEMORY_MB = 256
"""For DuckDB, which reads a predicate at a time."""


def opened(path: Path, _: int) -> serving.Answering:
    return partial(_answer, Answering(Columns(path, memory_mb=_MEMORY_MB, threads=1)))


def _answer(answering: Answering, request: wire.Request, _: serving.Sending) -> bytes:
    started = time.perf_counter()
    try:
        body = written(answering.answer(Question.loads(request.text), request.default_graphs))
    except MemoryError:
        return wire.pack({"failure": "memory"})
    return wire.pack({"seconds": time.perf_counter() - started}, body)


if __name__ == "__main__":
    serving.serve(sys.argv[1:], opened)
