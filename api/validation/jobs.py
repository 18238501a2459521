"""Checks under way and done: each in a process and a folder of its own, gone when it expires.

What was sent is removed as soon as it has been read; the report stays until the job expires. Folders that a
service left behind when it was killed are removed by the next one on this machine.
"""

import asyncio
import json
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from api.jobs import register
from api.jobs.register import Register
from api.validation import failures
from api.validation.command import Check
from api.validation.parent import Parent
from graph.settings import Settings
from graph.shacl.reporting import Report, as_json
from graph.text import Text

PREFIX = "lienthong-validate-"


@dataclass(slots=True, eq=False, kw_only=True)
class Job(register.Job):
    """One check. `step` is what it is at."""

    step: str | None = None
    report: Report | None = None


class Jobs(Register[Job]):
    """All checks of this process; `async with` it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            Text("lần kiểm tra", "check"),
            workers=settings.validate_workers,
            queue=settings.validate_queue,
            keep=settings.validate_keep,
        )
        self._settings = settings
        self._root: Path | None = None
        self._parent = Parent(settings)

    async def __aenter__(self) -> Self:
        longest = self._settings.validate_keep + self._settings.validate_timeout
        await asyncio.to_thread(_remove_abandoned, longest)
        self._root = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._start_sweeping()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_sweeping()
        for job in [*self._jobs.values()]:
            await self.remove(job)
        await self._parent.end()
        if self._root is not None:
            await asyncio.to_thread(shutil.rmtree, self._root, ignore_errors=True)

    def open(self, owner: str) -> Job:
        """A job with an empty folder, into which what is sent is put. Raises BusyError."""
        name = self._new_id()
        assert self._root is not None, "jobs are opened inside `async with`"
        folder = self._root / name
        folder.mkdir()
        now = datetime.now(UTC)
        kept = timedelta(seconds=self._settings.validate_keep + self._settings.validate_timeout)
        job = self._jobs[name] = Job(
            id=name, owner=owner, folder=folder, created=now, expires=now + kept, state="waiting"
        )
        return job

    def start(self, job: Job, check: Check) -> None:
        self._start(job, partial(self._check, job, check))

    async def _check(self, job: Job, check: Check) -> None:
        job.report = await self._checked(job, check)

    async def _changed(self, job: Job) -> None:
        if not job.is_under_way:
            job.step = None
            await asyncio.to_thread(shutil.rmtree, job.folder, ignore_errors=True)

    async def _checked(self, job: Job, check: Check) -> Report:
        seconds = self._settings.validate_timeout
        child = await self._parent.fork(check, job.folder)
        try:
            async with asyncio.timeout(seconds):
                told, _, code = await asyncio.gather(child.out.read(), _follow(child.err, job), child.code())
        except TimeoutError:
            raise failures.too_slow(seconds) from None
        finally:
            await child.end()
        if code not in (0, 1, 2) or not told.strip():
            raise failures.lost(self._settings.validate_memory_mb)
        values = json.loads(told)
        if "error" in values:
            raise failures.of(values["error"], job.folder)
        return as_json.read(values)


async def _follow(stream: asyncio.StreamReader, job: Job) -> None:
    """What the process says it is at."""
    async for line in stream:
        job.step = line.decode("utf-8", "replace").strip() or job.step


def _remove_abandoned(seconds: float) -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.owner() == Path.home().owner() and time.time() - folder.stat().st_mtime > seconds:
                shutil.rmtree(folder)
