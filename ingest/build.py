"""From a data set's sources to the columns of a new version: extract, check, map, write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.columns import Builder, Statistics
from graph.iris import Iris
from graph.settings import Settings
from ingest import access, checks, identity, mapping, rejection, sources, staging, trace
from ingest.access import Rule
from ingest.dataset import DataSet
from ingest.progress import Clock
from ingest.report import DataSetReport
from ingest.trace import Trace


@dataclass(frozen=True, slots=True)
class Built:
    """A columns file's statistics; how to go from it back to the sources; what was left out of it already."""

    statistics: Statistics
    trace: Trace
    relations: tuple[sources.Relation, ...]
    left_out: frozenset[str]


def build(
    dataset: DataSet,
    settings: Settings,
    access_rules: Sequence[Rule],
    target: Path,
    report: DataSetReport,
    clock: Clock,
    *,
    first_rows: int | None = None,
) -> Built:
    """Writes the columns file `target`; counts, findings and times go to `report` as they come. `first_rows`:
    no more than so many rows of each file are mapped.

    Raises SourceError, MappingError, SettingError (a connection that is not set), ViolationsError (a check of
    the source); leaves no file behind then.
    """
    connected = dataset.connection if dataset.is_connected(settings) else None
    if connected is None:
        dataset.require_data()
    iris = Iris(settings.base_iri)
    rules = mapping.load(dataset.mapping, base=settings.base_iri, sources=connected)
    with Builder(
        target, memory_mb=settings.columns_memory_mb, threads=settings.columns_threads, keep_source=True
    ) as builder:
        identity.create(builder.connection, settings.identity_secret.get_secret_value())
        with clock.step("extract") as step:
            relations = _extract(dataset, rules, settings, builder, clock, first_rows)
            where = trace.of(rules, relations, folder=dataset.folder, data=dataset.data)
            report.rows = {relation.name: relation.rows for relation in relations}
            report.locations = {relation.name: relation.location for relation in relations}
            step.items = sum(report.rows.values())
            rejection.note(relations, report, where)
        with clock.step("check") as step:
            found = checks.run(
                [checks.read(path) for path in dataset.checks], builder.connection, report.rows
            )
            report.findings += found
            checks.refuse(found)
            step.items = len(dataset.checks)
        with clock.step("map") as step:
            staged = staging.stage(
                rules,
                relations,
                where,
                dataset,
                builder,
                report,
                graph=iris.graph(dataset.name, dataset.access),
            )
            access.separate(builder.connection, access_rules, dataset.name, dataset.access, iris)
            step.items = staged.quads
        with clock.step("write") as step:
            statistics = builder.finish()
            step.items = statistics.quads
    return Built(statistics, where, tuple(relations), staged.left_out)


def _extract(
    dataset: DataSet,
    rules: mapping.Mapping,
    settings: Settings,
    builder: Builder,
    clock: Clock,
    first_rows: int | None,
) -> list[sources.Relation]:
    """All relations of the mapping; what databases hold is seen at one moment."""
    # A dry run builds outside the data folder and writes nothing below it, answers of APIs neither.
    is_kept = builder.path.resolve().is_relative_to(settings.data_dir.resolve())
    answers = (settings.data_dir if is_kept else builder.path.parent) / "answers"
    found: list[sources.Relation] = []
    with (
        sources.Connections(settings.connections) as connections,
        sources.Web(sources.Policy.of(settings), answers) as web,
    ):
        for source in sources.in_order(rules.logical_sources, mapping_dir=dataset.folder):
            relation = sources.extract(
                builder.connection,
                source,
                data_dir=dataset.data,
                mapping_dir=dataset.folder,
                connections=connections,
                web=web,
                limits=sources.Limits.of(settings),
                tolerant=dataset.tolerates_rows,
            )
            if first_rows is not None and source.format is not sources.Format.VIEW:
                relation = sources.first(builder.connection, relation, first_rows)
            found.append(relation)
            clock.rows(sum(one.rows for one in found))
    return found
