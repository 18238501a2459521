"""The step `map`: quads are staged, rows that cannot be mapped are left out, every row is accounted for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from graph.columns import Builder
from graph.text import Text
from ingest import account, mapping, notes, origins, sources, united, unmapped
from ingest.dataset import DataSet
from ingest.increment import Way
from ingest.report import EXAMPLES, DataSetReport, Example, Finding
from ingest.trace import Trace

WHY_WHOLE = Text("một bản ghi mới không ánh xạ được", "a new row cannot be mapped")


@dataclass(frozen=True, slots=True)
class Staged:
    """How many quads were staged, before duplicates are removed, and the entities that were left out. Where
    only files of changes were applied, `touched` are the entities whose quads these are."""

    quads: int
    left_out: frozenset[str]
    touched: frozenset[str] | None = None


def stage(
    rules: mapping.Mapping,
    relations: Sequence[sources.Relation],
    where: Trace,
    dataset: DataSet,
    builder: Builder,
    report: DataSetReport,
    way: Way,
    *,
    graph: str,
) -> Staged:
    """Runs the mapping; of an increment on the touched entities alone, unless a row cannot be mapped: what
    goes with such a row is known only of all.

    Raises SourceError for a row that cannot be mapped, where the policy is to stop or too many are, and
    MappingError."""
    connection = builder.connection
    ids = origins.register(builder, relations, where)
    files = united.of(relations, where)
    faults = mapping.Faults()
    report.findings += notes.take(rules, relations, connection)
    files.mark(connection)
    makers = [one.source for one in rules.triples_maps]
    if way.increment is not None:
        part = mapping.Incremental(
            rules,
            connection,
            {one.name: one.columns for one in relations},
            {one.name: one.datatypes for one in relations},
            way.touched,
            default_graph=graph,
            source_ids=ids,
            faults=faults,
        )
        subjects = part.subjects(way.increment.quarantined)
        quads = part.stage()
        if not faults.values:
            _settle(builder, relations, files, where, ids)
            fresh = way.increment.parts
            report.accounts = account.take(connection, relations, where, makers, {}, {}, fresh)
            return Staged(quads, frozenset(), frozenset(subjects))
        report.increment, report.why_whole = False, WHY_WHOLE
        connection.execute("DELETE FROM staged")
        faults.values.clear()
    plan = mapping.plan(
        rules,
        {one.name: one.columns for one in relations},
        {one.name: one.datatypes for one in relations},
    )
    noted = faults if dataset.tolerates_rows else None
    mapped = mapping.execute(
        plan,
        connection,
        default_graph=graph,
        source_ids=ids,
        faults=noted,
        origin=partial(unmapped.origin, where),
    )
    _settle(builder, relations, files, where, ids)
    faulty, left_out, gone = _leave_out(noted, plan, where, files, dataset, builder, report, ids)
    report.accounts = account.take(connection, relations, where, makers, faulty, gone)
    return Staged(sum(mapped.quads.values()), left_out)


def _settle(
    builder: Builder,
    relations: Sequence[sources.Relation],
    files: united.United,
    where: Trace,
    ids: Mapping[str, int],
) -> None:
    """Gives every staged quad its very file and row."""
    files.resolve(builder.connection, ids)
    origins.settle(builder.connection, relations, ids)
    account.note_used(builder.connection, ids, where)


def _leave_out(
    faults: mapping.Faults | None,
    plan: mapping.Plan,
    where: Trace,
    files: united.United,
    dataset: DataSet,
    builder: Builder,
    report: DataSetReport,
    ids: dict[str, int],
) -> tuple[account.Rows, frozenset[str], dict[str, int]]:
    """The rows at fault, the entities and the number of sound rows that went with them, by file."""
    if faults is None or not faults.values:
        return {}, frozenset(), {}
    connection = builder.connection
    entries = unmapped.entries(faults, plan, where, files)
    report.entries += entries
    faulty = unmapped.rows(faults, plan, where, files)
    report.faulty = sum(map(len, faulty.values()))
    examples = tuple(
        Example(one.rows[0], one.value, f"{one.reason.vi} / {one.reason.en}", one.file, one.column)
        for one in entries[:EXAMPLES]
    )
    message = Text("Bản ghi không ánh xạ được, đã để ra ngoài.", "The row cannot be mapped and was left out.")
    report.findings.append(Finding(unmapped.RULE, "violation", message, report.faulty, examples))
    unmapped.refuse(faulty, report.rows, entries[0])
    before = account.used(connection, faulty)
    left_out = unmapped.leave_out(
        connection, faulty, ids, where, with_entities=dataset.on_violation == "quarantine"
    )
    account.note_used(connection, ids, where)
    after = account.used(connection, faulty)
    report.quarantined += len(left_out)
    return faulty, left_out, {file: before[file] - after.get(file, 0) for file in before}
