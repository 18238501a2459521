"""Chunks as a file, and a buffer with an end."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import ResultTooLargeError
from graph.stores.streams import LimitedBuffer, reader


@given(st.lists(st.binary(max_size=9)), st.integers(1, 12))
def test_all_bytes_in_order(chunks: list[bytes], size: int) -> None:
    file = reader(chunks)
    parts = list(iter(lambda: file.read(size), b""))
    assert b"".join(parts) == b"".join(chunks)
    assert all(len(part) == size for part in parts[:-1])


def test_chunks_are_taken_when_they_are_needed() -> None:
    taken = []

    def chunks() -> Iterator[bytes]:
        for number in range(10):
            taken.append(number)
            yield b"x" * (1 << 20)

    assert reader(chunks()).read(10) == b"x" * 10
    assert len(taken) < 3


def test_a_full_buffer_refuses() -> None:
    buffer = LimitedBuffer(4)
    buffer.write(b"1234")
    with pytest.raises(ResultTooLargeError) as refused:
        buffer.write(b"5")
    assert refused.value.hint is not None
    assert buffer.getvalue() == b"1234"
