"""Whether a condition may hold, for many solutions at once (SPARQL 1.1 §17.2)."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from graph.shacl.ids import Mask, any_of


@dataclass(frozen=True, slots=True)
class Truth:
    """Of each solution, whether the condition may be true and whether it may be false; where it is neither,
    it is an error. Where it `may_fail`, it may be an error instead of what it seems to be."""

    may: Mask
    may_not: Mask
    may_fail: Mask | bool = False

    @classmethod
    def told(cls, mask: Mask) -> Self:
        return cls(mask, ~mask)

    @classmethod
    def everywhere(cls, rows: int, may: bool, may_not: bool) -> Self:
        return cls(np.full(rows, may), np.full(rows, may_not))

    def __and__(self, other: "Truth") -> "Truth":
        return Truth(self.may & other.may, self.may_not | other.may_not, self.may_fail | other.may_fail)

    def __or__(self, other: "Truth") -> "Truth":
        return Truth(self.may | other.may, self.may_not & other.may_not, self.may_fail | other.may_fail)

    def __invert__(self) -> "Truth":
        return Truth(self.may_not, self.may, self.may_fail)

    def is_as(self, other: "Truth") -> "Truth":
        """Whether both are true or both are false."""
        return (self & other) | (~self & ~other)

    def of(self, is_value: Mask, is_doubtful: Mask | bool = False) -> "Truth":
        """An error where there is no value; anything where that is doubtful."""
        may, may_not = (self.may | is_doubtful) & is_value, (self.may_not | is_doubtful) & is_value
        return Truth(may, may_not, self.may_fail & is_value)

    def at(self, places: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> "Truth":
        may_fail = self.may_fail if isinstance(self.may_fail, bool) else self.may_fail.take(places)
        return Truth(self.may.take(places), self.may_not.take(places), may_fail)

    @property
    def is_certain(self) -> bool:
        """Whether it is true wherever it may be."""
        return not any_of(self.may & (self.may_not | self.may_fail))
