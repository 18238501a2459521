"""A large answer while it is taken from a worker and sent to its caller: on disk, so that memory is not
what bounds it, and in a file without a name, so that nothing of it is left when it is no longer wanted."""

import os
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path


class Spool:
    """Bytes that are appended, and read from the beginning as often as anybody likes."""

    def __init__(self) -> None:
        self._descriptor, name = tempfile.mkstemp(prefix="lienthong-")
        Path(name).unlink()
        weakref.finalize(self, os.close, self._descriptor)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def write(self, data: bytes | bytearray) -> None:
        """Raises OSError where the disk is full."""
        view = memoryview(data)
        while view:
            written = os.write(self._descriptor, view)
            self._size += written
            view = view[written:]

    def pieces(self, size: int) -> Iterator[bytes]:
        """All of it, so many bytes at a time."""
        for start in range(0, self._size, size):
            yield os.pread(self._descriptor, size, start)

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces(1 << 20))
