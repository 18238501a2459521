"""One query and the engines that are asked for its answer: the first answer counts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from graph.errors import DeadlineExceededError, WorkerLostError
from graph.sparql import wire
from graph.sparql.pool import Pool, Served
from graph.sparql.refusals import too_slow
from graph.sparql.routing import HEAD_START, EngineName, Route, patience
from graph.stores.generations import Generation

_NOT_FINAL = ("unsupported", "memory", "evaluation", "stopped")
"""Failures of one engine that need not be the other's."""
_OFTEN = 0.05
"""Seconds between two looks for a free worker."""
Current = Callable[[], Generation]
Rewriting = Callable[[], Awaitable[str | None]]
"""Gives the text that Oxigraph is to be asked instead; an empty one where it is not, None where nobody
knows yet."""


@dataclass(frozen=True, slots=True)
class Routed:
    """What was served, and the engine that did."""

    served: Served
    engine: EngineName


class Race:
    """The engines that are asked for one answer. `rewriting` is None where Oxigraph is asked the text as it
    is."""

    def __init__(
        self,
        pools: dict[EngineName, Pool],
        request: wire.Request,
        current: Current,
        rewriting: Rewriting | None = None,
    ) -> None:
        self._pools = pools
        self._request = request
        self._current = current
        self._rewriting = rewriting
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._deadline = self._began + request.seconds
        self._until: float | None = None
        self._tasks: dict[EngineName, asyncio.Task[Served]] = {}
        self._counted: dict[EngineName, None] = {}
        """Those whose answer is taken: another may have been begun before it was known who may answer."""
        self._rewritten: asyncio.Task[None] | None = None
        self._text = request.text
        self.is_rewritten: bool | None = None
        """Whether Oxigraph was asked another text; None where nobody looked for one."""
        self._waiting: EngineName | None = None
        """Who will be asked as soon as there is a worker for it."""

    def start(self, engine: EngineName) -> asyncio.Task[Served]:
        """The task of an engine, which is begun unless it has been."""
        if engine not in self._tasks:
            left = max(0.001, self._deadline - self._loop.time())
            text = self._text if engine == "oxigraph" else self._request.text
            asked = replace(self._request, text=text, seconds=left)
            self._tasks[engine] = asyncio.create_task(self._pools[engine].run(asked, self._current))
        return self._tasks[engine]

    async def rewrite(self) -> None:
        """From here on Oxigraph is asked the other text, if there is one, and not what it had begun with."""
        if self._rewriting is None or self.is_rewritten is not None:
            return
        text = await self._rewriting()
        if text is None:
            return
        self.is_rewritten = bool(text)
        if not text:
            return
        self._text = text
        if "oxigraph" in self._tasks and not _is_final(self._tasks["oxigraph"]):
            self._end("oxigraph", self._tasks.pop("oxigraph"))
            self.start("oxigraph")

    def stop(self) -> None:
        """End what still runs; its pool sees to the worker."""
        if self._rewritten is not None:
            self._rewritten.cancel()
        for engine, task in self._tasks.items():
            self._end(engine, task)

    def _end(self, engine: EngineName, task: asyncio.Task[Served]) -> None:
        if not task.done():
            task.cancel()
            self._pools[engine].in_background(_ended(task))
        elif not task.cancelled():
            task.exception()  # is told of no one: the other engine's answer counts

    async def run(self, chosen: Route) -> Routed:
        """The first answer, or the failure of every engine that was asked. Raises as `Pool.run` does."""
        first = self.start(chosen.first)
        self._counted[chosen.first] = None
        if chosen.second is not None or self._rewriting is not None:
            await asyncio.wait([first], timeout=chosen.delay or HEAD_START)
            if not first.done():
                self._add(chosen)
        await self._until_one_answers()
        first = self._tasks[chosen.first]
        if chosen.falls_back and first.done() and not _is_final(first):
            self.start("oxigraph")
            self._counted["oxigraph"] = None
            await self._until_one_answers()
        return await self._best()

    def _add(self, chosen: Route) -> None:
        """What may be faster than what was asked first."""
        self._waiting = chosen.second
        self._start_waiting()
        if "oxigraph" in self._counted:
            self._rewritten = asyncio.create_task(self.rewrite())

    def _start_waiting(self) -> None:
        """Does not queue: those whom nobody else can answer would find the queue full."""
        if self._waiting is not None and not self._pools[self._waiting].is_taken:
            self.start(self._waiting)
            self._counted[self._waiting] = None
            self._waiting = None

    @property
    def is_raced(self) -> bool:
        """Whether both engines were asked."""
        return len(self._counted) > 1

    @property
    def is_decided(self) -> bool:
        """Whether nobody was left out who might have been faster."""
        return self._waiting is None

    def _asked(self) -> list[asyncio.Task[Served]]:
        return [self._tasks[engine] for engine in self._counted]

    async def _until_one_answers(self) -> None:
        """Or none is left. After one lacked memory the other has as long as `patience` says."""
        while not any(map(_is_final, self._asked())):
            running: set[asyncio.Task[Served] | asyncio.Task[None]] = {
                one for one in self._asked() if not one.done()
            }
            if self._rewritten is not None and not self._rewritten.done():
                running.add(self._rewritten)
            left = self._left()
            if not running or left == 0:
                return
            if self._waiting is not None:
                left = _OFTEN if left is None else min(left, _OFTEN)
            await asyncio.wait(running, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            self._start_waiting()

    def _left(self) -> float | None:
        """Seconds; None where nobody lacked memory."""
        now = self._loop.time()
        if not any(map(_lacked_memory, self._asked())):
            self._until = None
        elif self._until is None:
            self._until = now + patience(now - self._began)
        return None if self._until is None else max(0.0, self._until - now)

    async def _best(self) -> Routed:
        """The first final answer, else what Oxigraph says, which knows most. That memory lacked is said
        rather than that the other engine, which goes on with a disk, was not done in time."""
        done = {engine: self._tasks[engine] for engine in self._counted if self._tasks[engine].done()}
        lacking = [engine for engine, task in done.items() if _lacked_memory(task)]
        for engine, task in done.items():
            if _is_final(task) and not (lacking and _is_late(task)):
                try:
                    return Routed(await task, engine)
                except DeadlineExceededError:
                    raise too_slow(self._request.seconds) from None
        engine = next(iter(lacking), "oxigraph" if "oxigraph" in done else next(iter(done)))
        return Routed(await self._tasks[engine], engine)


def _is_final(task: asyncio.Task[Served]) -> bool:
    """Whether a task has ended with what every engine would say, or with the time that they all have."""
    if not task.done() or task.cancelled():
        return False
    if task.exception() is not None:
        return _is_late(task)
    return task.result().reply.failure not in _NOT_FINAL


def _is_late(task: asyncio.Task[Served]) -> bool:
    """Of a task that is done."""
    return isinstance(task.exception(), DeadlineExceededError)


def _lacked_memory(task: asyncio.Task[Served]) -> bool:
    """Or its worker ended otherwise."""
    if not task.done() or task.cancelled():
        return False
    if task.exception() is not None:
        return isinstance(task.exception(), WorkerLostError)
    return task.result().reply.failure == "memory"


async def _ended(task: asyncio.Task[Served]) -> None:
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()
