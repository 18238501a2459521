"""Answers that were given already: an entity tag decides an answer, so what has the same is sent again."""

from collections import OrderedDict
from dataclasses import dataclass, field

from fastapi.responses import Response

MOST_BYTES = 64 << 20
LARGEST = 1 << 20
"""Bytes of one answer: a page of 200 resources takes a third of that."""


@dataclass(slots=True)
class Kept:
    """The answers given last, by address and entity tag: generation, what the caller may see, shapes, format
    and parameters are all in the tag. `MOST_BYTES` of them; those not asked for longest go first."""

    _answers: OrderedDict[tuple[str, str], tuple[bytes, dict[str, str], str]] = field(
        default_factory=OrderedDict
    )
    _bytes: int = 0

    def find(self, address: str, tag: str) -> Response | None:
        if (found := self._answers.get((address, tag))) is None:
            return None
        self._answers.move_to_end((address, tag))
        body, headers, media_type = found
        return Response(body, media_type=media_type, headers=headers)

    def keep(self, address: str, tag: str, body: bytes, headers: dict[str, str], media_type: str) -> None:
        if len(body) > LARGEST or (address, tag) in self._answers:
            return
        self._answers[address, tag] = (body, headers, media_type)
        self._bytes += len(body)
        while self._bytes > MOST_BYTES:
            _, (gone, _, _) = self._answers.popitem(last=False)
            self._bytes -= len(gone)
