"""Arrays of ids, and sets of pairs of them."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.uint32]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Pairs = np.ndarray[tuple[int], np.dtype[np.uint64]]
"""Two ids each."""

_HALF = np.uint64(32)


def any_of(mask: Mask) -> bool:
    """Whether any is true; of few this is several times quicker than `mask.any()` (numpy 2.4)."""
    return bool(np.count_nonzero(mask))


def every(mask: Mask) -> bool:
    """Whether all are true."""
    return int(np.count_nonzero(mask)) == len(mask)


def set_of(one: tuple[Ids, Ids], other: tuple[Ids, Ids]) -> tuple[Ids, Ids]:
    """The pairs of both, in order and each once.

    Those of a file are in order, with a few others behind: two orders are put together many times quicker by
    the sort that keeps them than by the other (numpy 2.4).
    """
    s, o = one
    if len(other[0]):
        s, o = np.concatenate((s, other[0])), np.concatenate((o, other[1]))
    if len(s) < 2:
        return s, o
    rises, stays = s[1:] > s[:-1], s[1:] == s[:-1]
    is_kept = rises | (stays & (o[1:] > o[:-1]))
    if every(is_kept):
        return s, o
    if every(is_kept | (stays & (o[1:] == o[:-1]))):
        kept = np.concatenate(([True], is_kept))
        return s[kept], o[kept]
    return apart(_each_once(np.sort(pairs(s, o), kind="stable")))


class Groups:
    """Pairs by what stands first in them, of which there are few different ones, such as classes."""

    def __init__(self, first: Ids, second: Ids) -> None:
        size = int(first.max()) + 1 if len(first) else 0
        counts = np.bincount(first, minlength=size)
        keys = np.flatnonzero(counts)
        code = np.zeros(size, np.min_scalar_type(len(keys)))
        code[keys] = np.arange(len(keys))
        # Numbers of 16 bits are sorted without comparing them (numpy 2.4).
        self._second = second[np.argsort(code[first], kind="stable")]
        self._ends = np.cumsum(counts[keys]).tolist()
        self._place = {key: place for place, key in enumerate(keys.tolist())}

    @property
    def keys(self) -> Collection[int]:
        return self._place.keys()

    def of(self, key: int) -> Ids:
        """What stands second beside `key`, in the order in which it was given."""
        place = self._place.get(key)
        if place is None:
            return self._second[:0]
        return self._second[self._ends[place - 1] if place else 0 : self._ends[place]]


def are_among(ids: Ids, some: Ids) -> Mask:
    """Which of `ids` are among `some`, which are in order; of few far quicker than np.isin (numpy 2.4)."""
    if not len(some):
        return np.zeros(len(ids), np.bool_)
    found: Mask = some[np.minimum(some.searchsorted(ids), len(some) - 1)] == ids
    return found


def marks(ids: Ids | Numbers, size: int) -> Mask:
    """By id, whether it is one of `ids`; by numbers of 64 bits twice as quick as by others (numpy 2.4), of
    which `take` is twice as quick as an index."""
    found = np.zeros(size, np.bool_)
    found[ids.astype(np.int64, copy=False)] = True
    return found


def is_range(ids: Ids) -> bool:
    """Whether `ids`, in order and each once, are all those from the first to the last: the nodes of a class
    often are, for terms are numbered in the order of their texts."""
    return bool(len(ids)) and int(ids[-1]) - int(ids[0]) + 1 == len(ids)


def pairs(one: Ids | Numbers, other: Ids) -> Pairs:
    """Both in the halves of one number."""
    return (one.astype(np.uint64) << _HALF) | other


def apart(both: Pairs) -> tuple[Ids, Ids]:
    return (both >> _HALF).astype(np.uint32), both.astype(np.uint32)


def once(both: Pairs) -> Pairs:
    """In order, each once. Far quicker than np.lexsort, or than np.unique, which makes a hash table (numpy
    2.4)."""
    if every(both[1:] > both[:-1]):
        return both
    return _each_once(np.sort(both))


def distinct(ids: Ids) -> Ids:
    """In order, each once; quicker than np.unique, which makes a hash table (numpy 2.4)."""
    ids = np.sort(ids)
    return ids[np.concatenate(([True], ids[1:] != ids[:-1]))] if len(ids) else ids


def _each_once(both: Pairs) -> Pairs:
    return both[np.concatenate(([True], both[1:] != both[:-1]))] if len(both) else both
