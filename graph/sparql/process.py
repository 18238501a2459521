"""One worker process, seen from the front: started, asked, ended."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graph.sparql import wire
from graph.sparql.spool import Spool
from graph.stores.generations import Generation

_PACKAGES = str(Path(__file__).resolve().parents[2])
_COMMAND = (sys.executable, "-P", "-m")
# A lost worker has closed its link because it is ending; it gets this long to do so by itself.
_ENDING_SECONDS = 1.0
_STARTING_SECONDS = 30.0
_READ_AT_ONCE = 64 * 1024
"""Bytes."""


class WorkerEndedError(Exception):
    """The worker ended instead of answering; `signal_number` says by what, 0 where no signal was."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number


@dataclass(frozen=True, slots=True)
class Kind:
    """What a worker runs and what it opens. `can_stop`: SIGUSR1 ends its query alone, and it says so.

    `nice`: how much it gives way to other processes from the start (0 to 19, as in nice(1)). `environment`:
    what it is told besides, and `ps` does not show.
    """

    module: str
    opens: Callable[[Generation], Path]
    can_stop: bool = False
    nice: int = 0
    environment: Callable[[], dict[str, str]] = dict

    def is_there(self, generation: Generation) -> bool:
        """Whether a generation has what a worker opens; its store may still be being loaded."""
        return self.opens(generation).exists()


OXIGRAPH = Kind("graph.sparql.worker", lambda generation: generation.oxigraph)
COLUMNS = Kind("graph.sparql.columns_worker", lambda generation: generation.columns, can_stop=True, nice=5)
"""Their queries are the long ones, and have several threads."""
PLANNING = replace(COLUMNS, nice=0)


@dataclass(eq=False, slots=True)
class Worker:
    """A process that holds a generation's store open, and our end of the socket pair to it.

    `arrived` is what came of a frame and has not been taken yet.
    """

    process: subprocess.Popen[bytes]
    link: socket.socket
    buffer: bytearray = field(default_factory=lambda: bytearray(_READ_AT_ONCE))
    arrived: bytearray = field(default_factory=bytearray)

    @classmethod
    async def start(cls, kind: Kind, generation: Generation, memory_mb: int) -> "Worker":
        """A worker that has opened its store. Raises WorkerEndedError when it cannot."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
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
        worker, started = cls(process, ours), False
        if kind.nice:
            worker.set_nice(kind.nice)
        try:
            async with asyncio.timeout(_STARTING_SECONDS):
                await worker._receive()
        except TimeoutError:
            raise WorkerEndedError(0) from None
        else:
            started = True
        finally:
            if not started:
                worker.kill()
                worker.wait()
        return worker

    async def ask(self, request: wire.Request) -> wire.Reply:
        """The worker's reply. Raises WorkerEndedError when there is none.

        A call that is cancelled leaves half a conversation behind: the worker must then be killed.
        """
        with suppress(ConnectionError):  # a dead worker is told from its missing reply
            await asyncio.get_running_loop().sock_sendall(self.link, request.frame())
        return await self._receive()

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
        self.link.close()

    def wait(self) -> None:
        """Until the process is gone; milliseconds after a kill. Blocks: call it in a thread."""
        self.process.wait()

    async def _receive(self) -> wire.Reply:
        spool: Spool | None = None
        while True:
            header, body = await self._frame()
            if wire.PART in header:
                spool = spool or Spool()
                spool.write(body)
            elif spool is None or "failure" in header:
                return wire.Reply(body=bytes(body), **header)
            else:
                spool.write(body)
                return wire.Reply(spool=spool, **header)

    async def _frame(self) -> tuple[dict[str, Any], bytearray]:
        header_length, body_length = wire.PREFIX.unpack(await self._take(wire.PREFIX.size))
        header = json.loads(await self._take(header_length))
        return header, await self._take(body_length)

    async def _take(self, size: int) -> bytearray:
        """So many bytes: most answers come as a whole, and are read as one."""
        loop = asyncio.get_running_loop()
        while len(self.arrived) < size:
            received = 0
            with suppress(ConnectionError):
                received = await loop.sock_recv_into(self.link, self.buffer)
            if received == 0:
                raise WorkerEndedError(await asyncio.to_thread(self._ending_signal))
            self.arrived += memoryview(self.buffer)[:received]
        taken = self.arrived[:size]
        del self.arrived[:size]
        return taken

    def _ending_signal(self) -> int:
        try:
            return max(0, -self.process.wait(_ENDING_SECONDS))
        except subprocess.TimeoutExpired:
            return 0
