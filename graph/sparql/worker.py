"""A worker process: one generation, one thread, one query at a time.

`python -m graph.sparql.worker FD STORE MEMORY_MB`: FD is one end of a socket pair inherited from the front
process, MEMORY_MB what queries may claim beyond the open store. The worker evaluates and serialises, and
sends bytes; no result of pyoxigraph ever leaves its thread. It may be killed at any moment: it holds nothing
but a read-only store.
"""

from __future__ import annotations

import gc
import json
import resource
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import ResultTooLargeError
from graph.sparql import wire
from graph.stores.layout import MANIFEST
from graph.stores.manifest import Manifest
from graph.stores.oxigraph import OxigraphStore, syntax_fault
from graph.stores.store import Store

if TYPE_CHECKING:
    from graph.sparql.narrowing import Holdings

# Algebra trees are walked by recursion: room for whatever the guard lets pass.
_STACK_BYTES = 128 * 1024 * 1024
# The front process kills at the deadline; should it be gone, the worker ends itself this much later.
_ORPHAN_SECONDS = 2.0
# So few graphs cost less than finding out which of them matter.
FEW_GRAPHS = 4


def main(arguments: list[str]) -> None:
    descriptor, directory, memory_mb = int(arguments[0]), arguments[1], int(arguments[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the front process ends us
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.stack_size(_STACK_BYTES)
    thread = threading.Thread(target=_serve, args=(descriptor, directory, memory_mb << 20))
    thread.start()
    thread.join()


def _serve(descriptor: int, directory: str, memory: int) -> None:
    store = OxigraphStore.open(Path(directory))
    narrowing = Narrowing(Path(directory).with_name(MANIFEST))
    limit = _address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    gc.freeze()
    with socket.socket(fileno=descriptor) as link, link.makefile("rb") as stream:
        link.sendall(wire.pack({"ready": True}))
        while len(lengths := stream.read(wire.PREFIX.size)) == wire.PREFIX.size:
            header_length, body_length = wire.PREFIX.unpack(lengths)
            header = json.loads(stream.read(header_length))
            request = wire.Request(text=stream.read(body_length).decode(), **header)
            signal.setitimer(signal.ITIMER_REAL, request.seconds + _ORPHAN_SECONDS)
            link.sendall(_answer(store, request, narrowing))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _address_space() -> int:
    """Bytes that this process has claimed by now: interpreter, stacks, the open store (0 where unknown)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


class Narrowing:
    """`graph.sparql.narrowing` for one generation; its parser is slow to import: only when it is needed."""

    def __init__(self, manifest: Path) -> None:
        self._manifest = manifest
        self._holdings: Holdings | None = None

    def __call__(self, request: wire.Request) -> tuple[str, ...]:
        """The graphs of the default graph that can matter."""
        if len(request.default_graphs) < FEW_GRAPHS:
            return request.default_graphs
        from graph.sparql.narrowing import Holdings, narrow

        if self._holdings is None:
            self._holdings = Holdings.of(Manifest.load(self._manifest).graphs)
        return narrow(request.text, request.default_graphs, self._holdings, base=request.base)


def _answer(store: Store, request: wire.Request, narrowing: Narrowing) -> bytes:
    started = time.perf_counter()
    try:
        body = store.query(
            request.text,
            default_graph=narrowing(request),
            named_graphs=request.named_graphs,
            media_type=request.media_type,
            max_bytes=request.max_bytes,
            prefixes=request.prefixes,
            base=request.base,
        )
    except SyntaxError as wrong:
        return _syntax(request, str(wrong))
    except ResultTooLargeError:
        return wire.pack({"failure": "too-large"})
    except MemoryError:
        return wire.pack({"failure": "memory"})
    except (ValueError, RuntimeError, OSError) as wrong:
        return wire.pack({"failure": "evaluation", "message": str(wrong)})
    return wire.pack({"seconds": time.perf_counter() - started}, body)


def _syntax(request: wire.Request, report: str) -> bytes:
    """Two reports of the parser: of the text, and of the text spread out (see graph.sparql.syntax)."""
    from graph.sparql.syntax import spread  # seldom needed, and a worker must start fast

    second = syntax_fault(spread(request.text).text, base=request.base)
    return wire.pack({"failure": "syntax", "message": report, "second": second})


if __name__ == "__main__":
    main(sys.argv[1:])
