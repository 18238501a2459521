"""The different terms that a thread has met, each with an id."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.stores.lines import records
from graph.stores.lines.machine_code import loaded

Bytes = npt.NDArray[np.uint8]
Ids = npt.NDArray[np.int32]
_SLOTS, _MOST_SLOTS = 2**16, 2**22
_BYTES = 2**22
_OF_A_TERM, _OF_A_BYTE = 2**7, 4
"""Most documents have a new term in four times so many bytes, or more, and records of an eighth of them, or
less: what is made so large at once need not grow, nor to take in another of its size."""
TOGETHER = 128
"""So many tokens are looked up together."""
_FIRST = 8
"""Where the first record is: a slot of 0 is an empty one."""


@dataclass(frozen=True, slots=True)
class Met:
    """By id the text of a term, without what stands around it, what it is (see `records`), and whether the
    parser has to say what it means."""

    texts: pa.Array
    kinds: Ids
    doubts: npt.NDArray[np.bool_]


class Dictionary:
    """Of some `share` of a document's bytes. It grows; whoever has `arrays` from before that must take them
    anew."""

    def __init__(self, share: int = 0) -> None:
        slots = min(max(_SLOTS, 2 ** (share // _OF_A_TERM).bit_length()), _MOST_SLOTS)
        self._slots = np.zeros(slots, np.uint64)
        # Memory is taken only where it is written to.
        self._records: Bytes = np.empty(max(_BYTES, share // _OF_A_BYTE) & ~7, np.uint8)
        self._state = np.array([0, _FIRST], np.int64)

    @property
    def arrays(self) -> tuple[npt.NDArray[np.uint64], Bytes, Ids, npt.NDArray[np.int64]]:
        return self._slots, self._records, self._records.view(np.int32), self._state

    def grow(self, terms: int, room: int) -> None:
        """Makes room for so many more terms, of `room` bytes in all."""
        count, end = self._state.tolist()
        wanted = end + room + terms * (records.HEAD + 7) + records.SPARE
        if wanted > len(self._records):
            larger = np.empty(2 * wanted & ~7, np.uint8)
            larger[:end] = self._records[:end]
            self._records = larger
        size = len(self._slots)
        while 2 * (count + terms) >= size - 1:
            size *= 2
        if size > len(self._slots):
            self._slots = np.zeros(size, np.uint64)
            loaded().call("rehash", *self.arrays)

    def absorb(self, other: "Dictionary") -> Ids:
        """Takes in the terms of another; by id there, their ids here."""
        count, end = other._state.tolist()
        self.grow(count, end)
        numbers, token = np.empty(count, np.int32), np.empty(TOGETHER, records.TOKEN)
        given = other._records, other._records.view(np.int32), count, numbers, token
        loaded().call("absorb", *given, *self.arrays)
        return numbers

    def met(self) -> Met:
        count, end = self._state.tolist()
        offsets, text = np.zeros(count + 1, np.int64), np.empty(end, np.uint8)
        kinds, doubts = np.empty(count, np.int32), np.empty(count, np.bool_)
        given = self._records, self._records.view(np.int32), self._state
        loaded().call("lay_out", *given, offsets, text, kinds, doubts)
        data = pa.py_buffer(text)
        if offsets[-1] > np.iinfo(np.int32).max:
            texts = pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), data)
        else:
            texts = pa.StringArray.from_buffers(count, pa.py_buffer(offsets.astype(np.int32)), data)
        return Met(texts, kinds, doubts)
