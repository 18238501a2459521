"""`lienthong dataset quality`: how good the published versions of a data set are."""

import json
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.console import err, out, say
from graph import settings
from graph.iris import Iris
from graph.quality import SHARES, Point, Trend, trends, written
from graph.stores.generations import Generations
from graph.text import Text
from graph.vocabulary import Vocabulary
from ingest import dataset as datasets
from ingest import versions
from ingest.quality import series

SHOWN = 5
"""Most values of a trend in the table."""


def quality(
    name: Annotated[str, typer.Argument(metavar="DATASET", help="Bộ dữ liệu / data set")],
    as_json: Annotated[bool, typer.Option("--json", help="In JSON. / Print JSON.")] = False,
) -> None:
    """In các phép đo chất lượng, theo phiên bản. / Print the measurements of quality, version by version.

    Bảng có giá trị mới nhất, thay đổi so với phiên bản trước và các giá trị gần đây. / The table has the
    latest value, the change since the version before, and the last values.

    Ví dụ / Examples:

        lienthong dataset quality mof-enterprises

        lienthong dataset quality mof-enterprises --json
    """
    chosen = settings.load()
    datasets.select(datasets.discover(chosen), [name])
    published = versions.published(chosen, Generations(chosen.data_dir).current(), series.NAME)
    points = series.read(published, name, base=chosen.base_iri) if published is not None else []
    found = trends(points)
    if as_json:
        print(json.dumps([_as_json(one) for one in found], ensure_ascii=False, indent=2))
    elif found:
        vocabulary = Vocabulary.load(chosen.ontology_dir / "catalogue.ttl", base=chosen.base_iri)
        out.print(_table(found, vocabulary, Iris(chosen.base_iri), chosen.language))
    measured = len({one.version for one in points})
    if not measured:
        say(Text(f"{name}: chưa có phép đo nào.", f"{name}: nothing has been measured yet."), "bold")
        return
    err.print(f"{len(found)} chỉ số · {measured} phiên bản / {len(found)} metrics · {measured} versions")


def _table(found: list[Trend], vocabulary: Vocabulary, iris: Iris, language: str) -> Table:
    table = Table(
        "chỉ số / metric",
        "giá trị / value",
        "đếm / counted",
        "thay đổi / change",
        "gần đây / lately",
        box=None,
    )
    for one in found:
        measurement = one.latest.measurement
        counted = f"{measurement.part:,} / {measurement.whole:,}" if measurement.whole else ""
        lately = " → ".join(_value(point) for point in one.points[-SHOWN:])
        label = vocabulary.name(iris.ontology(series.NAME, one.metric)).of(language)
        table.add_row(label, _value(one.latest), counted, _change(one), lately)
    return table


def _value(point: Point) -> str:
    measurement = point.measurement
    if measurement.metric not in SHARES:
        return measurement.text
    return f"{written(Decimal(measurement.value) * 100)}%"


def _change(one: Trend) -> str:
    if one.change is None:
        return "–"
    if one.metric not in SHARES:
        return f"{'+' if one.change > 0 else ''}{written(one.change)}"
    return f"{'+' if one.change > 0 else ''}{written(Decimal(one.change) * 100)}%"


def _as_json(one: Trend) -> dict[str, Any]:
    return {
        "metric": one.metric,
        "change": None if one.change is None else written(one.change),
        "measurements": [
            {
                "version": point.version,
                "time": point.time,
                "run": point.run,
                "value": point.measurement.text,
                "part": point.measurement.part,
                "whole": point.measurement.whole,
            }
            for point in one.points
        ],
    }
