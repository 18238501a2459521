"""Checks under way and done: each in a process and a folder of its own, gone when it expires.

What was sent is removed as soon as it has been read; the report stays until the job expires. Folders that a
service left behind when it was killed are removed by the next one on this machine.
"""

import asyncio
import json
import secrets
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from api.validation import command, failures
from api.validation.command import Check
from graph.errors import BusyError, LienthongError, unknown_name
from graph.settings import Settings
from graph.shacl.reporting import Report, as_json
from graph.text import Text

UNDER_WAY = ("waiting", "running")
State = Literal["waiting", "running", "done", "failed"]
PREFIX = "lienthong-validate-"
MOST = 1000
"""So many jobs are remembered; of more, those that ended first are forgotten before they expire."""
SWEEP = 10.0
"""Seconds between two looks for what has expired."""


@dataclass(slots=True, eq=False)
class Job:
    """One check for one caller (`owner`, the principal's name). `step` is what it is at; times are in UTC."""

    id: str
    owner: str
    folder: Path
    created: datetime
    expires: datetime
    state: State = "waiting"
    step: str | None = None
    report: Report | None = None
    error: LienthongError | None = None
    work: asyncio.Task[None] | None = field(default=None, repr=False)


class Jobs:
    """All jobs of this process; `async with` it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._jobs: dict[str, Job] = {}
        self._gate = asyncio.Semaphore(settings.validate_workers)
        self._root: Path | None = None
        self._sweeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        longest = self._settings.validate_keep + self._settings.validate_timeout
        await asyncio.to_thread(_remove_abandoned, longest)
        self._root = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._sweeping = asyncio.create_task(self._sweep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
        for job in [*self._jobs.values()]:
            await self.remove(job)
        if self._root is not None:
            await asyncio.to_thread(shutil.rmtree, self._root, ignore_errors=True)

    def open(self, owner: str) -> Job:
        """A job with an empty folder, into which what is sent is put. Raises BusyError."""
        waiting = sum(job.state in UNDER_WAY for job in self._jobs.values())
        if waiting >= self._settings.validate_workers + self._settings.validate_queue:
            raise BusyError(
                Text("Đang có quá nhiều lần kiểm tra.", "Too many checks are under way."),
                hint=Text("Hãy thử lại sau ít phút.", "Try again in some minutes."),
            )
        if len(self._jobs) >= MOST:
            ended = next((job.id for job in self._jobs.values() if job.state not in UNDER_WAY), "")
            self._jobs.pop(ended, None)
        assert self._root is not None, "jobs are opened inside `async with`"
        # The id is all that a caller without a name has to show: nobody can guess 192 bits.
        name = secrets.token_urlsafe(24)
        folder = self._root / name
        folder.mkdir()
        now = datetime.now(UTC)
        kept = timedelta(seconds=self._settings.validate_keep + self._settings.validate_timeout)
        job = self._jobs[name] = Job(name, owner, folder, now, now + kept)
        return job

    def start(self, job: Job, check: Check) -> None:
        job.work = asyncio.create_task(self._run(job, check))

    def get(self, name: str, owner: str) -> Job:
        """Raises UnknownNameError in the same words for a job that never was, is gone, or somebody else's."""
        job = self._jobs.get(name)
        if job is None or job.owner != owner or job.expires <= datetime.now(UTC):
            raise unknown_name(Text("lần kiểm tra", "check"), name, [])
        return job

    async def wait(self, job: Job, seconds: float) -> None:
        """Until it has ended, and no longer than so many seconds."""
        assert job.work is not None, "a job is started before it is waited for"
        await asyncio.wait({job.work}, timeout=seconds)

    async def remove(self, job: Job) -> None:
        """Ends it, whatever it is doing, and leaves nothing of it."""
        self._jobs.pop(job.id, None)
        if job.work is not None:
            job.work.cancel()
            with suppress(asyncio.CancelledError):
                await job.work
        await asyncio.to_thread(shutil.rmtree, job.folder, ignore_errors=True)

    async def _run(self, job: Job, check: Check) -> None:
        try:
            async with self._gate:
                job.state = "running"
                job.report = await self._checked(job, check)
                job.state = "done"
        except LienthongError as error:
            job.error, job.state = error, "failed"
        finally:
            job.step = None
            job.expires = datetime.now(UTC) + timedelta(seconds=self._settings.validate_keep)
            await asyncio.to_thread(shutil.rmtree, job.folder, ignore_errors=True)

    async def _checked(self, job: Job, check: Check) -> Report:
        seconds = self._settings.validate_timeout
        process = await asyncio.create_subprocess_exec(
            *command.arguments(check, self._settings),
            cwd=job.folder,
            env=command.environment(check, self._settings, job.folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            async with asyncio.timeout(seconds):
                told, _ = await asyncio.gather(process.stdout.read(), _follow(process.stderr, job))
                await process.wait()
        except TimeoutError:
            raise failures.too_slow(seconds) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode not in (0, 1, 2) or not told.strip():
            raise failures.lost(process.returncode, self._settings.validate_memory_mb)
        values = json.loads(told)
        if "error" in values:
            raise failures.of(values["error"], job.folder)
        return as_json.read(values)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self._settings.validate_keep))
            now = datetime.now(UTC)
            for job in [job for job in self._jobs.values() if job.expires <= now]:
                await self.remove(job)


async def _follow(stream: asyncio.StreamReader, job: Job) -> None:
    """What the process says it is at."""
    async for line in stream:
        job.step = line.decode("utf-8", "replace").strip() or job.step


def _remove_abandoned(seconds: float) -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.owner() == Path.home().owner() and time.time() - folder.stat().st_mtime > seconds:
                shutil.rmtree(folder)
