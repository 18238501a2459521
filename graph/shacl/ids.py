"""Arrays of ids, and sets of pairs of them."""

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.uint32]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Pairs = np.ndarray[tuple[int], np.dtype[np.uint64]]
"""Two ids each."""

_HALF = np.uint64(32)


def set_of(one: tuple[Ids, Ids], other: tuple[Ids, Ids]) -> tuple[Ids, Ids]:
    """The pairs of both, in order and each once."""
    s, o = one
    if len(other[0]):
        s, o = np.concatenate((s, other[0])), np.concatenate((o, other[1]))
    if len(s) < 2:
        return s, o
    rises, stays = s[1:] > s[:-1], s[1:] == s[:-1]
    is_kept = rises | (stays & (o[1:] > o[:-1]))
    if is_kept.all():
        return s, o
    if (is_kept | (stays & (o[1:] == o[:-1]))).all():
        kept = np.concatenate(([True], is_kept))
        return s[kept], o[kept]
    return apart(once(pairs(s, o)))


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
    both = np.sort(both)
    return both[np.concatenate(([True], both[1:] != both[:-1]))] if len(both) else both
