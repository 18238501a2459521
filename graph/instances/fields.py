"""The quads of a predicate as two arrays, for those graphs that may be read."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np

from graph.columns import Columns
from graph.instances.arrays import NONE, Ids, Mask, different, spans
from graph.instances.dictionary import Dictionary
from graph.instances.question import Step

Made = TypeVar("Made", "Field", Ids)
Graphs = frozenset[int]

MOST_BYTES = 384 << 20
"""Of arrays that are kept: two thirds of that are those of all of ten million quads."""
_OVERHEAD = 1024


@dataclass(slots=True)
class Field:
    """Pairs of a resource and a value, sorted by both."""

    starts: Ids
    ends: Ids
    _values: Ids | None = None
    _codes: np.ndarray | None = None

    @property
    def nbytes(self) -> int:
        """With what is made of it when it is first asked by value."""
        return 2 * int(self.starts.nbytes + self.ends.nbytes)

    def of(self, resources: Ids) -> tuple[np.ndarray, Ids]:
        """The values of these resources: places in `resources`, in order, and a value for each."""
        lows = self.starts.searchsorted(resources)
        highs = self.starts.searchsorted(resources, "right")
        if len(resources) == 1:
            values = self.ends[lows[0] : highs[0]]
            return np.zeros(len(values), dtype=np.int64), values
        return np.arange(len(resources)).repeat(highs - lows), self.ends[spans(lows, highs)]

    @property
    def values(self) -> Ids:
        """The different values, sorted."""
        if self._values is None:
            self._values, codes = np.unique(self.ends, return_inverse=True)
            self._codes = codes.astype(np.uint32)
        return self._values

    def holding(self, values: Mask) -> Ids:
        """The resources, sorted, that have one of those `values` that are chosen."""
        assert self._codes is not None  # whoever chose has seen them
        return different(self.starts[values[self._codes]])

    def resources(self) -> Ids:
        """Those that have a value, sorted."""
        return different(self.starts)


_NOTHING = Field(NONE, NONE)


class Fields:
    """Arrays are read when they are first asked for, and kept; those asked for longest ago go first.

    Which graphs may be read is part of what each is kept under, but for predicates all of whose quads may be.
    """

    def __init__(self, columns: Columns, dictionary: Dictionary) -> None:
        self._connection = columns.connection
        self._dictionary = dictionary
        self._kept: OrderedDict[tuple[object, ...], Field | Ids] = OrderedDict()
        self._bytes = 0
        self._within = lru_cache(maxsize=10_000)(self._find)
        found = self._connection.execute("SELECT p, list(DISTINCT g) FROM quads GROUP BY p").fetchall()
        self._graphs: dict[int, Graphs] = {
            int(dictionary.places(np.array([predicate]))[0]): frozenset(
                dictionary.places(np.array(graphs)).tolist()
            )
            for predicate, graphs in found
        }

    def field(self, step: Step, permitted: Graphs) -> Field:
        """The pairs of a predicate in the permitted graphs."""
        predicate, graphs = self._within(step.path, permitted)
        if not graphs:
            return _NOTHING
        key = ("field", predicate, step.inverse, graphs)
        return self.kept(key, lambda: self._read(predicate, step.inverse, graphs))

    def _find(self, path: str, permitted: Graphs) -> tuple[int, Graphs]:
        """A predicate, and those of its graphs that may be read."""
        predicate = self._dictionary.resource(path)
        if predicate is None:
            return -1, frozenset()
        return predicate, self._graphs.get(predicate, frozenset()) & permitted

    def kept(self, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """What `make` made for that key, which says all that it depends on besides the generation."""
        found = self._kept.pop(key, None)
        if found is None:
            found = make()
            self._bytes += found.nbytes + _OVERHEAD
        self._kept[key] = found
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.nbytes + _OVERHEAD
        return found  # type: ignore[return-value]  # a key is of one kind

    def _read(self, predicate: int, inverse: bool, graphs: Graphs) -> Field:
        ids = self._dictionary.file_ids
        listed = ", ".join(str(ids[graph]) for graph in graphs)
        within = "" if graphs == self._graphs[predicate] else f" AND g IN ({listed})"
        found = self._connection.execute(
            f"SELECT s, o FROM quads WHERE p = {ids[predicate]}{within}"
        ).fetchnumpy()
        starts, ends = (self._dictionary.places(np.asarray(found[name])) for name in ("s", "o"))
        if inverse:
            starts, ends = ends, starts
        order = np.argsort(starts.astype(np.uint64) << np.uint64(32) | ends)
        return Field(starts[order], ends[order])
