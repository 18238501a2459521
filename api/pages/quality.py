"""The section on quality of a data set's page: a table for each dimension, a line for each metric."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from rdflib import Namespace, URIRef

from api import quality
from api.knowledge import Knowledge
from api.pages.links import Links
from api.pages.rendering import number
from graph.quality import SHARES, Point, Trend, written
from graph.text import Language

DQV = Namespace("http://www.w3.org/ns/dqv#")
WIDTH, HEIGHT, MARGIN = 120, 28, 4
SHOWN = 20
"""Most versions that a trend shows."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A line of a table; `line` are the points of the trend's polyline, None after one measurement alone, and
    `history` says it in words."""

    label: str
    href: str
    value: str
    counted: str | None
    change: str | None
    line: str | None
    history: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Dimension:
    label: str
    definition: str | None
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """`version` and `time` of the newest measurement; `query` is where all can be asked for."""

    version: str
    time: str
    dimensions: tuple[Dimension, ...]
    query: str


def shown(
    trends: Sequence[Trend], dataset: str, known: Knowledge, links: Links, language: Language
) -> Quality | None:
    """None where there is nothing to show."""
    if not trends:
        return None
    newest = max((one.latest for one in trends), key=lambda one: one.time)
    by_dimension: dict[str, list[Metric]] = {}
    for one in trends:
        iri = known.iris.ontology("quality", one.metric)
        dimension = known.vocabulary.graph.value(URIRef(iri), DQV.inDimension)
        by_dimension.setdefault(str(dimension), []).append(_metric(one, iri, known, links, language))
    asking = urlencode({"query": quality.query(known, dataset)})
    return Quality(
        newest.version,
        newest.time,
        tuple(_dimension(iri, metrics, known, language) for iri, metrics in by_dimension.items()),
        links.local(f"/?{asking}"),
    )


def _dimension(iri: str, metrics: Iterable[Metric], known: Knowledge, language: Language) -> Dimension:
    definition = known.vocabulary.definition(iri)
    return Dimension(
        known.vocabulary.name(iri).of(language),
        definition.of(language) if definition else None,
        tuple(metrics),
    )


def _metric(one: Trend, iri: str, known: Knowledge, links: Links, language: Language) -> Metric:
    measurement = one.latest.measurement
    counted = None
    if measurement.part is not None and measurement.whole is not None:
        counted = f"{number(measurement.part, language)} / {number(measurement.whole, language)}"
    points = one.points[-SHOWN:]
    return Metric(
        known.vocabulary.name(iri).of(language),
        links.href(iri) or iri,
        _value(one.metric, measurement.value, language),
        counted,
        None if one.change is None else _signed(one.metric, one.change, language),
        polyline([Decimal(point.measurement.value) for point in points]) if len(points) > 1 else None,
        " → ".join(_of(point, language) for point in points),
    )


def polyline(values: Sequence[Decimal]) -> str:
    """The points of an SVG polyline of `WIDTH` × `HEIGHT`, lowest value at the bottom; level where all are
    equal."""
    lowest, span = min(values), max(values) - min(values)
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    inside = HEIGHT - 2 * MARGIN
    heights = [float((value - lowest) / span) if span else 0.5 for value in values]
    return " ".join(
        f"{MARGIN + step * place:.1f},{MARGIN + inside * (1 - height):.1f}"
        for place, height in enumerate(heights)
    )


def _of(point: Point, language: Language) -> str:
    return _value(point.measurement.metric, point.measurement.value, language)


def _value(metric: str, value: Decimal | int, language: Language) -> str:
    """A share as a percentage; with the decimal comma in Vietnamese."""
    text = f"{written(Decimal(value) * 100)}%" if metric in SHARES else written(value)
    return text if language == "en" else text.replace(".", ",")


def _signed(metric: str, change: Decimal | int, language: Language) -> str:
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return f"{sign}{_value(metric, change if change > 0 else -change, language)}"
