"""Two engines asked for one answer: one alone, one after the other, or beside each other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from graph.errors import AllowanceSpentError, BusyError, DeadlineExceededError, LienthongError
from graph.sparql import wire
from graph.sparql.exactness import Exact
from graph.sparql.pool import Pool, Served
from graph.sparql.refusals import too_slow
from graph.sparql.routing import EngineName, Memory, Route, route
from graph.stores.generations import Generation

_NOT_FINAL = ("unsupported", "memory", "evaluation", "stopped")
"""Failures of one engine that need not be the other's."""
_PLANNING_SECONDS = 1.0
_LONGEST_PLANNED = 60_000
"""Characters: rdflib reads 3,000 IRIs a second, so that the plan of more would not be there in time, and the
process that plans would be ended for it. What 500 hits of a search are written out to is half of it."""
Current = Callable[[], Generation]


@dataclass(frozen=True, slots=True)
class Routed:
    """What was served, and the engine that did."""

    served: Served
    engine: EngineName


class Router:
    """Asks Oxigraph, columns or both: the first answer counts, and the other engine is stopped.

    `planning` tells which engines may answer, in a process of its own, so that nobody waits for a plan behind
    a query. `forced` is the one engine that answers all; it may then have no answer.
    """

    def __init__(
        self, *, oxigraph: Pool, columns: Pool, planning: Pool, forced: EngineName | None = None
    ) -> None:
        self._pools: dict[EngineName, Pool] = {"oxigraph": oxigraph, "columns": columns}
        self._planning = planning
        self._forced = forced
        self._memory = Memory()
        self._loaded: Generation | None = None

    async def run(self, request: wire.Request, shape: str, current: Current) -> Routed:
        """The answer, or the failure of every engine that was asked. Raises as `Pool.run` does."""
        race = _Race(self._pools, request, current)
        alone = self._alone(current())
        if alone is not None:
            try:
                return await race.run(Route(alone))
            finally:
                race.stop()
        generation = current().manifest.created
        known = self._memory.of(shape, generation)
        try:
            if known.exact is None:
                race.start("oxigraph")
                exact = await self._exact(request, current)
                if exact is not None:
                    self._memory.learn(shape, generation, exact=exact)
                known = replace(known, exact=exact or "oxigraph")
            routed = await race.run(route(known))
        finally:
            race.stop()
        if routed.served.reply.failure is None:
            self._memory.learn(shape, generation, winner=routed.engine, seconds=routed.served.reply.seconds)
        return routed

    async def explain(self, request: wire.Request, shape: str, current: Current) -> tuple[Route, str]:
        """The way that a query takes now, and why the columns do not answer it, if they do not."""
        alone = self._alone(current())
        if alone is not None:
            return Route(alone), ""
        plan = await self._plan(request, current)
        known = self._memory.of(shape, current().manifest.created)
        if plan is None:
            return Route("oxigraph"), "the plan was not there in time"
        exact: Exact = "oxigraph" if plan.failure else plan.exact
        return route(replace(known, exact=exact)), plan.message

    def _alone(self, generation: Generation) -> EngineName | None:
        """The one engine that may be asked: by the settings, or while the store is not loaded yet."""
        if self._forced is not None or generation is self._loaded:
            return self._forced
        if not generation.is_loaded:
            return "columns"
        self._loaded = generation
        return None

    async def _exact(self, request: wire.Request, current: Current) -> Exact | None:
        """None where the plan is not there in time, as when its process is just being started."""
        plan = await self._plan(request, current)
        if plan is None:
            return None
        return "oxigraph" if plan.failure else plan.exact

    async def _plan(self, request: wire.Request, current: Current) -> wire.Reply | None:
        if len(request.text) > _LONGEST_PLANNED:
            return wire.Reply(failure="unsupported", message="the query is too long to be planned")
        asked = replace(request, only_plan=True, seconds=_PLANNING_SECONDS)
        try:
            async with asyncio.timeout(_PLANNING_SECONDS):
                served = await self._planning.run(asked, current)
        except (TimeoutError, BusyError, AllowanceSpentError, DeadlineExceededError):
            return None
        except LienthongError:
            # Its parser fails at nesting that the other's passes.
            return wire.Reply(failure="unsupported", message="the query cannot be planned")
        return served.reply


class _Race:
    """The engines that are asked for one answer."""

    def __init__(self, pools: dict[EngineName, Pool], request: wire.Request, current: Current) -> None:
        self._pools = pools
        self._request = request
        self._current = current
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + request.seconds
        self._tasks: dict[EngineName, asyncio.Task[Served]] = {}

    def start(self, engine: EngineName) -> asyncio.Task[Served]:
        """The task of an engine, which is begun unless it has been."""
        if engine not in self._tasks:
            left = max(0.001, self._deadline - self._loop.time())
            asked = replace(self._request, seconds=left)
            self._tasks[engine] = asyncio.create_task(self._pools[engine].run(asked, self._current))
        return self._tasks[engine]

    def stop(self) -> None:
        """End what still runs; its pool sees to the worker."""
        for engine, task in self._tasks.items():
            if not task.done():
                task.cancel()
                self._pools[engine].in_background(_ended(task))
            elif not task.cancelled():
                task.exception()  # is told of no one: the other engine's answer counts

    async def run(self, chosen: Route) -> Routed:
        first = self.start(chosen.first)
        if chosen.second is not None:
            await asyncio.wait([first], timeout=chosen.delay)
            if not first.done() and not self._pools[chosen.second].is_taken:
                self.start(chosen.second)
        await self._until_one_answers([one for one in (chosen.first, chosen.second) if one in self._tasks])
        if chosen.falls_back and not _is_final(first):
            await asyncio.wait([self.start("oxigraph")])
        return await self._best(chosen)

    async def _until_one_answers(self, engines: list[EngineName]) -> None:
        tasks = {self._tasks[engine] for engine in engines}
        while tasks and not any(_is_final(one) for one in tasks if one.done()):
            running = {one for one in tasks if not one.done()}
            if not running:
                return
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)

    async def _best(self, chosen: Route) -> Routed:
        """The first final answer, else what Oxigraph says, which knows most."""
        order: list[EngineName] = [chosen.first, "oxigraph", "columns"]
        asked = [one for one in order if one in self._tasks and self._tasks[one].done()]
        for engine in asked:
            if _is_final(self._tasks[engine]):
                try:
                    return Routed(await self._tasks[engine], engine)
                except DeadlineExceededError:
                    raise too_slow(self._request.seconds) from None
        engine = "oxigraph" if "oxigraph" in asked else asked[0]
        return Routed(await self._tasks[engine], engine)


def _is_final(task: asyncio.Task[Served]) -> bool:
    """Whether a task has ended with what every engine would say, or with the time that they all have."""
    if not task.done() or task.cancelled():
        return False
    if task.exception() is not None:
        return isinstance(task.exception(), DeadlineExceededError)
    return task.result().reply.failure not in _NOT_FINAL


async def _ended(task: asyncio.Task[Served]) -> None:
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()
