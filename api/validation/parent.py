"""The process that checks are forked from, seen from the service.

It has imported the command and read shapes and ontology, which takes two seconds; a child of it begins in
milliseconds. It is started with the first check, and again where it has ended.
"""

import asyncio
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from api.validation import command
from api.validation.command import Check
from graph.settings import Settings

COMMAND = (sys.executable, "-P", "-m", "cli.prepared")
_PROCESS_ID = struct.Struct("I")
# Should the service be gone, a child ends itself so much after its deadline.
_ORPHAN_SECONDS = 2.0


class Child:
    """One check: `out` and `err` are what it writes to stdout and stderr."""

    def __init__(self, pipes: list[tuple[asyncio.StreamReader, asyncio.BaseTransport]]) -> None:
        (self.out, _), (self.err, _), (self._told, _) = pipes
        self._transports = [transport for _, transport in pipes]
        self._process_id: int | None = None
        self._ending = asyncio.create_task(self._ended())

    async def code(self) -> int | None:
        """Its exit code when it has ended; None where a signal ended it, or its parent before it began."""
        return await asyncio.shield(self._ending)

    async def end(self) -> None:
        """Now, if it has not ended. One that has not even begun ends as it finds its pipes closed."""
        if not self._ending.done():
            if self._process_id is None:
                self._ending.cancel()
            else:
                with suppress(ProcessLookupError):
                    os.kill(self._process_id, signal.SIGKILL)
                await self._ending
        for transport in self._transports:
            transport.close()

    async def _ended(self) -> int | None:
        try:
            (self._process_id,) = _PROCESS_ID.unpack(await self._told.readexactly(_PROCESS_ID.size))
        except asyncio.IncompleteReadError:
            return None
        rest = await self._told.read()
        return rest[0] if rest else None


class Parent:
    """Its process, if there is one, and our end of the socket pair to it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None

    async def fork(self, check: Check, folder: Path) -> Child:
        """A process that makes this check in `folder`."""
        with ExitStack() as ours, ExitStack() as theirs:
            asked = theirs.enter_context(tempfile.TemporaryFile())
            asked.write(json.dumps(self._asked(check, folder)).encode())
            asked.seek(0)
            reading, writing = [], []
            for _ in range(3):
                end, other = os.pipe()
                reading.append(ours.enter_context(os.fdopen(end, "rb", buffering=0)))
                writing.append(theirs.enter_context(os.fdopen(other, "wb", buffering=0)))
            descriptors = [asked.fileno(), *(one.fileno() for one in writing)]
            try:
                socket.send_fds(self._linked(), [b"+"], descriptors)
            except ConnectionError:  # it ended a moment ago
                await self.end()
                socket.send_fds(self._linked(), [b"+"], descriptors)
            pipes = [await _reading(one) for one in reading]
            ours.pop_all()  # the transports close them
        return Child(pipes)

    async def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
            self._process = None
        if self._link is not None:
            self._link.close()
            self._link = None

    def _asked(self, check: Check, folder: Path) -> dict[str, object]:
        return {
            "arguments": command.arguments(check, self._settings),
            "environment": command.environment(check, self._settings, folder),
            "folder": str(folder),
            "memory_mb": self._settings.validate_memory_mb,
            "seconds": self._settings.validate_timeout + _ORPHAN_SECONDS,
        }

    def _linked(self) -> socket.socket:
        if self._link is None:
            self._link, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [*COMMAND, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    # No file of settings is found there: all that it needs is told.
                    cwd="/",
                    env=command.prepared(self._settings),
                )
        return self._link


async def _reading(pipe: IO[bytes]) -> tuple[asyncio.StreamReader, asyncio.BaseTransport]:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
    return reader, transport
