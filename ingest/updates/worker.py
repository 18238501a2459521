"""The process that writes for the service: one operation at a time, from a socket to a published generation.

`python -m ingest.updates.worker FD`: FD is one end of a socket pair inherited from the front process, which
may never import this package. Frames are those of `graph.sparql.wire`; the first brings the settings. An
answer is told in steps (`begun`, `evaluated`), so that the front can hold each to its time by SIGKILL: the
data folder is whole at every moment.
"""

import json
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from graph.access import Identity, parse_grant
from graph.errors import LienthongError, WorkerLostError
from graph.settings import MIB, Settings
from graph.sparql import wire
from graph.sparql.dataset import Dataset
from graph.text import Text
from ingest.report import error_as_json
from ingest.updates.asked import Asked
from ingest.updates.writing import Done, Writer

# Algebra trees are walked by recursion: room for whatever the guard lets pass.
_STACK_BYTES = 128 * MIB
# The front process kills at the deadline; should it be gone, the worker ends itself this much later.
_ORPHAN_SECONDS = 2.0


def main(arguments: list[str], make: Callable[[Settings], Writer] = Writer) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the front process ends us
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.stack_size(_STACK_BYTES)
    thread = threading.Thread(target=_serve, args=(int(arguments[0]), make))
    thread.start()
    thread.join()


def _serve(descriptor: int, make: Callable[[Settings], Writer]) -> None:
    """Answers until the other end is closed."""
    with socket.socket(fileno=descriptor) as link, link.makefile("rb") as stream:
        first = _frame(stream.read)
        assert first is not None, "the settings come first"
        settings = Settings(**first[0])
        writer = make(settings)
        writer.prepare()
        link.sendall(wire.pack({"step": "ready"}))
        while (frame := _frame(stream.read)) is not None:
            header, body = frame
            limits = _Limits(link, header.pop("seconds"), settings.query_memory_mb * MIB)
            writer.on_step = limits.step
            link.sendall(wire.pack(_answer(writer, header, body)))


class _Limits:
    """Holds the evaluation to its time and memory, and lets go of both when it is done."""

    def __init__(self, link: socket.socket, seconds: float, memory: int) -> None:
        self._link = link
        self._seconds = seconds
        self._memory = memory

    def step(self, name: str) -> None:
        if name == "evaluate":
            self._link.sendall(wire.pack({"step": "begun"}))
            signal.setitimer(signal.ITIMER_REAL, self._seconds + _ORPHAN_SECONDS)
            _limit(_address_space() + self._memory)
        elif name == "evaluated":
            _lift()
            self._link.sendall(wire.pack({"step": "evaluated"}))


def _answer(writer: Writer, header: dict[str, Any], body: bytes) -> dict[str, Any]:
    try:
        done: Done = writer.write(_asked(header, body))
    except LienthongError as error:
        return {"step": "refused", "error": error_as_json(error)}
    except MemoryError:
        lost = WorkerLostError(
            Text(
                "Cập nhật cần nhiều bộ nhớ hơn mức cho phép.",
                "The update needs more memory than it may have.",
            ),
            hint=Text("Nêu đồ thị được đọc bằng USING.", "Name the graphs that are read, by USING."),
        )
        return {"step": "refused", "error": error_as_json(lost)}
    finally:
        _lift()
    return {"step": "done", **asdict(done)}


def _asked(header: dict[str, Any], body: bytes) -> Asked:
    grants = tuple(map(parse_grant, header.pop("grants")))
    identity = Identity(header.pop("kind"), header.pop("name"), header.pop("title"), grants)
    using = Dataset(tuple(header.pop("using")), tuple(header.pop("using_named")))
    parts = tuple((media_type, length) for media_type, length in header.pop("parts"))
    return Asked(identity, body=body, using=using, parts=parts, **header)


def _frame(read: Callable[[int], bytes]) -> tuple[dict[str, Any], bytes] | None:
    lengths = read(wire.PREFIX.size)
    if len(lengths) < wire.PREFIX.size:
        return None
    header_length, body_length = wire.PREFIX.unpack(lengths)
    return json.loads(read(header_length)), read(body_length)


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def _lift() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    _limit(resource.RLIM_INFINITY)


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(sys.argv[1:])
