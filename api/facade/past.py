"""Generations that are no longer current, for as long as they are kept.

The service answers from the current one. A cursor, or a date in the past, asks an earlier one: it gets a
process of its own that tells its instances. Few are kept, those asked last. A correction that was begun in an
earlier one asks it with SPARQL, which is another few.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

import anyio

from graph.access import VIETNAM
from graph.errors import BusyError, UnknownNameError, unknown_name
from graph.settings import Settings
from graph.sparql.engine import Engine
from graph.sparql.instances import Instances
from graph.stores.generations import Generation, Generations
from graph.text import Text

MOST = 2


class _Pinned(Generations):
    """A data folder in which one generation stays current."""

    def __init__(self, settings: Settings, generation: Generation) -> None:
        super().__init__(settings.data_dir)
        self._pinned = generation

    def current(self) -> Generation:
        return self._pinned


class _Service(Protocol):
    async def start(self) -> None: ...

    async def stop(self) -> None: ...


Service = TypeVar("Service", bound=_Service)


@dataclass(slots=True)
class _Used(Generic[Service]):
    service: Service
    users: int = 0


class _Open(Generic[Service]):
    """What was started for the generations asked last."""

    def __init__(self, make: Callable[[Generation], Service]) -> None:
        self._make = make
        self._open: OrderedDict[tuple[str, str], _Used[Service]] = OrderedDict()
        self._changing = anyio.Lock()

    async def stop(self) -> None:
        for one in self._open.values():
            await one.service.stop()
        self._open.clear()

    @asynccontextmanager
    async def of(self, generation: Generation) -> AsyncIterator[Service]:
        """Raises BusyError while others take all places."""
        key = (generation.id, generation.manifest.created)
        async with self._changing:
            if key not in self._open:
                await self._make_room()
                service = self._make(generation)
                await service.start()
                self._open[key] = _Used(service)
            used = self._open[key]
            used.users += 1
            self._open.move_to_end(key)
        try:
            yield used.service
        finally:
            used.users -= 1

    async def _make_room(self) -> None:
        if len(self._open) < MOST:
            return
        idle = next((key for key, one in self._open.items() if one.users == 0), None)
        if idle is None:
            raise BusyError(
                Text(
                    "Nhiều thế hệ cũ đang được hỏi cùng lúc.", "Several earlier generations are being asked."
                ),
                hint=Text("Hãy thử lại sau vài giây.", "Try again in a few seconds."),
            )
        await self._open.pop(idle).service.stop()


class Past:
    """An asynchronous context manager: workers for earlier generations live inside it."""

    def __init__(self, settings: Settings) -> None:
        self._generations = Generations(settings.data_dir)
        self._instances = _Open(lambda generation: Instances(settings, _Pinned(settings, generation)))
        self._engines = _Open(
            lambda generation: Engine(_Pinned(settings, generation), settings, is_for_one=True)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._instances.stop()
        await self._engines.stop()

    def instances(self, generation: Generation) -> AbstractAsyncContextManager[Instances]:
        """The instances of that generation. Raises BusyError while others take all places."""
        return self._instances.of(generation)

    def engine(self, generation: Generation) -> AbstractAsyncContextManager[Engine]:
        """An engine that answers from that generation. Raises BusyError while others take all places."""
        return self._engines.of(generation)

    @property
    def kept(self) -> Sequence[Generation]:
        """The generations that can be asked, oldest first: none that was taken back."""
        return self._generations.lineage()

    def of_id(self, name: str) -> Generation:
        """Raises UnknownNameError for one that is not kept, naming those that are."""
        known = {one.id: one for one in self.kept}
        if name not in known:
            raise unknown_name(Text("thế hệ", "generation"), name, list(known))
        return known[name]

    def at(self, moment: datetime) -> Generation:
        """What was published last at that moment. Raises UnknownNameError where nothing of then is kept."""
        kept = self.kept
        before = [one for one in kept if made(one) <= moment]
        if not before:
            first = f"{made(kept[0]).astimezone(VIETNAM):%Y-%m-%d %H:%M:%S%z} ({kept[0].id})" if kept else "–"
            raise UnknownNameError(
                Text(
                    f"Không còn dữ liệu của lúc {moment.isoformat()}.",
                    f"There is no data of {moment.isoformat()} any more.",
                ),
                hint=Text(f"Sớm nhất: {first}", f"The earliest: {first}"),
            )
        return before[-1]


def made(generation: Generation) -> datetime:
    """When a generation was published, to the second: what HTTP dates can tell (RFC 9110 §5.6.7)."""
    return datetime.fromisoformat(generation.manifest.created).replace(microsecond=0)
