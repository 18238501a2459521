"""Answers that were given already: an entity tag decides an answer, so what has the same is sent again."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from fastapi.responses import Response

LARGEST = 1 << 20
"""Bytes of one answer: a page of 200 resources takes a third of that."""
_OVERHEAD = 1024


@dataclass(frozen=True, slots=True)
class Written:
    """An answer: a page or a resource in one format, and when it was made (`time.monotonic()`)."""

    body: bytes
    headers: dict[str, str]
    media_type: str
    since: float = field(default_factory=time.monotonic)

    @property
    def response(self) -> Response:
        return Response(self.body, media_type=self.media_type, headers=self.headers)

    @property
    def size(self) -> int:
        return len(self.body) + _OVERHEAD


@dataclass(slots=True)
class Kept:
    """The answers given last, by address and entity tag: generation, what the caller may see, shapes, format
    and parameters are all in the tag. `capacity` bytes of them; those not asked for longest go first."""

    capacity: int
    _answers: OrderedDict[tuple[str, str], Written] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def find(self, address: str, tag: str) -> Written | None:
        if (found := self._answers.get((address, tag))) is not None:
            self._answers.move_to_end((address, tag))
        return found

    def keep(self, address: str, tag: str, written: Written) -> None:
        if len(written.body) > LARGEST or (address, tag) in self._answers:
            return
        self._answers[address, tag] = written
        self._bytes += written.size
        while self._bytes > self.capacity:
            _, gone = self._answers.popitem(last=False)
            self._bytes -= gone.size
