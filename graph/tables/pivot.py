"""What is said of the rows of a table, pair by pair, put into its columns: numbers of rows and of words."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Column:
    """For each row the number of its word, -1 where there is none; or, where `offsets` are given, row `r` has
    the words from `offsets[r]` up to `offsets[r + 1]`."""

    words: Numbers
    offsets: Numbers | None = None

    def take(self, words: pa.Array) -> pa.Array:
        """The words themselves: of each row one or null, or a list."""
        if self.offsets is None:
            return words.take(pa.array(self.words, mask=self.words < 0))
        return pa.ListArray.from_arrays(pa.array(self.offsets, pa.int32()), words.take(pa.array(self.words)))


def column(rows: Numbers, words: Numbers, count: int, texts: pa.Array, *, scalar: bool) -> Column:
    """The column of `count` rows in which row `rows[i]` has the word `words[i]`, each once.

    Where a row has several, they are in the order of their `texts`; of a scalar the first is taken.
    """
    counts = np.bincount(rows, minlength=count)
    if scalar and counts.max(initial=0) <= 1:
        return Column(_placed(rows, words, count))
    rows, words = _ordered(rows, words, texts)
    if scalar:
        # Of what is put into one place after the other, the last stays.
        return Column(_placed(rows[::-1], words[::-1], count))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count))])
    return Column(words, offsets)


def _placed(rows: Numbers, words: Numbers, count: int) -> Numbers:
    placed = np.full(count, -1, np.int64)
    placed[rows] = words
    return placed


def _ordered(rows: Numbers, words: Numbers, texts: pa.Array) -> tuple[Numbers, Numbers]:
    """By row, then by text; what comes twice is left once."""
    used, among = np.unique(words, return_inverse=True)
    rank = np.empty(len(used), np.int64)
    rank[pc.sort_indices(texts.take(pa.array(used))).to_numpy()] = np.arange(len(used))
    order = np.lexsort((rank[among], rows))
    rows, words = rows[order], words[order]
    again = np.zeros(len(rows), bool)
    again[1:] = (rows[1:] == rows[:-1]) & (words[1:] == words[:-1])
    return rows[~again], words[~again]
