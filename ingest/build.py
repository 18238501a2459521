"""From a data set's sources to the columns of a new version: extract, check, map, write."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from graph.columns import Builder, Statistics
from graph.iris import Iris
from graph.settings import Settings
from ingest import access, checks, identity, increment, mapping, rejection, sources, staging, trace
from ingest.access import Rule
from ingest.dataset import DataSet
from ingest.increment import Touched, Way
from ingest.inputs import NO_INPUTS, Inputs
from ingest.progress import Clock
from ingest.report import DataSetReport
from ingest.trace import Trace


@dataclass(frozen=True, slots=True)
class Built:
    """A columns file's statistics; how to go from it back to the sources; what was left out of it already;
    its inputs; what it was made of where only files of changes were applied."""

    statistics: Statistics
    trace: Trace
    relations: tuple[sources.Relation, ...]
    left_out: frozenset[str]
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
    *,
    first_rows: int | None = None,
) -> Built:
    """Writes the columns file `target`; counts, findings and times go to `report` as they come. `first_rows`:
    no more than so many rows of each file are mapped.

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
    report.increment, report.why_whole = way.increment is not None, way.why
    made = target if way.increment is None else target.with_name(increment.PART)
    with Builder(
        made, memory_mb=settings.columns_memory_mb, threads=settings.columns_threads, keep_source=True
    ) as builder:
        identity.create(builder.connection, settings.identity_secret.get_secret_value())
        with clock.step("extract") as step:
            relations = _extract(dataset, rules, settings, builder, clock, way, first_rows)
            where = trace.of(rules, relations, folder=dataset.folder, data=dataset.data)
            report.rows = {part.name: part.rows for relation in relations for part in relation.files}
            report.locations = dict(where.locations)
            step.items = sum(report.rows.values())
            rejection.note(relations, report, where)
        with clock.step("check") as step:
            found = checks.run(
                [checks.read(path) for path in dataset.checks],
                builder.connection,
                [relation.name for relation in relations],
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
                way,
                graph=iris.graph(dataset.name, dataset.access),
            )
            access.separate(builder.connection, access_rules, dataset.name, dataset.access, iris)
            step.items = staged.quads
        with clock.step("write") as step:
            statistics = builder.finish()
            step.items = statistics.quads
    touched = None
    if way.increment is not None and staged.touched is not None:
        with clock.step("apply") as step:
            touched = Touched(
                way.increment, staged.touched, made, settings.columns_memory_mb, settings.columns_threads
            )
            step.items = statistics.quads
            statistics = touched.write(target.parent)
    elif made != target:
        made.rename(target)
    return Built(statistics, where, tuple(relations), staged.left_out, way.inputs, touched)


def _tell(clock: Clock, before: int, rows: int) -> None:
    """Tells of a source that is still being read, behind the rows of those `before` it."""
    clock.rows(before + rows)


def _extract(
    dataset: DataSet,
    rules: mapping.Mapping,
    settings: Settings,
    builder: Builder,
    clock: Clock,
    way: Way,
    first_rows: int | None,
) -> list[sources.Relation]:
    """All relations of the mapping; what databases hold is seen at one moment."""
    # A dry run builds outside the data folder and writes nothing below it, answers of APIs neither.
    is_kept = builder.path.resolve().is_relative_to(settings.data_dir.resolve())
    answers = (settings.data_dir if is_kept else builder.path.parent) / "answers"
    fresh = way.increment.files if way.increment is not None else frozenset()
    found: list[sources.Relation] = []
    with (
        sources.Connections(settings.connections) as connections,
        sources.Web(sources.Policy.of(settings), answers) as web,
    ):
        for source in sources.in_order(rules.logical_sources, mapping_dir=dataset.folder):

            def extract(source: sources.LogicalSource = source) -> sources.Relation:
                return sources.extract(
                    builder.connection,
                    source,
                    data_dir=dataset.data,
                    mapping_dir=dataset.folder,
                    connections=connections,
                    web=web,
                    limits=sources.Limits.of(settings),
                    tolerant=dataset.tolerates_rows,
                    fresh=fresh,
                )

            with sources.telling(partial(_tell, clock, sum(one.rows for one in found))):
                relation = extract()
            if source.name in way.touched and source.name in way.views.behind:
                with sources.touched(builder.connection):
                    extract()
            if first_rows is not None and source.format is not sources.Format.VIEW:
                relation = sources.first(builder.connection, relation, first_rows)
            found.append(relation)
            clock.rows(sum(one.rows for one in found))
    return found
