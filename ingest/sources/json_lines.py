"""NDJSON (one JSON value a line): DuckDB reads it, streaming; the iterator is applied to each line."""

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.sources.files import line_of_bad_utf8, not_utf8
from ingest.sources.json_document import descend, iterator_of, malformed
from ingest.sources.relation import JSON_COLUMN, ROW_COLUMN, quoted, text_literal
from ingest.sources.source import LogicalSource


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its column. Raises SourceError with the line of malformed JSON."""
    iterator = iterator_of(source)
    try:
        connection.execute(
            f"CREATE TABLE {quoted(source.name)} AS "
            f"SELECT CAST(row_number() OVER () AS UBIGINT) AS {quoted(ROW_COLUMN)}, json AS {JSON_COLUMN} "
            f"FROM read_ndjson_objects({text_literal(str(path))})"
        )
    except duckdb.Error as wrong:
        if (line := line_of_bad_utf8(path)) is not None:
            raise not_utf8(path, line) from wrong
        line, reason = _fault(path)
        raise malformed(path, line, reason or str(wrong)) from wrong
    if iterator.steps:
        descend(connection, source.name, iterator)
    return [JSON_COLUMN]


def _fault(path: Path) -> tuple[int | None, str]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            try:
                json.loads(line or "null") if line.strip() else None
            except json.JSONDecodeError as wrong:
                return number, wrong.msg
    return None, ""
