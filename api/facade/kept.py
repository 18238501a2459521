"""Answers that were given already: an entity tag decides an answer, so what has the same is sent again."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from fastapi.responses import Response

MOST_BYTES = 64 << 20
LARGEST = 1 << 20
"""Bytes of one answer: a page of 200 resources takes a third of that."""


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    headers: dict[str, str]
    media_type: str
    since: float


@dataclass(slots=True)
class Kept:
    """The answers given last, by address and entity tag: generation, what the caller may see, shapes, format
    and parameters are all in the tag. `MOST_BYTES` of them; those not asked for longest go first."""

    _answers: OrderedDict[tuple[str, str], _Answer] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def find(self, address: str, tag: str) -> tuple[Response, float] | None:
        """The answer, and when it was made (`time.monotonic()`)."""
        if (found := self._answers.get((address, tag))) is None:
            return None
        self._answers.move_to_end((address, tag))
        return Response(found.body, media_type=found.media_type, headers=found.headers), found.since

    def keep(self, address: str, tag: str, body: bytes, headers: dict[str, str], media_type: str) -> None:
        if len(body) > LARGEST or (address, tag) in self._answers:
            return
        self._answers[address, tag] = _Answer(body, headers, media_type, time.monotonic())
        self._bytes += len(body)
        while self._bytes > MOST_BYTES:
            _, gone = self._answers.popitem(last=False)
            self._bytes -= len(gone.body)
