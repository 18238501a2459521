"""Triples by their subject or by their object, for steps from node to node."""

import numpy as np

from graph.shacl.ids import Ids, Numbers, pairs
from graph.shacl.walking import ranges

_LOW = np.uint64(0xFFFFFFFF)


class Adjacency:
    """By the id that stands at one of their `ends`: which triples they are, of those at `places`."""

    def __init__(self, ends: Ids, places: Ids, size: int) -> None:
        some = ends[places]
        self._first: Numbers = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(some, minlength=size), out=self._first[1:])
        # Quicker than np.argsort (numpy 2.4).
        self._places: Ids = (np.sort(pairs(some, places)) & _LOW).astype(np.uint32)

    def at(self, ids: Ids) -> Ids:
        """The places of the triples at one of these ids; those of no triple are left aside."""
        known = ids[ids < len(self._first) - 1]
        first = self._first[known]
        found: Ids = self._places[ranges(first, self._first[known + np.uint32(1)] - first)]
        return found
