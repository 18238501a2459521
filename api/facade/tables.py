"""A collection as one table: written by a process of its own, passed on as it comes."""

import asyncio
import os
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Self

from api.facade.sight import Sight
from graph.errors import BusyError, WorkerLostError
from graph.formats import Format
from graph.resources import Property, ResourceType
from graph.tables import Field, Request, TableFormat
from graph.tables.frames import LENGTH
from graph.tables.plan import FieldKind, literal_kind
from graph.text import Text
from graph.vocabulary import Vocabulary

NDJSON = Format("NDJSON", "application/x-ndjson", "ndjson", "results", ("application/jsonl",))
CSV = Format("CSV", "text/csv", "csv", "results")
PARQUET = Format("Parquet", "application/vnd.apache.parquet", "parquet", "results")
WRITTEN: Mapping[Format, TableFormat] = {NDJSON: "ndjson", CSV: "csv", PARQUET: "parquet"}
OFFERED = (NDJSON, CSV, PARQUET)

MOST = 2
"""Tables that are written at a time: each takes both cores and half a gibibyte."""
MEMORY_MB = 512
_PIECE = 1 << 18
_PACKAGES = str(Path(__file__).resolve().parents[2])


def request(
    resource: ResourceType,
    properties: tuple[Property, ...],
    vocabulary: Vocabulary,
    *,
    columns: Path,
    graphs: frozenset[str],
    written: Format,
    subjects: tuple[str, ...] | None = None,
) -> Request:
    """What the process is told: of the shape only names, paths and types. `subjects`: these alone."""
    codes = {
        iri: vocabulary.concepts[iri].notation
        for one in properties
        if one.kind == "code"
        for iri in one.values
        if iri in vocabulary.concepts
    }
    return Request(
        columns=str(columns),
        graphs=tuple(sorted(graphs)),
        target_class=resource.target_class,
        fields=tuple(_field(one) for one in properties),
        format=WRITTEN[written],
        memory_mb=MEMORY_MB,
        codes=codes,
        subjects=subjects,
    )


def seen(resource: ResourceType, sight: Sight) -> tuple[Property, ...]:
    """The columns of a table: the fields that the caller may see."""
    return sight.seen(resource.properties)


class Tables:
    """Writes tables, `MOST` at a time, each in a process; one of them then waits for the next table.

    `ahead`: one waits before the first table is asked for. Used as a context, it is there from the start, and
    ended at the end.
    """

    def __init__(self, *, ahead: bool) -> None:
        self._writing = 0
        self._ahead = ahead
        self._waiting: list[Process] = []

    async def __aenter__(self) -> Self:
        if self._ahead:
            self._waiting.append(await _started())
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._waiting:
            await _end(self._waiting.pop())

    async def write(self, asked: Request) -> AsyncIterator[bytes]:
        """The bytes of a table, once the first of them are there.

        Raises BusyError, and WorkerLostError where there are none; a table that ends in the middle raises
        while it is passed on, so that nobody takes it for whole.
        """
        if self._writing >= MOST:
            raise BusyError(
                Text("Đang xuất nhiều bảng cùng lúc.", "Several tables are being written."),
                hint=Text("Hãy thử lại sau một phút.", "Try again in a minute."),
            )
        pieces = self._pieces(asked)
        first = await anext(pieces, b"")
        return _from(first, pieces)

    async def _pieces(self, asked: Request) -> AsyncIterator[bytes]:
        self._writing += 1
        process = None
        try:
            process = await self._process()
            async for piece in _asked(process, asked):
                yield piece
            if not self._waiting:
                self._waiting.append(process)
                process = None
        except (asyncio.IncompleteReadError, OSError) as lost:
            raise WorkerLostError(
                Text("Tiến trình xuất bảng đã dừng.", "The process that wrote the table ended."),
                hint=Text("Hãy thử lại.", "Try again."),
            ) from lost
        finally:
            self._writing -= 1
            if process is not None:
                await _end(process)

    async def _process(self) -> Process:
        """The one that waited last and still runs; else a new one."""
        while self._waiting:
            if (process := self._waiting.pop()).returncode is None:
                return process
        return await _started()


async def _started() -> Process:
    """A process that waits for its first request. It ends when nobody is there any more to send one."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "graph.tables.process"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": _PACKAGES},
        limit=_PIECE,
    )


async def _asked(process: Process, asked: Request) -> AsyncIterator[bytes]:
    """The pieces of one table. Raises IncompleteReadError or OSError where the process ends in it."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{asked.dumps()}\n".encode())
    await process.stdin.drain()
    while left := LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))[0]:
        while left:
            if not (piece := await process.stdout.read(min(left, _PIECE))):
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(piece)
            yield piece


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


async def _from(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async with aclosing(pieces):  # type: ignore[type-var]  # it is a generator
        yield first
        async for piece in pieces:
            yield piece


def _field(one: Property) -> Field:
    kinds: dict[str, FieldKind] = {"langString": "texts", "code": "code", "link": "link"}
    return Field(
        one.key, one.path, kinds.get(one.kind) or literal_kind(one.datatype), one.inverse, one.scalar
    )
