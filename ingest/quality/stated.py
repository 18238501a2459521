"""What a data set's description says of time (DCAT 3, §6.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from rdflib import DCAT, DCTERMS, Graph, Literal, URIRef
from rdflib.term import Node

from graph import turtle
from graph.iris import Iris
from graph.vocabulary import Vocabulary
from ingest.dataset import DataSet


@dataclass(frozen=True, slots=True)
class Stated:
    """`days`: when it was modified and issued, and the last day that it covers; `frequency`: how often it is
    updated. What is not stated is not there."""

    days: tuple[date, ...]
    frequency: Node | None

    @classmethod
    def read(cls, dataset: DataSet, iris: Iris) -> "Stated":
        """Raises OntologyError for a description that is not Turtle."""
        graph = turtle.read(dataset.description, base=iris.base)
        subject = URIRef(iris.dataset(dataset.name))
        return cls(tuple(_days(graph, subject)), graph.value(subject, DCTERMS.accrualPeriodicity))

    def period(self, vocabulary: Vocabulary, iris: Iris) -> int | None:
        """The days of a period of updates (`quality:periodInDays`), None where none is promised."""
        if self.frequency is None:
            return None
        found = vocabulary.graph.value(self.frequency, URIRef(iris.ontology("quality", "periodInDays")))
        return int(str(found)) if found is not None else None


def _days(graph: Graph, subject: URIRef) -> Iterator[date]:
    spans = [*graph.objects(subject, DCTERMS.temporal)]
    stated = [
        (subject, DCTERMS.modified),
        (subject, DCTERMS.issued),
        *((span, DCAT.endDate) for span in spans),
    ]
    for node, path in stated:
        for value in graph.objects(node, path):
            day = value.toPython() if isinstance(value, Literal) else None
            if isinstance(day, datetime):
                yield day.date()
            elif isinstance(day, date):
                yield day
