"""Rows of which a term map makes no term: left out whole, with or without the entities they speak of."""

import re
from collections import defaultdict
from collections.abc import Mapping

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest import mapping
from ingest.account import Rows
from ingest.mapping.checks import Check
from ingest.quarantine import Entry
from ingest.trace import Trace
from ingest.united import United
from ingest.validation import QUARANTINE_LIMIT

RULE = "unmapped-row"


def entries(faults: mapping.Faults, plan: mapping.Plan, where: Trace, united: United) -> list[Entry]:
    """One for each value, in the order of files and rows."""
    found = [
        _entry(plan.checks[number], *united.place(plan.checks[number].source, row), value, where)
        for (number, row), value in faults.values.items()
    ]
    return sorted(found, key=lambda one: (one.file, one.rows, one.column or ""))


def rows(faults: mapping.Faults, plan: mapping.Plan, where: Trace, united: United) -> Rows:
    """The rows at fault by file; the numbers of a view's own rows by the view."""
    found: dict[str, set[int]] = defaultdict(set)
    for number, row in faults.values:
        file, own = _origin(*united.place(plan.checks[number].source, row), where)
        found[file].add(own)
    return found


def refuse(faulty: Rows, read: Mapping[str, int], first: Entry) -> None:
    """Raises SourceError where more than `QUARANTINE_LIMIT` of a file's rows are at fault."""
    for file, numbers in faulty.items():
        if len(numbers) > QUARANTINE_LIMIT * max(read.get(file, 0), 1):
            raise SourceError(
                Text(
                    f"{len(numbers)} bản ghi không ánh xạ được; bản ghi đầu: {first.reason.vi}",
                    f"{len(numbers)} rows cannot be mapped; the first: {first.reason.en}",
                ),
                hint=first.remedy,
                place=Place(first.file, None, first.rows[0], first.column, first.value),
            )


def leave_out(
    connection: duckdb.DuckDBPyConnection,
    faulty: Rows,
    ids: Mapping[str, int],
    where: Trace,
    *,
    with_entities: bool,
) -> frozenset[str]:
    """Takes every staged quad of these rows away, whichever relation it came through; gives the entities that
    went with them, where they are to go (`with_entities`)."""
    connection.execute("CREATE OR REPLACE TEMP TABLE faulty (source USMALLINT, row UBIGINT)")
    pairs = [
        (number, row)
        for relation, number in ids.items()
        for file in {*where.files(relation), relation} & faulty.keys()
        for row in faulty[file]
    ]
    connection.executemany("INSERT INTO faulty VALUES (?, ?)", pairs)
    entities: frozenset[str] = frozenset()
    if with_entities:
        found = connection.execute("SELECT DISTINCT s FROM staged JOIN faulty USING (source, row)").fetchall()
        entities = frozenset(subject for (subject,) in found)
    connection.execute(
        "DELETE FROM staged USING faulty WHERE staged.source = faulty.source AND staged.row = faulty.row"
    )
    if entities:
        connection.execute("DELETE FROM staged WHERE s IN (SELECT unnest($gone))", {"gone": list(entities)})
    return entities


def origin(where: Trace, relation: str, row: int) -> tuple[str, int]:
    """How people call the file that a row of a relation is of, and its number there."""
    file, own = _origin(relation, row, where)
    return where.name_of(file), own


def _origin(relation: str, row: int, where: Trace) -> tuple[str, int]:
    """File and row behind the row of a relation; of one that numbers its rows anew, these."""
    files = where.files(relation)
    return where.origin(files[0] if len(files) == 1 else relation, row)


def _entry(check: Check, relation: str, row: int, value: str | None, where: Trace) -> Entry:
    error = check.error(row, value or "")
    file, own = origin(where, relation, row)
    names = re.findall(r"\{([^{}]+)\}", check.expression) or [check.expression]
    columns = dict.fromkeys(
        one.column
        for name in names
        for one in where.lineage.of(relation, name) or where.lineage.of(check.source, name)
    )
    return Entry(
        "unmapped",
        RULE,
        file,
        (own,),
        ", ".join(columns) or check.expression,
        None if value is None else value[:200],
        error.message,
        error.hint or error.message,
    )
