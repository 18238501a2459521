"""Resources asked for one by one, read together: those that come while others are read are the next ones."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from api.facade.reading import Page

Read = Callable[[list[str]], Awaitable[Page]]

MOST = 64
"""Resources that are read together; a page has up to three times as many."""


@dataclass(slots=True)
class _Waiting:
    """`page` is that of all the `iris`, once it is their turn."""

    iris: list[str]
    page: asyncio.Task[Page]


@dataclass(slots=True)
class _Group:
    """Those that may be read together: `turn` is held by who is being read."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: _Waiting | None = None


class Together:
    """To be used in one event loop. A question about one resource costs the worker and the front process
    nearly as much as one about many."""

    def __init__(self) -> None:
        self._groups: dict[Hashable, _Group] = {}

    async def read(self, alike: Hashable, iri: str, read: Read) -> Page:
        """The page that has this resource, if there is one. `alike`: whatever decides what is read of a
        resource, and for whom; what is read for one of a kind is read for all.

        Raises whatever `read` does, for each that waits for it.
        """
        group = self._groups.setdefault(alike, _Group())
        waiting = group.waiting
        if waiting is None or len(waiting.iris) >= MOST:
            iris: list[str] = []
            task = asyncio.get_running_loop().create_task(self._turn(alike, group, iris, read))
            waiting = group.waiting = _Waiting(iris, task)
        waiting.iris.append(iri)
        return await asyncio.shield(waiting.page)

    async def _turn(self, alike: Hashable, group: _Group, iris: list[str], read: Read) -> Page:
        async with group.turn:
            if group.waiting is not None and group.waiting.iris is iris:
                group.waiting = None
            try:
                return await read([*dict.fromkeys(iris)])
            finally:
                if group.waiting is None:
                    self._groups.pop(alike, None)
