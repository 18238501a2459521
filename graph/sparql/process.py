"""One worker process, seen from the front: started, asked, ended."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self, cast

from graph.errors import NotLoadedYetError
from graph.sparql import wire
from graph.sparql.refusals import not_loaded
from graph.sparql.replies import Replies
from graph.stores.generations import Generation

_PACKAGES = str(Path(__file__).resolve().parents[2])
_COMMAND = (sys.executable, "-P", "-m")
# A lost worker has closed its link because it is ending; it gets this long to do so by itself.
_ENDING_SECONDS = 1.0
_STARTING_SECONDS = 30.0
_not_loaded = partial(not_loaded, "LIENTHONG_QUERY_ENGINE")


class WorkerEndedError(Exception):
    """The worker ended instead of answering; `signal_number` says by what, 0 where no signal was."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number


@dataclass(frozen=True, slots=True)
class Kind:
    """What a worker runs and what it opens. `can_stop`: SIGUSR1 ends its query alone, and it says so.

    `nice`: how much it gives way to other processes from the start (0 to 19, as in nice(1)). `environment`:
    what it is told besides, and `ps` does not show. `absent`: the error where what it opens is not there.
    """

    module: str
    opens: Callable[[Generation], Path]
    can_stop: bool = False
    nice: int = 0
    environment: Callable[[], dict[str, str]] = dict
    absent: Callable[[], NotLoadedYetError] = _not_loaded

    def is_there(self, generation: Generation) -> bool:
        """Whether a generation has what a worker opens; its store may still be being loaded."""
        return self.opens(generation).exists()


OXIGRAPH = Kind("graph.sparql.worker", lambda generation: generation.oxigraph)
COLUMNS = Kind("graph.sparql.columns_worker", lambda generation: generation.columns, can_stop=True, nice=5)
"""Their queries are the long ones, and have several threads."""
PLANNING = replace(COLUMNS, nice=0)


class Worker(asyncio.Protocol):
    """A process that holds a generation's store open, and our end of the socket pair to it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._replies = Replies()
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[wire.Reply] | None = None
        self._ending: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, kind: Kind, generation: Generation, memory_mb: int) -> Self:
        """A worker that has opened its store. Raises WorkerEndedError when it cannot."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [*_COMMAND, kind.module, str(theirs.fileno()), str(kind.opens(generation)), str(memory_mb)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # One arena: each further one claims 64 MiB of the address space that RLIMIT_AS grants. Of a
                # failed allocation Rust would write a backtrace, for which there is no memory either.
                env=os.environ
                | {"PYTHONPATH": _PACKAGES, "MALLOC_ARENA_MAX": "1", "RUST_BACKTRACE": "0"}
                | kind.environment(),
            )
        worker, started = cls(process), False
        if kind.nice:
            worker.set_nice(kind.nice)
        try:
            async with asyncio.timeout(_STARTING_SECONDS):
                ready = worker._next()
                await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=ours)
                await ready
        except TimeoutError:
            raise WorkerEndedError(0) from None
        else:
            started = True
        finally:
            if not started:
                if worker._transport is None:
                    ours.close()
                worker.kill()
                worker.wait()
        return worker

    def ask(self, request: wire.Request) -> asyncio.Future[wire.Reply]:
        """The worker's reply to come; WorkerEndedError when there is none, OSError where it is too large.

        One that is not waited for leaves half a conversation behind: the worker must then be killed.
        """
        assert self._transport is not None
        reply = self._next()
        if self._transport.is_closing():
            self.connection_lost(None)
        else:
            self._transport.write(request.frame())
        return reply

    def _next(self) -> asyncio.Future[wire.Reply]:
        self._reply = asyncio.get_running_loop().create_future()
        return self._reply

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            reply = self._replies.feed(data)
        except OSError as full:
            self._end(full)
            return
        if reply is not None and self._reply is not None and not self._reply.done():
            self._reply.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is told apart in a thread by what the process ended, for which that is given some time."""
        if self._reply is not None and not self._reply.done():
            self._ending = asyncio.create_task(self._ended())

    async def _ended(self) -> None:
        self._end(WorkerEndedError(await asyncio.to_thread(self._ending_signal)))

    def _end(self, error: Exception) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(error)
            self._reply.exception()  # there need not be anybody who waits for it

    def set_nice(self, nice: int) -> bool:
        """How much all of its threads give way; False where less than before is not permitted."""
        # For Linux each thread has its own (sched(7)); those that it starts later have that of their maker.
        try:
            for thread in Path(f"/proc/{self.process.pid}/task").iterdir():
                os.setpriority(os.PRIO_PROCESS, int(thread.name), nice)
        except PermissionError:
            return False
        except (FileNotFoundError, ProcessLookupError):
            return True  # it has ended, or there is no such folder on this system
        return True

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        """End its query; the worker then says that it stopped, unless it had just answered."""
        self.process.send_signal(signal.SIGUSR1)

    def kill(self) -> None:
        """End it now. The store is read-only and unharmed, and nothing else stops an evaluation."""
        self.process.kill()
        self._end(WorkerEndedError(signal.SIGKILL))
        if self._transport is not None:
            self._transport.abort()

    def wait(self) -> None:
        """Until the process is gone; milliseconds after a kill. Blocks: call it in a thread."""
        self.process.wait()

    def _ending_signal(self) -> int:
        try:
            return max(0, -self.process.wait(_ENDING_SECONDS))
        except subprocess.TimeoutExpired:
            return 0
