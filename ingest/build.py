"""From a data set's sources to the columns of a new version: extract, check, map, write."""

from collections.abc import Sequence
from pathlib import Path

from graph.columns import Builder, Statistics
from graph.iris import Iris
from graph.settings import Settings
from ingest import access, checks, identity, mapping, sources
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

    Raises SourceError, MappingError, ViolationsError (a check of the source); leaves no file behind then.
    """
    dataset.require_data()
    iris = Iris(settings.base_iri)
    rules = mapping.load(dataset.mapping, base=settings.base_iri)
    with Builder(
        target, memory_mb=settings.columns_memory_mb, threads=settings.columns_threads, keep_source=True
    ) as builder:
        identity.create(builder.connection, settings.identity_secret.get_secret_value())
        source_ids: dict[str, int] = {}
        columns_of: dict[str, list[str]] = {}
        with clock.step("extract") as step:
            for source in sources.in_order(rules.logical_sources, mapping_dir=dataset.folder):
                relation = sources.extract(
                    builder.connection, source, data_dir=dataset.data, mapping_dir=dataset.folder
                )
                source_ids[relation.name] = builder.source(relation.name, relation.location)
                columns_of[relation.name] = list(relation.columns)
                report.rows[relation.name] = relation.rows
                report.locations[relation.name] = relation.location
                step.items += relation.rows
        with clock.step("check") as step:
            report.findings += checks.run([checks.read(path) for path in dataset.checks], builder.connection)
            checks.refuse(report.findings)
            step.items = len(dataset.checks)
        with clock.step("map") as step:
            plan = mapping.plan(rules, columns_of)
            mapped = mapping.execute(
                plan,
                builder.connection,
                default_graph=iris.graph(dataset.name, dataset.access),
                source_ids=source_ids,
            )
            access.separate(builder.connection, access_rules, dataset.name, dataset.access, iris)
            step.items = sum(mapped.quads.values())
        with clock.step("write") as step:
            statistics = builder.finish()
            step.items = statistics.quads
    return statistics
