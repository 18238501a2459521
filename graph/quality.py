"""Measurements of a data set's quality over its versions: the values that writing and reading share.

What each metric counts is said in the ontology, module `quality`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

PLACES = Decimal("0.000001")

REQUIRED = "requiredCompleteness"
OPTIONAL = "optionalCompleteness"
UNIQUE = "uniqueShare"
VALID = "validShare"
CONSISTENT = "consistentShare"
AGE = "age"
PERIODS = "ageInPeriods"
RESOLVED = "resolvedShare"
ABSENT = "absentShare"
METRICS = (REQUIRED, OPTIONAL, UNIQUE, VALID, AGE, PERIODS, CONSISTENT, RESOLVED, ABSENT)
"""Local names of the metrics in the ontology module `quality`, in the order in which people read them."""
SHARES = frozenset(METRICS) - {AGE, PERIODS}


@dataclass(frozen=True, slots=True)
class Measurement:
    """`metric` is one of `METRICS`; a share is `part` of `whole` cells, entities or references."""

    metric: str
    value: Decimal | int
    part: int | None = None
    whole: int | None = None

    @property
    def text(self) -> str:
        """The value in canonical form (XML Schema 1.1 Part 2, §3.3.3): `1`, `0.998745`."""
        return written(self.value)


@dataclass(frozen=True, slots=True)
class Point:
    """A published measurement: of which version, when (UTC, ISO 8601), by which run."""

    version: str
    time: str
    run: str
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class Trend:
    """The measurements of one metric, oldest first; there is at least one."""

    metric: str
    points: tuple[Point, ...]

    @property
    def latest(self) -> Point:
        return self.points[-1]

    @property
    def change(self) -> Decimal | int | None:
        """Since the version before; None where there is none."""
        if len(self.points) < 2:
            return None
        return self.latest.measurement.value - self.points[-2].measurement.value


def share(metric: str, part: int, whole: int) -> list[Measurement]:
    """The part of the whole, rounded down to six places so that 1 means all; nothing of nothing."""
    if not whole:
        return []
    value = (Decimal(part) / whole).quantize(PLACES, ROUND_FLOOR)
    return [Measurement(metric, value, part, whole)]


def written(value: Decimal | int) -> str:
    """Without an exponent, and without zeros at the end of its fraction."""
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def trends(points: Iterable[Point]) -> list[Trend]:
    """A trend for each metric that was measured, in the order of `METRICS`."""
    ordered = sorted(points, key=lambda one: (one.time, one.version))
    by_metric = {
        metric: tuple(one for one in ordered if one.measurement.metric == metric) for metric in METRICS
    }
    return [Trend(metric, found) for metric, found in by_metric.items() if found]
