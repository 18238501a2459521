"""Where the tokens of lines are, in lines that are written plainly: terms with one space or tab between them,
then a dot, then the end of the line."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


class InDoubtError(Exception):
    """The parser has to read all of the file, and to say what is wrong where anything is."""


_PIECE = 2**20
"""So many bytes are looked through at a time: what is found in them stays in a processor's cache."""
_FEED, _RETURN, _SPACE, _QUOTE, _DOT, _LESS, _GREATER, _UNDERSCORE = b'\n\r ".<>_'


@dataclass(frozen=True, slots=True)
class Lines:
    """`bounds`: where subject, predicate, object and the rest of each line begin, and after them the end of
    the text; the rest is a graph label and the dot, or the dot alone. `is_plain` says of which lines this is
    so; of the others the rest is all of the line."""

    bounds: Places
    is_plain: Mask

    def of(self, position: int) -> tuple[Places, Places]:
        """The beginnings and ends of the tokens at a position."""
        return self.bounds[position:-1:4], self.bounds[position + 1 :: 4]


def scan(text: bytearray, size: int) -> Lines:
    """The lines of the first `size` bytes of `text`, the last of which ends a line. Raises InDoubtError."""
    all_bytes = np.frombuffer(text, np.uint8, size)
    bounds, plain, start = [], [], 0
    while start < size:
        end = text.rfind(b"\n", start, min(start + _PIECE, size)) + 1 or text.find(b"\n", start, size) + 1
        found, is_plain = _scanned(all_bytes[start:end])
        found += np.int32(start)
        bounds.append(found)
        plain.append(is_plain)
        start = end
    return Lines(np.append(np.concatenate(bounds), np.int32(size)), np.concatenate(plain))


def _scanned(piece: Bytes) -> tuple[Places, Mask]:
    at = np.flatnonzero(piece <= _SPACE)
    signs = piece[at]
    feeds = np.flatnonzero(signs == _FEED)
    first = np.zeros_like(feeds)
    first[1:] = feeds[:-1] + 1
    start = np.zeros_like(feeds)
    start[1:] = at[feeds[:-1]] + 1
    last = _ends(at, signs, feeds)
    is_plain = last - first >= 3
    predicate = at[first] + 1
    value = at[np.minimum(first + 1, len(at) - 1)] + 1
    dot = at[np.maximum(last - 1, 0)] + 1
    label = at[np.maximum(last - 2, 0)] + 1
    end = at[last]
    is_plain &= (predicate > start + 1) & (value > predicate + 1) & (dot + 1 == end)
    is_plain &= piece[np.minimum(dot, end)] == _DOT
    opening, closing = piece[np.minimum(label, end)], piece[dot - 2]
    is_label = (opening == _LESS) & (closing == _GREATER)
    is_label |= (opening == _UNDERSCORE) & (closing != _QUOTE) & (closing != _DOT)
    is_label &= label > value
    bounds = np.empty((len(start), 4), np.int32)
    for position, places in enumerate((start, predicate, value, np.where(is_label, label, dot))):
        bounds[:, position] = places
    if not is_plain.all():
        bounds[~is_plain] = start[~is_plain, None]
    return bounds.ravel(), is_plain


def _ends(at: npt.NDArray[np.int64], signs: Bytes, feeds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where in `at` the end of each line begins: at its line feed, or a carriage return before that."""
    returns = np.flatnonzero(signs == _RETURN)
    if not len(returns):
        return feeds
    is_end = (signs[returns + 1] == _FEED) & (at[returns + 1] == at[returns] + 1)
    if not is_end.all():
        # It ends a line too (N-Quads §4, EOL), but who counts lines by their feeds does not count that one.
        raise InDoubtError
    ends = feeds.copy()
    ends[np.searchsorted(feeds, returns)] -= 1
    return ends
