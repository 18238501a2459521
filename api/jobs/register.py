"""The register of jobs of one kind: who may see which, how many run at a time, when they are gone."""

import asyncio
import secrets
import shutil
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Generic, Literal, TypeVar

from graph.errors import BusyError, LienthongError, unknown_name
from graph.text import Text

State = Literal["waiting", "queued", "running", "done", "failed", "cancelled"]
UNDER_WAY: tuple[State, ...] = ("waiting", "queued", "running")
MOST = 1000
"""So many jobs are remembered; of more, those that ended first are forgotten before they expire."""
SWEEP = 10.0
"""Seconds between two looks for what has expired."""


@dataclass(slots=True, eq=False, kw_only=True)
class Job:
    """For one caller (`owner`, the principal's name), with a folder of its own; times are in UTC."""

    id: str
    owner: str
    folder: Path
    created: datetime
    expires: datetime
    state: State
    error: LienthongError | None = None
    work: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


Kind = TypeVar("Kind", bound=Job)


class Register(Generic[Kind]):
    """`workers` jobs run at a time, `queue` more may wait; each is kept for `keep` seconds after its end."""

    def __init__(self, name: Text, *, workers: int, queue: int, keep: float) -> None:
        self._name = name
        self._most_under_way = workers + queue
        self._keep = keep
        self._jobs: dict[str, Kind] = {}
        self._gate = asyncio.Semaphore(workers)
        self._sweeping: asyncio.Task[None] | None = None

    def get(self, name: str, owner: str) -> Kind:
        """Raises UnknownNameError in the same words for a job that never was, is gone, or somebody else's."""
        job = self._jobs.get(name)
        if job is None or job.owner != owner or job.expires <= datetime.now(UTC):
            raise unknown_name(self._name, name, [])
        return job

    def of(self, owner: str) -> list[Kind]:
        """A caller's jobs, the oldest first."""
        now = datetime.now(UTC)
        return [job for job in self._jobs.values() if job.owner == owner and job.expires > now]

    async def wait(self, job: Kind, seconds: float) -> None:
        """Until it has ended, and no longer than so many seconds."""
        assert job.work is not None, "a job is started before it is waited for"
        await asyncio.wait({job.work}, timeout=seconds)

    async def remove(self, job: Kind) -> None:
        """Ends it, whatever it is doing, and leaves nothing of it."""
        self._jobs.pop(job.id, None)
        await self._end(job)
        await asyncio.to_thread(shutil.rmtree, job.folder, ignore_errors=True)

    def _new_id(self) -> str:
        """All that a caller without a name has to show: nobody can guess 192 bits. Raises BusyError."""
        if sum(job.is_under_way for job in self._jobs.values()) >= self._most_under_way:
            raise BusyError(
                Text(
                    f"Đang có quá nhiều {self._name.vi}.",
                    f"Too many of these are under way: {self._name.en}.",
                ),
                hint=Text("Hãy thử lại sau ít phút.", "Try again in some minutes."),
            )
        return secrets.token_urlsafe(24)

    def _kept_until(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._keep)

    def _start(self, job: Kind, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """`work` begins when its turn comes; what it raises becomes the job's error."""
        job.work = asyncio.create_task(self._run(job, work))

    async def _run(self, job: Kind, work: Callable[[], Coroutine[None, None, None]]) -> None:
        try:
            async with self._gate:
                job.state = "running"
                await self._changed(job)
                await work()
                job.state = "done"
        except LienthongError as error:
            job.error, job.state = error, "failed"
        finally:
            job.expires = self._kept_until()
            await self._changed(job)

    async def _changed(self, job: Kind) -> None:
        """Called when a job begins and when it has ended, however it did."""

    async def _end(self, job: Kind) -> None:
        if job.work is not None:
            job.work.cancel()
            with suppress(asyncio.CancelledError):
                await job.work

    def _start_sweeping(self) -> None:
        self._sweeping = asyncio.create_task(self._sweep())

    def _stop_sweeping(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self._keep))
            now = datetime.now(UTC)
            ended = [job for job in self._jobs.values() if not job.is_under_way]
            expired = [job for job in self._jobs.values() if job.expires <= now]
            for job in {*expired, *ended[: max(0, len(self._jobs) - MOST)]}:
                await self.remove(job)
