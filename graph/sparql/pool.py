"""A fixed number of workers, a bounded queue before them, and a deadline that holds.

Callers take turns (`graph.sparql.admission`). A worker that missed its deadline, was given up by its caller
or died is replaced at once, while nobody waits for it; one of an old generation is replaced when it is next
needed. With a spare worker there is one for the next query while that of the last is being started anew.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass

from graph.sparql import wire
from graph.sparql.admission import CALLER, Shares, Ticket, Turns
from graph.sparql.process import Kind, Worker, WorkerEndedError
from graph.sparql.refusals import busy, lost, too_many, too_slow
from graph.stores.generations import Generation

# Longer than SQL takes to notice; a worker that plans a query, and does not, is replaced.
_STOPPING_SECONDS = 0.5
# The same where its caller waits for the end of a deadline.
_LATE_SECONDS = 0.1
_LONG_SECONDS = 0.25
"""A query that takes longer gives way to those that take milliseconds."""
_LONG_NICE = 10


@dataclass(frozen=True, slots=True)
class Served:
    """A reply, the generation whose worker gave it, and the seconds its request waited for a worker."""

    reply: wire.Reply
    generation: Generation
    waited: float


class Seat:
    """The place of one worker in the pool."""

    def __init__(self, pool: "Pool", kind: Kind, memory_mb: int) -> None:
        self._pool = pool
        self._kind = kind
        self._memory_mb = memory_mb
        self._generation: tuple[str, str] | None = None
        self._starting: asyncio.Task[Worker] | None = None

    def prepare(self, generation: Generation) -> None:
        """Start a worker for `generation`, unless there is one that is alive."""
        wanted = (str(generation.path), generation.manifest.created)
        if self._starting is None or self._generation != wanted or self._has_ended():
            self.vacate()
            self._generation = wanted
            self._starting = asyncio.create_task(Worker.start(self._kind, generation, self._memory_mb))

    async def worker(self, generation: Generation) -> Worker:
        """The worker for `generation`. Raises WorkerEndedError when it cannot be started."""
        self.prepare(generation)
        assert self._starting is not None
        if self._starting.done():
            return self._starting.result()
        return await asyncio.shield(self._starting)

    @property
    def is_used(self) -> bool:
        """Whether a worker was ever wanted here."""
        return self._generation is not None

    @property
    def is_ready(self) -> bool:
        """Whether its worker has started, of whichever generation it is."""
        return self._starting is not None and self._starting.done()

    async def until_ready(self) -> None:
        """Raises WorkerEndedError when its worker cannot be started."""
        if self._starting is not None:
            await asyncio.shield(self._starting)

    def _has_ended(self) -> bool:
        """Whether its worker ended while nobody asked it: the kernel ends idle processes too."""
        starting = self._starting
        if starting is None or not starting.done() or starting.cancelled():
            return False
        return starting.exception() is not None or starting.result().has_ended

    def vacate(self) -> None:
        """End the worker, whatever it is doing."""
        if self._starting is not None:
            self._pool.in_background(_end(self._starting))
            self._starting = None


class Pool:
    """`size` workers for each caller, `spare` more for all; room for `queue` requests that wait, of which one
    caller may have `caller_queue`, and none waits longer than `patience` seconds. `ahead`: workers are
    started before there is a request for them."""

    def __init__(
        self,
        kind: Kind,
        *,
        size: int,
        queue: int,
        patience: float,
        memory_mb: int,
        caller_queue: int,
        spare: int = 0,
        ahead: bool = True,
    ) -> None:
        self._kind = kind
        self._ahead = ahead
        places = size + spare
        self._turns = Turns(Shares(places, size, queue, caller_queue))
        self._calls: dict[Ticket, asyncio.Future[None]] = {}
        self._seats = [Seat(self, kind, memory_mb) for _ in range(places)]
        self._free = list(self._seats)
        self._stopped = False
        self._there: Generation | None = None
        self._patience = patience
        self._memory_mb = memory_mb
        self._background: set[asyncio.Task[None]] = set()

    def prepare(self, generation: Generation) -> None:
        """Start the free workers, so that nobody waits for them, where there is something to open."""
        if self._kind.is_there(generation):
            for seat in self._free:
                if self._ahead or seat.is_used:
                    seat.prepare(generation)

    async def started(self, generation: Generation) -> None:
        """Until a free worker for `generation` may be asked, or could not. Raises WorkerEndedError."""
        if self._kind.is_there(generation):
            await self._free[-1].worker(generation)

    async def stop(self) -> None:
        """End all workers, whatever they are doing."""
        self._stopped = True
        for seat in self._seats:
            seat.vacate()
        await asyncio.gather(*self._background)

    async def run(self, request: wire.Request, current: Callable[[], Generation]) -> Served:
        """The reply of a worker for the generation that is `current` when its turn comes.

        Raises BusyError, DeadlineExceededError, NotLoadedYetError, WorkerLostError. Cancelling the call ends
        the evaluation.
        """
        arrived = asyncio.get_running_loop().time()
        ticket = Ticket(CALLER.get())
        await self._turn(ticket)
        seat = self._taken()
        try:
            return await self._served(seat, request, current, arrived)
        finally:
            if seat.is_ready or self._stopped:
                self._release(seat, ticket)
            else:
                self.in_background(self._release_when_ready(seat, ticket))

    async def _served(
        self, seat: Seat, request: wire.Request, current: Callable[[], Generation], arrived: float
    ) -> Served:
        generation, asking, sound = current(), None, False
        if not self._is_there(generation):
            raise self._kind.absent()
        try:
            worker = await seat.worker(generation)
            waited = asyncio.get_running_loop().time() - arrived
            told = request if request.made == generation.identity else request.without_shape()
            asking = worker.ask(told)
            async with asyncio.timeout(request.seconds):
                reply, sound = await self._reply(worker, asking)
        except TimeoutError:
            if asking is not None and self._kind.can_stop:
                sound = await _stopped(worker, asking, _LATE_SECONDS)
            raise too_slow(request.seconds) from None
        except WorkerEndedError as ended:
            raise lost(ended.signal_number, self._memory_mb) from ended
        except asyncio.CancelledError:
            if asking is None:
                sound = True  # its worker may still be starting
            elif self._kind.can_stop:
                sound = await _stopped(worker, asking, _STOPPING_SECONDS)
            raise
        finally:
            if not sound:
                seat.vacate()
                if not self._stopped:
                    seat.prepare(generation)
        return Served(reply, generation, waited)

    async def _reply(self, worker: Worker, asking: asyncio.Future[wire.Reply]) -> tuple[wire.Reply, bool]:
        """And whether the worker is what it was before; one whose query takes long gives way meanwhile."""
        if self._kind.nice or self._kind.can_stop:
            return await asyncio.shield(asking), True
        given_way: list[bool] = []

        def give_way() -> None:
            given_way.append(worker.set_nice(_LONG_NICE))

        timer = asyncio.get_running_loop().call_later(_LONG_SECONDS, give_way)
        try:
            reply = await asyncio.shield(asking)
        finally:
            timer.cancel()
        # Back to where it was is a privilege: a worker that may not is replaced, in 0.1 s.
        return reply, not given_way or worker.set_nice(0)

    def _is_there(self, generation: Generation) -> bool:
        """What is there stays there. Who is free turns to it as well, and holds no earlier one open."""
        if generation is not self._there and self._kind.is_there(generation):
            self._there = generation
            self.prepare(generation)
        return generation is self._there

    @property
    def is_taken(self) -> bool:
        """Whether the next request of this caller would have to wait, or nobody is served any more."""
        return self._stopped or self._turns.would(CALLER.get()) != "serve"

    def in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _taken(self) -> Seat:
        """The free one that was used last: what it has read is still in the processor's caches."""
        seat = next((one for one in reversed(self._free) if one.is_ready), self._free[-1])
        self._free.remove(seat)
        return seat

    def _release(self, seat: Seat, ticket: Ticket) -> None:
        self._free.append(seat)
        self._leave(ticket)

    async def _release_when_ready(self, seat: Seat, ticket: Ticket) -> None:
        """Whoever had a worker ended holds its place until there is another: others find theirs ready."""
        with suppress(WorkerEndedError):
            await seat.until_ready()
        self._release(seat, ticket)

    async def _turn(self, ticket: Ticket) -> None:
        """Until the ticket holds a place. Raises BusyError, AllowanceSpentError."""
        match self._turns.arrive(ticket):
            case "serve":
                return
            case "queue is full":
                raise busy()
            case "caller's queue is full":
                raise too_many()
        called = self._calls[ticket] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._patience):
                await called
        except TimeoutError:
            self._give_up(ticket, called)
            raise busy() from None
        except asyncio.CancelledError:
            self._give_up(ticket, called)
            raise
        finally:
            del self._calls[ticket]

    def _give_up(self, ticket: Ticket, called: asyncio.Future[None]) -> None:
        """Also where it was called at the very moment."""
        if called.done() and not called.cancelled():
            self._leave(ticket)
        else:
            self._turns.give_up(ticket)

    def _leave(self, ticket: Ticket) -> None:
        following = self._turns.leave(ticket)
        while following is not None and self._calls[following].done():
            following = self._turns.leave(following)  # it is about to give up, and has not come to it yet
        if following is not None:
            self._calls[following].set_result(None)


async def _stopped(worker: Worker, asking: asyncio.Future[wire.Reply], seconds: float) -> bool:
    """Whether the worker has ended its query within `seconds`, and may be asked again."""
    worker.stop()
    done, _ = await asyncio.wait([asking], timeout=seconds)
    return bool(done) and asking.exception() is None


async def _end(starting: asyncio.Task[Worker]) -> None:
    try:
        worker = await starting
    except WorkerEndedError:
        return
    worker.kill()
    await asyncio.to_thread(worker.wait)
