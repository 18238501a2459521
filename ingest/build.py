"""From a data set's sources to the columns of a new version: extract, check, map, write."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.columns import Builder, Statistics
from graph.iris import Iris
from graph.settings import Settings
from ingest import access, checks, identity, increment, mapping, origins, rejection, sources
from ingest.access import Rule
from ingest.dataset import DataSet
from ingest.increment import Touched, Way
from ingest.inputs import NO_INPUTS, Inputs
from ingest.mapping.incremental import Incremental
from ingest.progress import Clock
from ingest.report import DataSetReport


@dataclass(frozen=True, slots=True)
class Built:
    """A version's statistics and inputs; what it was made of where only files of changes were applied."""

    statistics: Statistics
    inputs: Inputs
    touched: Touched | None = None


def build(
    dataset: DataSet,
    settings: Settings,
    access_rules: Sequence[Rule],
    target: Path,
    report: DataSetReport,
    clock: Clock,
    inputs: Inputs = NO_INPUTS,
    previous: Path | None = None,
) -> Built:
    """Writes the columns file `target`; counts, findings and times go to `report` as they come.

    Where the published version at `previous` was made of all `inputs` but new files of changes, only these
    are mapped, and besides `target` there are the files `increment.PART` and `increment.CHANGES`.

    Raises SourceError, MappingError, SettingError (a connection that is not set), ViolationsError (a check of
    the source); leaves no file behind then.
    """
    connected = dataset.connection if dataset.is_connected(settings) else None
    if connected is None:
        dataset.require_data()
    iris = Iris(settings.base_iri)
    rules = mapping.load(dataset.mapping, base=settings.base_iri, sources=connected)
    way = increment.choose(dataset, rules, inputs, previous, is_live=dataset.is_live(settings))
    report.increment = way.increment is not None
    report.why_whole = way.why
    made = target if way.increment is None else target.with_name(increment.PART)
    with Builder(
        made, memory_mb=settings.columns_memory_mb, threads=settings.columns_threads, keep_source=True
    ) as builder:
        identity.create(builder.connection, settings.identity_secret.get_secret_value())
        with clock.step("extract") as step:
            relations = _extract(dataset, rules, settings, builder, way)
            report.rows = {relation.name: relation.rows for relation in relations}
            report.locations = origins.locations(relations)
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
            ids = origins.register(builder, relations, way.views)
            graph = iris.graph(dataset.name, dataset.access)
            columns_of = {one.name: one.columns for one in relations}
            subjects: frozenset[str] = frozenset()
            if way.increment is None:
                plan = mapping.plan(rules, columns_of)
                mapped = mapping.execute(plan, builder.connection, default_graph=graph, source_ids=ids)
                step.items = sum(mapped.quads.values())
            else:
                part = Incremental(
                    rules, builder.connection, columns_of, way.touched, default_graph=graph, source_ids=ids
                )
                subjects = frozenset(part.subjects(way.increment.quarantined))
                step.items = part.stage()
            access.separate(builder.connection, access_rules, dataset.name, dataset.access, iris)
            origins.settle(builder.connection, relations, ids)
        with clock.step("write") as step:
            statistics = builder.finish()
            if way.increment is None:
                step.items = statistics.quads
                return Built(statistics, way.inputs)
    with clock.step("apply") as step:
        touched = Touched(way.increment, subjects, made, settings.columns_memory_mb, settings.columns_threads)
        step.items = statistics.quads
        return Built(touched.write(target.parent), way.inputs, touched)


def _extract(
    dataset: DataSet, rules: mapping.Mapping, settings: Settings, builder: Builder, way: Way
) -> list[sources.Relation]:
    """All relations of the mapping; what databases hold is seen at one moment."""
    fresh = way.increment.files if way.increment is not None else frozenset()
    found = []
    with sources.Connections(settings.connections) as connections:
        for source in sources.in_order(rules.logical_sources, mapping_dir=dataset.folder):

            def extract(source: sources.LogicalSource = source) -> sources.Relation:
                return sources.extract(
                    builder.connection,
                    source,
                    data_dir=dataset.data,
                    mapping_dir=dataset.folder,
                    connections=connections,
                    tolerant=dataset.on_violation == "quarantine",
                    fresh=fresh,
                )

            found.append(extract())
            if source.name in way.touched and source.name in way.views.behind:
                with sources.touched(builder.connection):
                    extract()
    return found
