"""Sorted arrays of ids, and what they have in common."""

from typing import Any

import numpy as np

Ids = np.ndarray[Any, Any]
"""Of unsigned 32-bit numbers."""
Mask = np.ndarray[Any, Any]
"""Of booleans, one for each id of another array."""

_FEW = 1_000
NONE: Ids = np.empty(0, dtype=np.uint32)


def ids(found: list[int]) -> Ids:
    return np.array(found, dtype=np.uint32)


def among(some: Ids, sorted_ids: Ids) -> Mask:
    """Which of `some`, sorted too, are in a sorted array."""
    if not (len(some) and len(sorted_ids)):
        return np.zeros(len(some), dtype=bool)
    if len(some) < _FEW:
        places = np.minimum(np.searchsorted(sorted_ids, some), len(sorted_ids) - 1)
        return np.equal(sorted_ids[places], some)
    # Ten times faster than to look for each by halves.
    is_there = np.zeros(max(some[-1], sorted_ids[-1]) + 1, dtype=bool)
    is_there[sorted_ids] = True
    found: Mask = is_there[some]
    return found


def spans(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The places from each start to before its end, one span behind the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    found: np.ndarray = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    return found


def different(sorted_ids: Ids) -> Ids:
    """Each once."""
    if len(sorted_ids) < 2:
        return sorted_ids
    first = np.ones(len(sorted_ids), dtype=bool)
    np.not_equal(sorted_ids[1:], sorted_ids[:-1], out=first[1:])
    return sorted_ids[first]
