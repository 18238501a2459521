"""The queries that are being answered or wait for it, each under an id by which it can be stopped."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, TypeVar

from graph.errors import QueryStoppedError
from graph.text import Text

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Asked:
    """By whom a query is asked (the principal's name), and the id it goes by: one that nobody can guess
    unless the caller chose it."""

    caller: str = ""
    id: str = field(default_factory=lambda: token_hex(8))


@dataclass(frozen=True, slots=True)
class Running:
    """A query since it came in; `since` is in UTC."""

    asked: Asked
    text: str
    since: datetime


class Register:
    """Knows what runs. Callers may give two queries the same id: it then stands for both."""

    def __init__(self) -> None:
        self._running: dict[object, tuple[asyncio.Task[Any], Running]] = {}
        self._stopped: set[object] = set()

    def running(self) -> list[Running]:
        """What runs or waits now, the oldest first."""
        return [one for _, one in self._running.values()]

    def stop(self, query: str, caller: str | None = None) -> int:
        """Stop the queries of that id, all of them or only those of one caller; tells how many there were."""
        found = [
            (entry, task)
            for entry, (task, one) in self._running.items()
            if one.asked.id == query and caller in (None, one.asked.caller)
        ]
        for entry, task in found:
            self._stopped.add(entry)
            task.cancel()
        return len(found)

    async def follow(self, asked: Asked, text: str, work: Awaitable[Result]) -> Result:
        """The result of `work`. Raises QueryStoppedError when it is stopped by its id meanwhile."""
        task, entry = asyncio.current_task(), object()
        assert task is not None
        self._running[entry] = task, Running(asked, text, datetime.now(UTC))
        try:
            return await work
        except asyncio.CancelledError:
            if entry not in self._stopped or task.uncancel() > 0:
                raise  # the caller of this was cancelled, and `work` with it
            raise QueryStoppedError(
                Text(f"Truy vấn {asked.id} đã bị dừng.", f"Query {asked.id} was stopped."),
                hint=Text("Người hỏi hoặc người vận hành đã dừng.", "Its caller or the operator did that."),
            ) from None
        finally:
            del self._running[entry]
            self._stopped.discard(entry)
