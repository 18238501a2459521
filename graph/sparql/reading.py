"""When a caller's text is read: the process in front reads those of all, one after the other.

Reading takes it 0.1 to 0.2 ms a kilobyte. Who sends more in a second than `RATE` waits, behind what the same
caller sent before, and others do not (the generic cell rate algorithm, of bytes).
"""

from collections import OrderedDict

RATE = 1_000_000
"""Bytes a second of one caller: a tenth to a fifth of what the process can read."""
AT_ONCE = 250_000
"""Bytes that need not wait."""
PATIENCE = 1.0
"""Seconds that a text may wait."""


class Readings:
    """Of the callers who came last, `most` of them; one that is forgotten starts afresh."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._read: OrderedDict[str, float] = OrderedDict()

    def wait(self, caller: str, size: int, now: float) -> float | None:
        """Seconds until a text of so many bytes may be read; None where that is too long to wait for, and it
        is not to be read at all."""
        until = max(self._read.pop(caller, now), now)
        wait = max(0.0, until - now - AT_ONCE / RATE)
        self._read[caller] = until if wait > PATIENCE else until + size / RATE
        if len(self._read) > self._most:
            self._read.popitem(last=False)
        return None if wait > PATIENCE else wait
