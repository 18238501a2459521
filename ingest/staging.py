"""The step `map`: quads are staged, rows that cannot be mapped are left out, every row is accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.columns import Builder
from graph.text import Text
from ingest import account, mapping, notes, sources, united, unmapped
from ingest.dataset import DataSet
from ingest.report import EXAMPLES, DataSetReport, Example, Finding
from ingest.trace import Trace


@dataclass(frozen=True, slots=True)
class Staged:
    """How many quads were staged, before duplicates are removed, and the entities that were left out."""

    quads: int
    left_out: frozenset[str]


def stage(
    rules: mapping.Mapping,
    relations: Sequence[sources.Relation],
    where: Trace,
    dataset: DataSet,
    builder: Builder,
    report: DataSetReport,
    *,
    graph: str,
) -> Staged:
    """Runs the mapping. Raises SourceError for a row that cannot be mapped, where the policy is to stop or
    too many are, and MappingError."""
    connection = builder.connection
    ids = {one.name: builder.source(one.name, one.location) for one in relations}
    plan = mapping.plan(
        rules,
        {one.name: one.columns for one in relations},
        {one.name: one.datatypes for one in relations},
    )
    files = united.of(relations, where)
    faults = mapping.Faults() if dataset.tolerates_rows else None
    report.findings += notes.take(rules, relations, connection)
    files.mark(connection)
    mapped = mapping.execute(plan, connection, default_graph=graph, source_ids=ids, faults=faults)
    files.resolve(connection, ids)
    account.note_used(connection, ids, where)
    faulty, left_out, gone = _leave_out(faults, plan, where, files, dataset, builder, report, ids)
    makers = [one.source for one in rules.triples_maps]
    report.accounts = account.take(connection, relations, where, makers, faulty, gone)
    return Staged(sum(mapped.quads.values()), left_out)


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
