"""The process that checks are forked from: it has imported `lienthong validate` and read shapes and ontology.

`python -m cli.prepared FD`: FD is one end of a socket pair inherited from the service, which may never import
this package. With each byte come four descriptors: a file that says what to run, and the writing ends of
three pipes: stdout, stderr, and one in which the child tells its process id, and its exit code when it ends.
Nothing is kept from one check to the next: a child has this process's memory as it was, and its own from then
on.
"""

import gc
import json
import os
import resource
import signal
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from rdflib import Graph

from cli import main as command
from cli import validate
from graph import settings
from graph.errors import LienthongError
from graph.stores import lines
from ingest import rules

__all__ = ["validate"]  # imported for those who are forked

_DESCRIPTORS = 4
_CRASHED = 70
"""The exit code of a child that ended by an exception: EX_SOFTWARE of sysexits(3)."""


def main(descriptor: int) -> None:
    """Forks until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the service ends us
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # DuckDB ends the threads of a connection with it. Where a file is wrong, the child meets it and says so.
    with suppress(LienthongError):
        rules.load(settings.load()).validator.validate_graph(Graph())
    lines.prepare()
    gc.freeze()
    with socket.socket(fileno=descriptor) as link:
        while True:
            asked, descriptors, _, _ = socket.recv_fds(link, 1, _DESCRIPTORS)
            _reap()
            if not asked:
                return
            if os.fork() == 0:
                link.close()
                _child(*descriptors)
            for one in descriptors:
                os.close(one)


def _reap() -> None:
    """Forgets children that have ended. Not earlier: until then no other process has their numbers, by which
    the service kills them."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _child(asked: int, out: int, err: int, end: int) -> NoReturn:
    code = _CRASHED
    try:
        # Fails where the service waits no longer.
        os.write(end, struct.pack("I", os.getpid()))
        os.dup2(out, sys.stdout.fileno())
        os.dup2(err, sys.stderr.fileno())
        with open(asked, encoding="utf-8") as file:
            _become(**json.load(file))
        code = _run()
        sys.stdout.flush()
        os.write(end, bytes([code]))
    finally:
        os._exit(code)


def _become(
    *, arguments: list[str], environment: dict[str, str], folder: str, memory_mb: int, seconds: float
) -> None:
    """What a process is that was started with these. `seconds` after now it ends itself: the service does so
    earlier, unless it is gone."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    os.chdir(Path(folder))
    sys.argv[1:] = arguments
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))


def _run() -> int:
    try:
        command.main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
