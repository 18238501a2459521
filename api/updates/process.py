"""The process that writes, seen from the service: started, asked, ended.

The service itself knows no data sets (`ingest`), and must not stand still or die of an update. It is started
with the first one, and stays: reading all shapes takes seconds.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.settings import Settings
from graph.sparql import wire

COMMAND = (sys.executable, "-P", "-m", "ingest.updates.worker")
STARTING_SECONDS = 120.0
_PACKAGES = str(Path(__file__).resolve().parents[2])
_PATHS = ("data_dir", "ontology_dir", "shapes_dir", "datasets_dir", "sources_dir")
_PLAIN = (
    "base_iri",
    "language",
    "columns_memory_mb",
    "columns_threads",
    "generations_kept",
    "query_max_bytes",
    "query_max_depth",
    "query_max_optionals",
    "query_memory_mb",
    "store",
    "store_graphs",
    "update_default_graph",
    "update_max_mb",
)


class ProcessEndedError(Exception):
    """It ended instead of answering; `signal_number` says by what, 0 where no signal was."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number


@dataclass(eq=False, slots=True)
class UpdateProcess:
    """The process, and our end of the socket pair to it."""

    process: subprocess.Popen[bytes]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def start(cls, settings: Settings, command: Sequence[str] = COMMAND) -> "UpdateProcess":
        """One that has read the shapes. Raises ProcessEndedError when it cannot."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # No file of settings is found there: all that it needs is told.
                cwd="/",
                env={
                    **{
                        name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")
                    },
                    "PYTHONPATH": _PACKAGES,
                    "MALLOC_ARENA_MAX": "1",
                },
            )
        reader, writer = await asyncio.open_connection(sock=ours)
        made, is_started = cls(process, reader, writer), False
        try:
            async with asyncio.timeout(STARTING_SECONDS):
                await made.send(_told(settings), b"")
                await made.receive()
            is_started = True
        except TimeoutError:
            raise ProcessEndedError(0) from None
        finally:
            if not is_started:
                await made.end()
        return made

    async def send(self, header: dict[str, Any], body: bytes) -> None:
        try:
            self.writer.write(wire.pack(header, body))
            await self.writer.drain()
        except ConnectionError:
            raise ProcessEndedError(await self._signal()) from None

    async def receive(self) -> dict[str, Any]:
        """The next step that it tells. Raises ProcessEndedError."""
        try:
            lengths = await self.reader.readexactly(wire.PREFIX.size)
            header_length, body_length = wire.PREFIX.unpack(lengths)
            frame = await self.reader.readexactly(header_length + body_length)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise ProcessEndedError(await self._signal()) from None
        told: dict[str, Any] = json.loads(frame[:header_length])
        return told

    async def end(self) -> None:
        """Now, whatever it is doing: the data folder is whole at every moment."""
        self.process.kill()
        self.writer.close()
        await asyncio.to_thread(self.process.wait)

    async def _signal(self) -> int:
        try:
            return max(0, -await asyncio.to_thread(self.process.wait, 1.0))
        except subprocess.TimeoutExpired:
            return 0


def _told(settings: Settings) -> dict[str, Any]:
    return {
        **{name: str(getattr(settings, name).resolve()) for name in _PATHS},
        **{name: getattr(settings, name) for name in _PLAIN},
        "store_credentials": settings.store_credentials.get_secret_value(),
    }
