"""Updates of this service, one at a time: each has its turn, its time and its answer."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Literal, Self

from api.updates import failures
from api.updates.process import COMMAND, ProcessEndedError, UpdateProcess
from graph.access import Identity
from graph.settings import Settings
from graph.sparql.dataset import UNNAMED, Dataset

LOCK_SECONDS = 90.0
"""How long a run of `lienthong ingest` is waited for; the process itself gives up before that."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One operation (`ingest.updates.asked` says what each part means)."""

    verb: Literal["update", "put", "post", "delete"]
    body: bytes
    base: str
    seconds: float
    graph: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    using: Dataset = UNNAMED
    seen: str | None = None
    only_new: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What became of it: without a `run` nothing was published; `is_new` says that the graph was not there.
    `changes` are what a dry run would add and remove, as N-Quads."""

    generation: str | None
    is_new: bool
    run: str | None
    added: int
    removed: int
    changes: tuple[str, str] | None = None


class Updates:
    """All of this process; `async with` it. `command` starts the process that writes."""

    command: Sequence[str] = COMMAND

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._process: UpdateProcess | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def write(self, identity: Identity, wanted: Wanted) -> Written:
        """Raises BusyError, DeadlineExceededError, WorkerLostError, and whatever the process refuses with.

        Cancelling the call ends the process, and the published generation stays as it was.
        """
        if self._waiting >= self._settings.queue:
            raise failures.busy()
        self._waiting += 1
        try:
            async with self._turn:
                return await self._written(identity, wanted)
        finally:
            self._waiting -= 1

    async def _written(self, identity: Identity, wanted: Wanted) -> Written:
        is_done, step = False, "started"
        try:
            if self._process is None:
                self._process = await UpdateProcess.start(self._settings, self.command)
            await self._process.send(_header(identity, wanted), wanted.body)
            times = {
                "started": LOCK_SECONDS,
                "begun": wanted.seconds,
                "evaluated": self._settings.update_timeout,
            }
            while step in times:
                async with asyncio.timeout(times[step]):
                    told = await self._process.receive()
                step = told.pop("step")
            is_done = True
        except TimeoutError:
            raise failures.too_slow(step, wanted.seconds, self._settings.update_timeout) from None
        except ProcessEndedError as ended:
            raise failures.lost(ended.signal_number, self._settings.query_memory_mb) from ended
        finally:
            if not is_done:
                await self._end()
        if step == "refused":
            raise failures.of(told["error"])
        return Written(**told)

    async def _end(self) -> None:
        if self._process is not None:
            ending, self._process = self._process, None
            with suppress(ConnectionError):
                await ending.end()


def _header(identity: Identity, wanted: Wanted) -> dict[str, Any]:
    told = asdict(wanted)
    del told["body"]
    told["using"], told["using_named"] = wanted.using.default, wanted.using.named
    return told | {
        "kind": identity.kind,
        "name": identity.name,
        "title": identity.title,
        "grants": [str(grant) for grant in identity.grants],
    }
