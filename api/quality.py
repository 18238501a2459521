"""The measurements of a data set's quality, as far as the caller may see."""

from collections.abc import Mapping
from decimal import Decimal

from api.datasets import DataSet
from api.knowledge import Knowledge
from api.reader import Reader, Row, consistent
from graph.access import Principal
from graph.labels import local_name
from graph.quality import AGE, METRICS, Measurement, Point, Trend, trends
from graph.sparql import terms
from graph.sparql.engine import Engine
from graph.sparql.results import Term

QUERY = """PREFIX dqv: <http://www.w3.org/ns/dqv#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX quality: <{quality}>
SELECT ?metric ?value ?part ?whole ?version ?time ?run WHERE {{
  ?measurement dqv:computedOn {dataset} ; dqv:isMeasurementOf ?metric ; dqv:value ?value ;
    prov:wasDerivedFrom ?version ; prov:generatedAtTime ?time ; prov:wasGeneratedBy ?run .
  OPTIONAL {{ ?measurement quality:part ?part ; quality:whole ?whole }}
}}
ORDER BY ?metric ?time"""


def query(known: Knowledge, dataset: str) -> str:
    """SPARQL for the measurements of the data set with this IRI."""
    return QUERY.format(quality=known.iris.ontology("quality"), dataset=terms.iri(dataset))


async def of_data_set(
    engine: Engine, principal: Principal, known: Knowledge, described: DataSet
) -> list[Trend]:
    """A trend for each metric that the caller may see; none for a data set that is not published."""
    if described.published is None:
        return []

    async def ask(reader: Reader) -> list[Row]:
        return await reader.rows(query(known, described.iri))

    rows, _ = await consistent(engine, principal, ask)
    points = [_point(row, described.iri, known) for row in rows]
    return trends(one for one in points if one.measurement.metric in METRICS)


def _point(row: Row, dataset: str, known: Knowledge) -> Point:
    metric = local_name(row["metric"].value)
    value = row["value"].value
    return Point(
        row["version"].value.removeprefix(f"{dataset}/"),
        row["time"].value,
        row["run"].value.removeprefix(known.iris.entity("run", "")),
        Measurement(
            metric, int(value) if metric == AGE else Decimal(value), _count(row, "part"), _count(row, "whole")
        ),
    )


def _count(row: Mapping[str, Term], name: str) -> int | None:
    return int(row[name].value) if name in row else None
