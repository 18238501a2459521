"""A process that writes tables waits for the next one, and leaves with the service."""

import asyncio
import json
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from api.facade.tables import Tables
from graph.columns import Builder, TextQuad
from graph.columns.schema import RDF_TYPE
from graph.errors import WorkerLostError
from graph.tables import Request

OPEN = "urn:graph/a/open"


@pytest.fixture(scope="module")
def request_of(tmp_path_factory: pytest.TempPathFactory) -> Request:
    path = tmp_path_factory.mktemp("ahead") / "columns.duckdb"
    with Builder(path) as builder:
        builder.stage([TextQuad("urn:1", RDF_TYPE, "urn:Thing", None, None, OPEN)])
        builder.finish()
    return Request(str(path), (OPEN,), "urn:Thing", (), "ndjson", 256)


async def written(tables: Tables, asked: Request) -> list[dict[str, str]]:
    whole = b"".join([piece async for piece in await tables.write(asked)])
    return [json.loads(line) for line in whole.splitlines()]


def children() -> set[int]:
    """The processes that write tables, or wait to; others come and go."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parent = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
            writes = b"graph.tables.process" in (process / "cmdline").read_bytes()
            if writes and int(parent) == os.getpid():
                found.add(int(process.name))
    return found


def test_tables_are_written_one_after_the_other(request_of: Request) -> None:
    async def ask() -> None:
        before = children()
        async with Tables(ahead=True) as tables:
            for _ in range(3):
                assert await written(tables, request_of) == [{"id": "urn:1"}]
                assert len(children() - before) == 1, "always the same"
        assert children() == before

    asyncio.run(ask())


def test_one_that_was_stopped_while_it_waited_is_not_asked(request_of: Request) -> None:
    async def ask() -> None:
        before = children()
        async with Tables(ahead=True) as tables:
            (waiting,) = children() - before
            os.kill(waiting, signal.SIGKILL)
            await asyncio.sleep(0.2)
            assert await written(tables, request_of) == [{"id": "urn:1"}]

    asyncio.run(ask())


def test_a_table_that_cannot_be_read_is_told_and_the_next_one_is_written(
    request_of: Request, tmp_path: Path
) -> None:
    async def ask() -> None:
        async with Tables(ahead=True) as tables:
            away = Request(str(tmp_path / "none.duckdb"), (OPEN,), "urn:Thing", (), "ndjson", 256)
            with pytest.raises(WorkerLostError):
                await written(tables, away)
            assert await written(tables, request_of) == [{"id": "urn:1"}]

    asyncio.run(ask())


def test_a_table_that_nobody_takes_to_its_end_ends_its_process(request_of: Request) -> None:
    async def ask() -> None:
        before = children()
        async with Tables(ahead=False) as tables:
            assert children() == before, "none is started before one is needed"
            pieces = await tables.write(request_of)
            assert await anext(pieces)
            assert children() != before
            await pieces.aclose()  # type: ignore[attr-defined]  # it is a generator
            assert children() == before
            assert await written(tables, request_of) == [{"id": "urn:1"}]

    asyncio.run(ask())
