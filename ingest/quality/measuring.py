"""All metrics of one version that is about to be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from rdflib import DCAT, DCTERMS, Graph, Literal, URIRef

from graph import turtle
from graph.columns import Columns
from graph.iris import Iris
from graph.quality import Measurement
from graph.settings import Settings
from graph.shacl import ValidationReport
from ingest.dataset import DataSet
from ingest.quality import figures
from ingest.quality.counting import Counts
from ingest.quality.elsewhere import Elsewhere
from ingest.quality.expectations import Expectations, Rules, is_across
from ingest.quality.left_out import Fault, LeftOut


@dataclass(frozen=True, slots=True)
class Version:
    """What is measured: its columns, what the shapes say of it, what was left out of it."""

    dataset: DataSet
    columns: Path
    results: ValidationReport | None
    left_out: Sequence[LeftOut]


class Meter:
    """Measures versions of one run. `newest` are the columns of all data sets as they will be published.

    Raises OntologyError for a file of the ontology or the shapes that is wrong.
    """

    def __init__(self, settings: Settings, newest: Mapping[str, Path]) -> None:
        self._settings = settings
        self._iris = Iris(settings.base_iri)
        self._ids = self._iris.resolve("id/")
        self._elsewhere = Elsewhere(newest, self._ids)
        self._rules = Rules.load(settings)
        self._expectations = cache(self._rules.up_to)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._elsewhere.__exit__(kind, error, trace)

    def measure(self, version: Version, published: datetime) -> list[Measurement]:
        """The measurements that the version allows; a metric that has nothing to count has none.

        Only what readers of the data set's own class of access see is counted. Raises SourceError,
        OntologyError.
        """
        dataset = version.dataset
        expected = self._expectations(dataset.access)
        left_out = [one for one in (_shown(each, expected) for each in version.left_out) if one.faults]
        graph = self._iris.graph(dataset.name, dataset.access)
        subject = URIRef(self._iris.dataset(dataset.name))
        description = turtle.read(dataset.description, base=self._settings.base_iri)
        with Columns(
            version.columns,
            memory_mb=self._settings.columns_memory_mb,
            threads=self._settings.columns_threads,
        ) as columns:
            counts = Counts(columns, graph, self._ids, expected.targets.classes)
            focus_nodes = counts.focus_nodes(expected.targets.subjects_of, expected.targets.objects_of)
            keys = {
                key: [one for one in counts.entities if key in expected.keys_of(one)]
                for key in {key for one in counts.entities for key in expected.keys_of(one)}
            }
            references = counts.references()
            described = self._elsewhere.described(references, dataset.name)
            kinds = figures.Kinds(self._ids, counts.kinds(), self._elsewhere.kinds(dataset.name))
            midnight = datetime.combine(published.astimezone(UTC).date(), datetime.min.time())
            newest = counts.newest(midnight + timedelta(days=1))
            return [
                *figures.completeness(expected, counts.entities, counts.filled(), left_out),
                *figures.uniqueness(counts.entities, counts.sharing_a_key(keys), left_out),
                *figures.validity(focus_nodes, left_out),
                *figures.consistency(
                    focus_nodes, _contradicting(version.results, counts, expected), left_out
                ),
                *figures.timeliness(
                    [*_stated(description, subject), newest],
                    midnight.date(),
                    self._period(description, subject),
                ),
                *figures.linkage(references, described, kinds, left_out),
            ]

    def _period(self, description: Graph, subject: URIRef) -> int | None:
        """The days of the period in which the data set is updated, None where it promises none."""
        frequency = description.value(subject, DCTERMS.accrualPeriodicity)
        days = URIRef(self._iris.ontology("quality", "periodInDays"))
        found = self._rules.vocabulary.graph.value(frequency, days) if frequency is not None else None
        return int(str(found)) if found is not None else None


def _shown(one: LeftOut, expected: Expectations) -> LeftOut:
    """With those of its faults alone that tell nothing of more restricted fields."""
    faults = tuple(fault for fault in one.faults if expected.shows(fault, one.classes))
    return LeftOut(one.entity, one.classes, one.paths, faults, one.is_duplicate)


def _contradicting(report: ValidationReport | None, counts: Counts, expected: Expectations) -> int:
    """How many published focus nodes have a result of a constraint across fields or entities."""
    results = report.violations if report is not None else ()
    faults = [(one.focus, Fault(one.shape, one.path, one.constraint)) for one in results]
    across = [(focus, fault) for focus, fault in faults if is_across(fault)]
    classes = counts.classes_of({focus for focus, _ in across}) if across else {}
    return len({focus for focus, fault in across if expected.shows(fault, classes.get(focus, frozenset()))})


def _stated(description: Graph, subject: URIRef) -> list[date]:
    """The days that a description says its data are of: `dct:modified`, `dct:issued`, the end of
    `dct:temporal`."""
    values = [
        one for path in (DCTERMS.modified, DCTERMS.issued) for one in description.objects(subject, path)
    ]
    for span in description.objects(subject, DCTERMS.temporal):
        values += description.objects(span, DCAT.endDate)
    days = [one.toPython() for one in values if isinstance(one, Literal)]
    return [day.date() if isinstance(day, datetime) else day for day in days if isinstance(day, date)]
