"""File-like objects between this code and a store."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from graph.errors import ResultTooLargeError
from graph.text import Text

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_BUFFER = 1 << 20


class _Chunks(io.RawIOBase):
    """Chunks of bytes as one file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        while not self._rest:
            following = next(self._chunks, None)
            if following is None:
                return 0
            self._rest = memoryview(following)
        target = memoryview(buffer)
        length = min(len(target), len(self._rest))
        target[:length] = self._rest[:length]
        self._rest = self._rest[length:]
        return length


def reader(chunks: Iterable[bytes]) -> BinaryIO:
    """A file of all the chunks, of which one at a time is in memory."""
    return io.BufferedReader(_Chunks(chunks), _BUFFER)


class LimitedBuffer(io.BytesIO):
    """Takes at most `max_bytes` bytes, then raises ResultTooLargeError."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._max_bytes = max_bytes

    def write(self, data: "ReadableBuffer", /) -> int:
        if self.tell() + memoryview(data).nbytes > self._max_bytes:
            raise ResultTooLargeError(
                Text(
                    f"Câu trả lời lớn hơn {self._max_bytes:,} byte.",
                    f"The answer is larger than {self._max_bytes:,} bytes.",
                ),
                hint=Text("Hãy thêm LIMIT hoặc chọn ít cột hơn.", "Add LIMIT, or select fewer columns."),
            )
        return super().write(data)
