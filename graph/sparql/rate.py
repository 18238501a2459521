"""How many requests a minute: decided from what is remembered of a caller and the time that is passed in.

A caller may spend what was saved up in a minute at once, and goes on at the steady rate (the generic cell
rate algorithm, ITU-T I.371: one number is remembered of each caller).
"""

from collections import OrderedDict
from dataclasses import dataclass

WINDOW = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Spent:
    """After a request: whether it is `allowed`, how many more would be at once, and the seconds until one
    more than that would."""

    allowed: bool
    remaining: int
    reset: float


def spend(owed: float, now: float, limit: int) -> tuple[float, Spent]:
    """One request at `now` (s), by a caller who has `owed` until then; and what the caller owes afterwards.

    `owed` is the moment at which everything will be saved up again.
    """
    each = WINDOW / limit
    after = max(owed, now) + each
    left = now + WINDOW - after
    # Sums of small fractions fall short of a whole by a rounding.
    remaining = int(left / each + 1e-6)
    if left < -each * 1e-6:
        return owed, Spent(False, 0, -left)
    return after, Spent(True, remaining, each - max(0.0, left - remaining * each))


class Rates:
    """Of the callers who came last, `most` of them; one that is forgotten starts afresh."""

    def __init__(self, limit: int, most: int = 10_000) -> None:
        self._limit = limit
        self._most = most
        self._owed: OrderedDict[str, float] = OrderedDict()

    def spend(self, caller: str, now: float) -> Spent:
        owed, spent = spend(self._owed.pop(caller, now), now, self._limit)
        self._owed[caller] = owed
        if len(self._owed) > self._most:
            self._owed.popitem(last=False)
        return spent

    def give_back(self, caller: str) -> None:
        """What was spent for a request that is counted once more."""
        if caller in self._owed:
            self._owed[caller] -= WINDOW / self._limit
