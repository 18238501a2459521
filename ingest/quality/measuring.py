"""All metrics of one version that is about to be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from graph.columns import Columns
from graph.iris import Iris
from graph.quality import Measurement
from graph.settings import Settings
from graph.shacl import ValidationReport
from ingest import rules
from ingest.dataset import DataSet
from ingest.quality import figures
from ingest.quality.counting import Counts
from ingest.quality.elsewhere import Elsewhere
from ingest.quality.expectations import Expectations, is_across, up_to
from ingest.quality.left_out import Fault, LeftOut
from ingest.quality.stated import Stated


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
        self._rules = rules.load(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._elsewhere.close()

    def measure(self, version: Version, published: datetime) -> list[Measurement]:
        """The measurements that the version allows; a metric that has nothing to count has none.

        Only what readers of the data set's own class of access see is counted. Raises SourceError,
        OntologyError.
        """
        expected = up_to(version.dataset.access, self._rules)
        left_out = [one for one in (_shown(each, expected) for each in version.left_out) if one.faults]
        graph = self._iris.graph(version.dataset.name, version.dataset.access)
        memory, threads = self._settings.columns_memory_mb, self._settings.columns_threads
        with Columns(version.columns, memory_mb=memory, threads=threads) as columns:
            counts = Counts(columns, graph, self._ids, expected.targets.classes)
            return [
                *_of_entities(version, counts, expected, left_out),
                *self._of_time(version.dataset, counts, published.astimezone(UTC).date()),
                *self._of_references(version.dataset, counts, left_out),
            ]

    def _of_time(self, dataset: DataSet, counts: Counts, published: date) -> list[Measurement]:
        stated = Stated.read(dataset, self._iris)
        midnight = datetime.combine(published, datetime.min.time())
        newest = counts.newest(midnight + timedelta(days=1))
        period = stated.period(self._rules.vocabulary, self._iris)
        return figures.timeliness([*stated.days, newest], published, period)

    def _of_references(
        self, dataset: DataSet, counts: Counts, left_out: Sequence[LeftOut]
    ) -> list[Measurement]:
        references = counts.references()
        described = self._elsewhere.described(references, dataset.name)
        refused = any(fault.refused for one in left_out for fault in one.faults)
        dangles = refused or len(described) < len(references)
        own, elsewhere = (counts.kinds(), self._elsewhere.kinds(dataset.name)) if dangles else (set(), set())
        kinds = figures.Kinds(self._ids, own, elsewhere)
        return figures.linkage(references, described, kinds, left_out)


def _of_entities(
    version: Version, counts: Counts, expected: Expectations, left_out: Sequence[LeftOut]
) -> list[Measurement]:
    focus_nodes = counts.focus_nodes(expected.targets.subjects_of, expected.targets.objects_of)
    keys = {key for one in counts.entities for key in expected.keys_of(one)}
    having = {key: [one for one in counts.entities if key in expected.keys_of(one)] for key in keys}
    contradicting = _contradicting(version.results, counts, expected)
    return [
        *figures.completeness(expected, counts.entities, counts.filled(expected.single), left_out),
        *figures.uniqueness(counts.entities, counts.sharing_a_key(having), left_out),
        *figures.validity(focus_nodes, left_out),
        *figures.consistency(focus_nodes, contradicting, left_out),
    ]


def _shown(one: LeftOut, expected: Expectations) -> LeftOut:
    """With those of its faults alone that tell nothing of more restricted fields."""
    return replace(one, faults=tuple(fault for fault in one.faults if expected.shows(fault, one.classes)))


def _contradicting(report: ValidationReport | None, counts: Counts, expected: Expectations) -> int:
    """How many published focus nodes have a result of a constraint across fields or entities."""
    results = report.violations if report is not None else ()
    faults = [(one.focus, Fault(one.shape, one.path, one.constraint)) for one in results]
    across = [(focus, fault) for focus, fault in faults if is_across(fault)]
    classes = counts.classes_of({focus for focus, _ in across}) if across else {}
    return len({focus for focus, fault in across if expected.shows(fault, classes.get(focus, frozenset()))})
