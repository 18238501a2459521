"""Blocks of whole lines, read by one thread."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from graph.columns import TextQuad
from graph.formats import Format
from graph.stores import documents
from graph.stores.lines import records
from graph.stores.lines.dictionary import TOGETHER, Dictionary
from graph.stores.lines.machine_code import loaded
from graph.stores.lines.part import Codes, Part
from graph.stores.lines.tokens import InDoubtError, Meant, meant

_BYTES_A_LINE = 64
"""Fewer than a line usually has: rows for so many lines are made at a time."""
_ROWS = 1024
_TERMS, _ROOM = 2**15, 2**20
"""What a dictionary that is full gets room for at least: more than what is looked up together needs."""
_ODD = 2**16


@dataclass(frozen=True, slots=True)
class Rows:
    """Of each quad that a block states plainly the ids of its terms and its line, from 1 in the block; what
    the other lines state; and how many lines there are."""

    s: Codes
    p: Codes
    o: Codes
    line: npt.NDArray[np.uint32]
    others: Sequence[tuple[TextQuad, int]]
    lines: int


class Reader:
    """Reads blocks one after the other into one `buffer` and one dictionary, in all about `share` bytes."""

    def __init__(self, size: int, share: int = 0) -> None:
        self.buffer = np.zeros(size + 1 + records.SPARE, np.uint8)
        """For blocks of `size` bytes, with the end of a line behind them."""
        self.dictionary = Dictionary(share)

    def read(self, size: int, form: Format) -> Rows:
        """What the lines in the first `size` bytes of the buffer state, the last of which ends a line. Raises
        InDoubtError."""
        pieces: list[tuple[Codes, Codes, Codes]] = []
        others: list[tuple[TextQuad, int]] = []
        at, lines = 0, 0
        odd, token = np.empty(_ODD, np.int64), np.empty(TOGETHER, records.TOKEN)
        ids = np.empty(TOGETHER, np.int32)
        while at < size:
            s, p, o = (np.empty((size - at) // _BYTES_A_LINE + _ROWS, np.int32) for _ in range(3))
            begin = at
            arrays = self.dictionary.arrays
            given = self.buffer, begin, size, s, p, o, odd, token, ids
            at, rows, odds, _ = loaded().call("scan", *given, *arrays).tolist()
            pieces.append((s[:rows], p[:rows], o[:rows]))
            numbers = (np.flatnonzero(s[:rows] < 0) + lines + 1).tolist()
            others += self._others(odd[:odds].tolist(), numbers, form)
            lines += rows
            if at < size and rows < len(s) and odds < len(odd):
                self.dictionary.grow(_TERMS, _ROOM + self._line_size(at))
        s, p, o = (np.concatenate(one) for one in zip(*pieces, strict=True))
        line = np.arange(1, lines + 1, dtype=np.uint32)
        if (s < 0).any():
            plain = s >= 0
            s, p, o, line = s[plain], p[plain], o[plain], line[plain]
        return Rows(s, p, o, line, others, lines)

    def _others(
        self, places: Sequence[int], numbers: Sequence[int], form: Format
    ) -> list[tuple[TextQuad, int]]:
        found = []
        for begin, number in zip(places, numbers, strict=True):
            line = self.buffer[begin : begin + self._line_size(begin)].tobytes()
            if b"\r" in line.removesuffix(b"\n").removesuffix(b"\r"):
                # It ends a line too (N-Quads §4, EOL), but who counts lines by their feeds does not see it.
                raise InDoubtError
            if not line.strip():
                continue
            try:
                quad = documents.stated(line, form)
            except ValueError as wrong:
                raise InDoubtError from wrong
            if quad is not None:
                found.append((quad, number))
        return found

    def _line_size(self, begin: int) -> int:
        size = 256
        while not (ends := np.flatnonzero(self.buffer[begin : begin + size] == ord("\n"))).size:
            size *= 4
        return int(ends[0]) + 1


def part_of(readers: Mapping[Reader, Sequence[Rows]], form: Format) -> Part:
    """All that was read plainly, `rows` with their lines in the document. Raises InDoubtError."""
    first, *others = readers
    columns = [[(one.s, one.p, one.o) for one in readers[first]]]
    for other in others:
        numbers = first.dictionary.absorb(other.dictionary)
        columns.append(
            [(numbers.take(one.s), numbers.take(one.p), numbers.take(one.o)) for one in readers[other]]
        )
    with ThreadPoolExecutor(1) as pool:
        meaning = pool.submit(_meant, first.dictionary, form)
        s, p, o = (np.concatenate(one) for one in zip(*chain(*columns), strict=True))
        line = np.concatenate([one.line for rows in readers.values() for one in rows])
        found = meaning.result()
    return Part(found.texts, found.kinds, found.kind, s, p, o, line, found.are_different)


def _meant(dictionary: Dictionary, form: Format) -> Meant:
    met = dictionary.met()
    if form.extension == "nt" and (met.kinds == records.GRAPH).any():
        raise InDoubtError
    return meant(met)
