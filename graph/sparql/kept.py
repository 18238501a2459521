"""Answers that are kept for whoever asks the same of the same graphs.

What an answer is follows from four things alone: the query's text, the graphs of its dataset, the format, the
generation. All four are the key. Graphs are those that the query may read, not who asks: an entry is made and
found only by callers who may read all of its graphs, and says nothing of others.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from graph.sparql.dataset import Dataset

MIB = 1 << 20
_SHARE = 16
"""No answer takes more than this part of all there is."""
_OVERHEAD = 1024
"""Bytes that Python needs for an entry besides its texts: 534 by tracemalloc, and the dictionary's growth."""


@dataclass(frozen=True, slots=True)
class Key:
    """`text` is the one evaluated, in which searches are resolved; `media_type` that of the answer."""

    text: str
    dataset: Dataset
    media_type: str


class Sized(Protocol):
    """What is kept."""

    @property
    def size(self) -> int:
        """Bytes."""
        ...


Value = TypeVar("Value", bound=Sized)


class Kept(Generic[Value]):
    """At most `capacity` bytes of one generation's answers; those last asked for stay."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._generation = ""
        self._entries: OrderedDict[Key, tuple[Value, float]] = OrderedDict()
        self.size = 0

    def get(self, generation: str, key: Key, now: float) -> tuple[Value, float] | None:
        """The answer and its age in seconds."""
        if generation != self._generation or key not in self._entries:
            return None
        self._entries.move_to_end(key)
        value, since = self._entries[key]
        return value, now - since

    def put(self, generation: str, key: Key, value: Value, now: float) -> bool:
        """Whether it is kept. An answer of another generation than before takes the place of all others."""
        size = _size(key, value)
        if size > self._capacity // _SHARE:
            return False
        if generation != self._generation:
            self._generation, self.size = generation, 0
            self._entries.clear()
        if key in self._entries:
            self._drop(key)
        self._entries[key] = value, now
        self.size += size
        while self.size > self._capacity:
            self._drop(next(iter(self._entries)))
        return True

    def _drop(self, key: Key) -> None:
        value, _ = self._entries.pop(key)
        self.size -= _size(key, value)


def _size(key: Key, value: Sized) -> int:
    # Characters beyond Latin take two bytes or four.
    graphs = len(key.dataset.default) + len(key.dataset.named)
    return value.size + 4 * len(key.text) + 8 * graphs + _OVERHEAD
