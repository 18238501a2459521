"""Who is served next where several callers want more than there is: decisions, no waiting and no clock.

Callers take turns, however many queries each of them has sent. None holds more places at a time than `each`:
where that is less than there are, some place is always left for the next caller.
"""

from collections import Counter, OrderedDict, deque
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

CALLER: ContextVar[str] = ContextVar("caller", default="")
"""Whose allowance counts what is done now: whoever takes the request sets it, and what it starts inherits it.
Empty: the service itself."""

Verdict = Literal["serve", "wait", "queue is full", "caller's queue is full"]


@dataclass(frozen=True, slots=True)
class Shares:
    """`places` there are, of which `each` caller may hold so many; how many may wait in all, and of one."""

    places: int
    each: int
    waiting: int
    waiting_each: int


@dataclass(eq=False, slots=True)
class Ticket:
    """One who came, and is told by identity from others of the same caller."""

    caller: str


class Turns:
    """Of one kind of worker."""

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._held: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()

    def would(self, caller: str) -> Verdict:
        """What becomes of one more of this caller's."""
        if self._may_hold(caller) and caller not in self._waiting:
            return "serve"
        if len(self._waiting.get(caller, ())) >= self._shares.waiting_each:
            return "caller's queue is full"
        if sum(map(len, self._waiting.values())) >= self._shares.waiting:
            return "queue is full"
        return "wait"

    def arrive(self, ticket: Ticket) -> Verdict:
        """Holds a place where the verdict is to serve; stands in line where it is to wait."""
        verdict = self.would(ticket.caller)
        if verdict == "serve":
            self._held[ticket.caller] += 1
        elif verdict == "wait":
            self._waiting.setdefault(ticket.caller, deque()).append(ticket)
        return verdict

    def leave(self, ticket: Ticket) -> Ticket | None:
        """Give a place back; tells who holds it now."""
        self._held[ticket.caller] -= 1
        if not self._held[ticket.caller]:
            del self._held[ticket.caller]
        caller = next((one for one in self._waiting if self._may_hold(one)), None)
        if caller is None:
            return None
        line = self._waiting.pop(caller)
        following = line.popleft()
        if line:
            self._waiting[caller] = line  # behind all others
        self._held[caller] += 1
        return following

    def give_up(self, ticket: Ticket) -> None:
        """Leave the line, of whoever stands in it."""
        line = self._waiting.get(ticket.caller)
        if line is not None and ticket in line:
            line.remove(ticket)
            if not line:
                del self._waiting[ticket.caller]

    def _may_hold(self, caller: str) -> bool:
        return self._held.total() < self._shares.places and self._held[caller] < self._shares.each
