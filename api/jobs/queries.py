"""Queries that take long: each evaluated by workers of its own, its answer kept in the data folder.

What a service had not finished when it ended is told as failed by the next one; what it had finished
is there.
"""

import asyncio
import os
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from api.jobs import records
from api.jobs.records import Outcome, QueryJob
from api.jobs.register import Register
from graph.access import Principal
from graph.columns.durable import commit
from graph.errors import AccessError, BusyError, QueryStoppedError, WorkerLostError
from graph.settings import Settings
from graph.sparql.answer import Answer
from graph.sparql.engine import Engine
from graph.sparql.running import Asked
from graph.stores.generations import Generations
from graph.text import Text

FOLDER = "jobs"


class QueryJobs(Register[QueryJob]):
    """All jobs about queries of one data folder; `async with` it. The workers start with the first job."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            Text("tác vụ", "job"),
            workers=settings.jobs_workers,
            queue=settings.queue,
            keep=settings.jobs_keep,
        )
        self._settings = settings
        self._root = settings.data_dir / FOLDER
        chosen = {
            "query_timeout": settings.jobs_timeout,
            "workers": settings.jobs_workers,
            "spare_workers": 0,
            "cache_mb": 0,
            "caller_queue": settings.queue,
        }
        self._engine = Engine(Generations(settings.data_dir), settings.model_copy(update=chosen))
        self._starting = asyncio.Lock()
        self._has_workers = False

    async def __aenter__(self) -> Self:
        for job in await asyncio.to_thread(_kept, self._root):
            self._jobs[job.id] = job
        self._start_sweeping()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_sweeping()
        for job in self._jobs.values():
            if job.is_under_way:
                job.error = _interrupted()
                await self._end(job)
                if job.is_under_way:  # it had not begun
                    await self._settle(job)
        if self._has_workers:
            await self._engine.stop()

    async def submit(
        self,
        query: str,
        principal: Principal,
        *,
        accept: str | None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        timeout: float | None = None,
    ) -> QueryJob:
        """A job that waits for its turn. Raises BusyError, and what `Engine.prepare` does."""
        if len(self.of(principal.name)) >= self._settings.jobs_kept:
            raise BusyError(
                Text(
                    f"Mỗi người giữ nhiều nhất {self._settings.jobs_kept} tác vụ.",
                    f"Nobody keeps more than {self._settings.jobs_kept} jobs.",
                ),
                hint=Text("Xoá bớt: DELETE /jobs/{id}", "Remove some: DELETE /jobs/{id}"),
            )
        given = {"default_graph_uris": tuple(default_graphs), "named_graph_uris": tuple(named_graphs)}
        prepared = self._engine.prepare(
            query, principal_graphs=principal.graphs, accept=accept, timeout=timeout, **given
        )
        name, now = self._new_id(), datetime.now(UTC)
        longest = self._settings.jobs_keep + self._settings.jobs_timeout * (1 + self._settings.queue)
        job = QueryJob(
            id=name,
            owner=principal.name,
            folder=self._root / name,
            created=now,
            expires=now + timedelta(seconds=longest),
            state="queued",
            query=query,
            graphs=tuple(sorted({*prepared.dataset.default, *prepared.dataset.named})),
            default_graphs=given["default_graph_uris"],
            named_graphs=given["named_graph_uris"],
            accept=accept,
            seconds=prepared.seconds,
            process=os.getpid(),
        )
        self._jobs[name] = job
        await asyncio.to_thread(_create, job)
        self._start(job, partial(self._answer, job))
        return job

    async def cancel(self, job: QueryJob) -> None:
        """Ends a job that is under way, which is then told as cancelled; removes one that has ended."""
        if not job.is_under_way:
            await self.remove(job)
            return
        job.error = QueryStoppedError(
            Text(f"Tác vụ {job.id} đã bị huỷ.", f"Job {job.id} was cancelled."),
            hint=Text("Người gửi đã huỷ.", "Whoever sent it did that."),
        )
        await self._end(job)
        if job.is_under_way:  # it had not begun
            await self._settle(job)

    def readable(self, name: str, principal: Principal) -> QueryJob:
        """A job of the caller's, to be read. Raises AccessError where a grant it was asked with has ended."""
        job = self.get(name, principal.name)
        if not principal.graphs.issuperset(job.graphs):
            raise AccessError(
                Text(
                    "Bạn không còn được đọc hết những dữ liệu mà tác vụ này đã hỏi.",
                    "You may no longer read all of the data that this job was asked with.",
                ),
                hint=Text(
                    "Gửi lại truy vấn; xem /access/explain", "Send the query again; see /access/explain"
                ),
            )
        return job

    async def _answer(self, job: QueryJob) -> None:
        async with self._starting:
            if not self._has_workers:
                await self._engine.start()
                self._has_workers = True
        prepared = self._engine.prepare(
            job.query,
            principal_graphs=frozenset(job.graphs),
            accept=job.accept,
            default_graph_uris=job.default_graphs,
            named_graph_uris=job.named_graphs,
            timeout=job.seconds,
        )
        answer = await self._engine.run(prepared, Asked(job.owner, job.id))
        await asyncio.to_thread(_write_result, job, answer)
        job.outcome = _outcome(answer)

    async def _changed(self, job: QueryJob) -> None:
        if job.state == "running" and job.started is None:
            job.started = datetime.now(UTC)
            await asyncio.to_thread(records.write, job)
        else:
            await self._settle(job)

    async def _settle(self, job: QueryJob) -> None:
        """Its end, written down: a job whose work was ended from outside knows by its error why."""
        job.ended = datetime.now(UTC)
        if job.is_under_way:
            job.state = "cancelled" if isinstance(job.error, QueryStoppedError) else "failed"
        job.expires = self._kept_until()
        records.write(job)


def _create(job: QueryJob) -> None:
    """Folders that nobody but the service's account may enter."""
    job.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    job.folder.mkdir(mode=0o700)
    records.write(job)


def _write_result(job: QueryJob, answer: Answer) -> None:
    made = job.folder / f".{records.RESULT}"
    with os.fdopen(records.opened_for_service(made), "wb") as file:
        for piece in answer.pieces(1 << 20):
            file.write(piece)
    commit(made, job.result)


def _outcome(answer: Answer) -> Outcome:
    return Outcome(
        answer.media_type, answer.generation, answer.engine, answer.seconds, answer.size, answer.etag
    )


def _kept(root: Path) -> list[QueryJob]:
    """The jobs that were there before; what is left of others is removed."""
    found = []
    now = datetime.now(UTC)
    for folder in sorted(root.glob("*/")):
        job = records.read(folder)
        if job is None or job.expires <= now:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        if job.is_under_way and not _is_alive(job.process):
            job.state, job.error = "failed", _interrupted()
            records.write(job)
        found.append(job)
    return sorted(found, key=lambda job: job.created)


def _is_alive(process: int) -> bool:
    """Whether another service still works on it; this one has begun nothing yet."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _interrupted() -> WorkerLostError:
    return WorkerLostError(
        Text("Dịch vụ đã dừng khi tác vụ chưa xong.", "The service ended before the job had."),
        hint=Text("Hãy gửi lại.", "Send it again."),
    )
