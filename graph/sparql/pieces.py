"""An answer that leaves its worker while it is written: no worker holds more of it than a piece."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from graph.stores.streams import LimitedBuffer

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIECE = 1 << 18
"""Bytes; what is shorter is sent at once, with what is said of it."""


class Pieces(LimitedBuffer):
    """Hands over each piece that is full; what `getvalue` gives at the end is the rest."""

    def __init__(self, max_bytes: int, send: Callable[[bytes], None]) -> None:
        super().__init__(max_bytes)
        self._left = max_bytes
        self._send = send

    def write(self, data: "ReadableBuffer", /) -> int:
        written = super().write(data)
        if self.tell() >= PIECE:
            self._left -= self.tell()
            self._send(self.getvalue())
            self.seek(0)
            self.truncate()
            self._max_bytes = self._left
        return written
