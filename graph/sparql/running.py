"""The queries that are being answered or wait for it, each under an id by which it can be stopped."""

import asyncio
from collections.abc import Coroutine
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
        self._tasks: dict[asyncio.Task[Any], Running] = {}
        self._stopped: set[asyncio.Task[Any]] = set()

    def running(self) -> list[Running]:
        """What runs or waits now, the oldest first."""
        return list(self._tasks.values())

    def stop(self, query: str, caller: str | None = None) -> int:
        """Stop the queries of that id, all of them or only those of one caller; tells how many there were."""
        found = [
            task
            for task, one in self._tasks.items()
            if one.asked.id == query and caller in (None, one.asked.caller)
        ]
        for task in found:
            self._stopped.add(task)
            task.cancel()
        return len(found)

    async def follow(self, asked: Asked, text: str, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of `work`. Raises QueryStoppedError when it is stopped by its id meanwhile."""
        task = asyncio.create_task(work)
        self._tasks[task] = Running(asked, text, datetime.now(UTC))
        try:
            return await task
        except asyncio.CancelledError:
            if task not in self._stopped:
                raise  # the caller of this was cancelled, and `work` with it
            raise QueryStoppedError(
                Text(f"Truy vấn {asked.id} đã bị dừng.", f"Query {asked.id} was stopped."),
                hint=Text("Người hỏi hoặc người vận hành đã dừng.", "Its caller or the operator did that."),
            ) from None
        finally:
            del self._tasks[task]
            self._stopped.discard(task)
