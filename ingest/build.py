"""From a data set's sources to the columns of a new version: extract, check, map, write."""

from collections.abc import Sequence
from pathlib import Path

from graph.columns import Builder, Statistics
from graph.iris import Iris
from graph.settings import Settings
from ingest import access, checks, identity, mapping, rejection, sources
from ingest.access import Rule
from ingest.dataset import DataSet
from ingest.progress import Clock
from ingest.report import DataSetReport


def build(
    dataset: DataSet,
    settings: Settings,
    access_rules: Sequence[Rule],
    target: Path,
    report: DataSetReport,
    clock: Clock,
) -> Statistics:
    """Writes the columns file `target`; counts, findings and times go to `report` as they come.

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
            relations = _extract(dataset, rules, settings, builder)
            report.rows = {relation.name: relation.rows for relation in relations}
            report.locations = {relation.name: relation.location for relation in relations}
            step.items = sum(report.rows.values())
            rejection.note(relations, report)
        with clock.step("check") as step:
            found = checks.run(
                [checks.read(path) for path in dataset.checks], builder.connection, report.rows
            )
            report.findings += found
            checks.refuse(found)
            step.items = len(dataset.checks)
        with clock.step("map") as step:
            source_ids = {one.name: builder.source(one.name, one.location) for one in relations}
            plan = mapping.plan(rules, {one.name: one.columns for one in relations})
            mapped = mapping.project(
                plan,
                builder,
                default_graph=iris.graph(dataset.name, dataset.access),
                source_ids=source_ids,
            )
            builder.restrict(access.restrictions(access_rules, dataset.name, dataset.access, iris))
            step.items = sum(mapped.quads.values())
        with clock.step("write") as step:
            statistics = builder.finish()
            step.items = statistics.quads
    return statistics


def _extract(
    dataset: DataSet, rules: mapping.Mapping, settings: Settings, builder: Builder
) -> list[sources.Relation]:
    """All relations of the mapping; what databases hold is seen at one moment."""
    with sources.Connections(settings.connections) as connections:
        return [
            sources.extract(
                builder.connection,
                source,
                data_dir=dataset.data,
                mapping_dir=dataset.folder,
                connections=connections,
                tolerant=dataset.on_violation == "quarantine",
            )
            for source in sources.in_order(rules.logical_sources, mapping_dir=dataset.folder)
        ]
