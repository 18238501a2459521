"""What numbers may be, for many solutions at once: intervals, for decimals are calculated with as doubles."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.shacl.array_tests import Unjudged
from graph.shacl.ids import Mask
from graph.shacl.possible_truth import Truth

EXACT = 2.0**53
_MIRRORED = {">": "<", ">=": "<="}
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Numbers:
    """From `low` to `high`, both included; one array is both where all are whole and known exactly. Where not
    `is_value`, there is an error."""

    low: Floats
    high: Floats
    is_value: Mask

    @property
    def is_exact(self) -> bool:
        return self.low is self.high

    def doubted(self, is_doubtful: Mask | bool) -> "Numbers":
        """Any number where it is doubtful which."""
        doubt = np.isnan(self.low) | np.isnan(self.high) | is_doubtful
        if not doubt.any():
            return self
        low, high = np.where(doubt, -np.inf, self.low), np.where(doubt, np.inf, self.high)
        return Numbers(low, high, self.is_value)


def interval(number: Floats, is_value: Mask) -> Numbers:
    """Whole numbers are what they are; others stand for decimals near them."""
    exact = is_whole(number)
    if exact.all():
        return Numbers(number, number, is_value)
    return _widened(number, number, exact, is_value).doubted(~np.isfinite(number))


def is_whole(number: Floats) -> Mask:
    """Whole, and small enough to be exact."""
    found: Mask = (np.floor(number) == number) & (np.abs(number) < EXACT)
    return found


def calculated(sign: str, a: Numbers, b: Numbers) -> Numbers:
    """`+`, `-`, `*` or `/`."""
    is_value = a.is_value & b.is_value
    with np.errstate(all="ignore"):
        if sign == "/":
            corners = [x / y for x in (a.low, a.high) for y in (b.low, b.high)]
            doubtful: Mask | bool = (b.low <= 0) & (b.high >= 0)
        else:
            calculate = {"+": np.add, "-": np.subtract, "*": np.multiply}[sign]
            if a.is_exact and b.is_exact:
                found = calculate(a.low, b.low)
                if not (np.abs(found) >= EXACT).any():
                    return Numbers(found, found, is_value)
            corners = [calculate(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
            doubtful = False
        low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
        exact = (a.low == a.high) & (b.low == b.high) & is_whole(low)
        if sign == "/":
            exact &= low * b.low == a.low
        return _widened(low, high, exact, is_value).doubted(doubtful)


def absolute(given: Numbers) -> Numbers:
    low, high = np.abs(given.low), np.abs(given.high)
    spans = (given.low <= 0) & (given.high >= 0)
    if given.is_exact:
        return Numbers(low, low, given.is_value)
    return Numbers(np.where(spans, 0, np.minimum(low, high)), np.maximum(low, high), given.is_value)


def floor(given: Numbers) -> Numbers:
    if given.is_exact:
        return given
    return Numbers(np.floor(given.low), np.floor(given.high), given.is_value)


def chosen(condition: Truth, a: Numbers, b: Numbers) -> Numbers:
    """IF. Raises Unjudged."""
    if np.any(condition.may_fail):
        raise Unjudged
    is_value = (condition.may & a.is_value) | (condition.may_not & b.is_value)
    if a.is_exact and b.is_exact and not (condition.may & condition.may_not).any():
        found = np.where(condition.may, a.low, b.low)
        return Numbers(found, found, is_value)
    low = np.minimum(np.where(condition.may, a.low, np.inf), np.where(condition.may_not, b.low, np.inf))
    high = np.maximum(np.where(condition.may, a.high, -np.inf), np.where(condition.may_not, b.high, -np.inf))
    return Numbers(low, high, is_value)


def compared(sign: str, a: Numbers, b: Numbers) -> Truth:
    """`=` or an order."""
    if sign in _MIRRORED:
        sign, a, b = _MIRRORED[sign], b, a
    if sign == "=":
        may = (a.low <= b.high) & (b.low <= a.high)
        may_not = ~((a.low == a.high) & (b.low == b.high) & (a.low == b.low))
    elif sign == "<":
        may, may_not = a.low < b.high, a.high >= b.low
    else:
        may, may_not = a.low <= b.high, a.high > b.low
    return Truth(may, may_not).of(a.is_value & b.is_value)


def _widened(low: Floats, high: Floats, is_exact: Mask, is_value: Mask) -> Numbers:
    """By what calculating with decimals of twelve places may differ."""
    margin = np.where(is_exact, 0, 1e-11 * np.maximum(1, np.maximum(np.abs(low), np.abs(high))))
    return Numbers(low - margin, high + margin, is_value)
