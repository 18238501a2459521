"""What every worker process does: one generation, one thread, one query at a time, bytes over a socket pair.

The worker evaluates and serialises, and sends bytes; no result ever leaves its thread. It may be killed at
any moment: it holds nothing but files that are only read.
"""

import gc
import resource
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from graph.sparql import wire

Sending = Callable[[bytes], None]
"""Takes a piece of an answer that is not its last."""
Answering = Callable[[wire.Request, Sending], bytes]
"""Gives the last frame of the reply."""

# Algebra trees are walked by recursion: room for whatever the guard lets pass.
_STACK_BYTES = 128 * 1024 * 1024
# The front process kills at the deadline; should it be gone, the worker ends itself this much later.
_ORPHAN_SECONDS = 2.0


def serve(arguments: list[str], opening: Callable[[Path, int], Answering]) -> None:
    """Serve until the front process closes the link.

    `arguments`: FD PATH MEMORY_MB: FD is one end of a socket pair inherited from the front process, MEMORY_MB
    what queries may claim beyond what is open. `opening` is called with the other two, in the thread that
    answers.
    """
    descriptor, path, memory_mb = int(arguments[0]), Path(arguments[1]), int(arguments[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the front process ends us
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.stack_size(_STACK_BYTES)
    thread = threading.Thread(target=_serve, args=(descriptor, path, memory_mb, opening))
    thread.start()
    thread.join()


def _serve(descriptor: int, path: Path, memory_mb: int, opening: Callable[[Path, int], Answering]) -> None:
    answering = opening(path, memory_mb)
    limit = _address_space() + (memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    gc.freeze()
    with socket.socket(fileno=descriptor) as link, link.makefile("rb") as stream:
        link.sendall(wire.pack({"ready": True}))

        def send(piece: bytes) -> None:
            link.sendall(wire.piece(piece))

        while (request := wire.read_request(stream.read)) is not None:
            signal.setitimer(signal.ITIMER_REAL, request.seconds + _ORPHAN_SECONDS)
            link.sendall(answering(request, send))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _address_space() -> int:
    """Bytes that this process has claimed by now: interpreter, stacks, what is open (0 where unknown)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()
