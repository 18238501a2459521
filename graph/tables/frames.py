"""The bytes of one table after the other through one pipe: in pieces with their lengths before them, and an
empty piece as the end of a table."""

import io
import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LENGTH = struct.Struct(">I")


class Frames(io.RawIOBase):
    """Writes pieces to a file descriptor, which it leaves open."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def writable(self) -> bool:
        return True

    def write(self, piece: "ReadableBuffer", /) -> int:
        """Raises OSError where nobody reads any more."""
        bytes_of = memoryview(piece).cast("B")
        if bytes_of:
            self._whole(LENGTH.pack(len(bytes_of)))
            self._whole(bytes_of)
        return len(bytes_of)

    def end_of_table(self) -> None:
        self._whole(LENGTH.pack(0))

    def _whole(self, piece: bytes | memoryview) -> None:
        left = memoryview(piece)
        while left:
            left = left[os.write(self._descriptor, left) :]
