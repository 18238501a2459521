"""Two engines asked for one answer: one alone, one after the other, or beside each other."""

import asyncio
from dataclasses import dataclass, replace
from functools import partial

from graph.errors import AllowanceSpentError, BusyError, DeadlineExceededError, LienthongError
from graph.sparql import wire
from graph.sparql.admission import CALLER
from graph.sparql.pool import Pool
from graph.sparql.racing import Current, Race, Routed
from graph.sparql.routing import TRIALS, EngineName, Memory, Route, is_better, is_worth_a_trial, route
from graph.sparql.wire import Exact
from graph.stores.generations import Generation

_PLANNING_SECONDS = 1.0
_TRIAL_SECONDS = 0.5
_LOOKS, _BETWEEN_LOOKS = 20, 0.05
_LONGEST_PLANNED = 60_000
"""Characters: rdflib reads 3,000 IRIs a second, so that the plan of more would not be there in time, and the
process that plans would be ended for it. What 500 hits of a search are written out to is half of it."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The way of a query. `reason`: why the columns do not answer it, if they do not; `rules`: those by
    which it is rewritten for Oxigraph where this has no answer at once."""

    route: Route
    reason: str = ""
    rules: tuple[str, ...] = ()


class Router:
    """Asks Oxigraph, columns or both: the first answer counts, and the other engine is stopped.

    `planning` tells which engines may answer, in a process of its own, so that nobody waits for a plan behind
    a query.
    """

    def __init__(self, *, oxigraph: Pool, columns: Pool, planning: Pool) -> None:
        self._pools: dict[EngineName, Pool] = {"oxigraph": oxigraph, "columns": columns}
        self._planning = planning
        self._memory = Memory()
        self._loaded: Generation | None = None
        self._is_trying = False

    async def run(self, request: wire.Request, shape: str, current: Current) -> Routed:
        """The answer, or the failure of every engine that was asked. Raises as `Pool.run` does."""
        alone = self._alone(current())
        if alone is not None:
            race = Race(self._pools, request, current)
            try:
                return await race.run(Route(alone))
            finally:
                race.stop()
        return await self._raced(request, shape, current)

    async def _raced(self, request: wire.Request, shape: str, current: Current) -> Routed:
        generation = current().identity
        known = self._memory.of(shape, generation)
        may_be = known.is_rewritten is not False and known.exact != "columns"
        race = Race(
            self._pools, request, current, partial(self._rewritten, request, current) if may_be else None
        )
        try:
            if known.exact is None:
                race.start("oxigraph")
                exact = await self._exact(request, current)
                if exact is not None:
                    self._memory.learn(shape, generation, exact=exact)
                known = replace(known, exact=exact or "oxigraph")
            if known.is_rewritten:
                await race.rewrite()
            routed = await race.run(route(known))
        finally:
            race.stop()
        if race.is_rewritten is not None:
            self._memory.learn(shape, generation, is_rewritten=race.is_rewritten)
        if routed.served.reply.failure is None and race.is_decided:
            self._memory.learn(
                shape,
                generation,
                winner=routed.engine,
                seconds=routed.served.reply.seconds,
                races=known.races + race.is_raced,
                answers=known.answers + 1,
            )
            self._try_columns(request, shape, current)
        return routed

    def is_exact_in_oxigraph(self, shape: str, generation: Generation) -> bool:
        """Whether a query of the shape was answered before, and Oxigraph's answer is what the data says."""
        return self._memory.exact(shape, generation.identity) in ("both", "oxigraph")

    def _try_columns(self, request: wire.Request, shape: str, current: Current) -> None:
        """One trial at a time."""
        generation = current().identity
        if not self._is_trying and is_worth_a_trial(self._memory.of(shape, generation)):
            self._is_trying = True
            self._pools["columns"].in_background(self._trial(request, shape, generation, current))

    async def _trial(self, request: wire.Request, shape: str, generation: str, current: Current) -> None:
        """Columns are asked twice, of which the first time counts as learning the query; not where somebody
        would have to wait for their worker."""
        CALLER.set("")
        columns, asked = self._pools["columns"], replace(request, seconds=_TRIAL_SECONDS)
        try:
            if not await _is_free(columns) or current().identity != generation:
                return
            known = self._memory.of(shape, generation)
            self._memory.learn(shape, generation, trials=known.trials + 1)
            for _ in range(2):
                reply = (await columns.run(asked, current)).reply
            self._memory.learn(shape, generation, trials=TRIALS)
            if reply.failure is None and is_better(reply.seconds, known):
                self._memory.learn(shape, generation, winner="columns", seconds=reply.seconds)
        except LienthongError:
            return  # it took too long, or others came
        finally:
            self._is_trying = False

    async def explain(self, request: wire.Request, shape: str, current: Current) -> Explained:
        """The way that a query takes now."""
        alone = self._alone(current())
        if alone is not None:
            return Explained(Route(alone))
        plan = await self._plan(request, current)
        known = self._memory.of(shape, current().identity)
        if plan is None:
            return Explained(Route("oxigraph"), "the plan was not there in time")
        exact: Exact = "oxigraph" if plan.failure else plan.exact
        chosen = route(replace(known, exact=exact))
        if exact == "columns":
            return Explained(chosen, plan.message)
        other = await self._other(request, current)
        return Explained(chosen, plan.message, () if other is None else tuple(other.rules))

    def _alone(self, generation: Generation) -> EngineName | None:
        """The one engine that may be asked while the store is not loaded yet."""
        if generation is self._loaded:
            return None
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

    async def _rewritten(self, request: wire.Request, current: Current) -> str | None:
        found = await self._other(request, current)
        return None if found is None else found.rewritten

    async def _other(self, request: wire.Request, current: Current) -> wire.Reply | None:
        """What Oxigraph is to be asked instead; None where that is not known in time."""
        return await self._planned(replace(request, only_rewritten=True), current)

    async def _plan(self, request: wire.Request, current: Current) -> wire.Reply | None:
        return await self._planned(replace(request, only_plan=True), current)

    async def _planned(self, request: wire.Request, current: Current) -> wire.Reply | None:
        """What the process that plans says; None where it does not in time."""
        if len(request.text) > _LONGEST_PLANNED:
            return wire.Reply(failure="unsupported", message="the query is too long to be planned")
        asked = replace(request, seconds=_PLANNING_SECONDS)
        try:
            async with asyncio.timeout(_PLANNING_SECONDS):
                served = await self._planning.run(asked, current)
        except (TimeoutError, BusyError, AllowanceSpentError, DeadlineExceededError):
            return None
        except LienthongError:
            # Its parser fails at nesting that the other's passes.
            return wire.Reply(failure="unsupported", message="the query cannot be planned")
        return served.reply


async def _is_free(pool: Pool) -> bool:
    """Whether there is a worker that nobody has, soon: one that lost a race has to stop first."""
    for _ in range(_LOOKS):
        if not pool.is_taken:
            return True
        await asyncio.sleep(_BETWEEN_LOOKS)
    return False
