"""NDJSON (one JSON value a line): DuckDB reads it, streaming; the iterator is applied to each line."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from graph.errors import SourceError
from graph.text import Text
from ingest.sources.bad_bytes import not_utf8
from ingest.sources.json_document import descend, iterator_of, malformed
from ingest.sources.relation import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    JSON_COLUMN,
    ROW_COLUMN,
    ROW_SIZE,
    Batch,
    Rejected,
    create_from_batches,
    drop,
    quoted,
    text_literal,
)
from ingest.sources.source import LogicalSource


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its column. Raises SourceError with the line of malformed JSON."""
    iterator = iterator_of(source)
    try:
        connection.execute(
            f"CREATE TABLE {quoted(source.name)} AS "
            f"SELECT CAST(row_number() OVER () AS UBIGINT) AS {quoted(ROW_COLUMN)}, json AS {JSON_COLUMN} "
            f"FROM read_ndjson_objects({text_literal(str(path))}, "
            f"maximum_object_size = {ROW_SIZE}, compression = 'uncompressed')"
        )
    except duckdb.Error as wrong:
        if (undecoded := not_utf8(path)) is not None:
            raise undecoded from wrong
        line, reason = _fault(path)
        raise malformed(path, line, reason or str(wrong)) from wrong
    descend(connection, source.name, iterator)
    return [JSON_COLUMN]


def load_tolerantly(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path
) -> tuple[Sequence[str], Sequence[Rejected]]:
    """Creates the relation of the lines that are JSON; returns its column and the other lines.

    A row's number counts the lines that are not blank, good and bad.
    """
    try:
        return load(connection, source, path), ()
    except SourceError:
        drop(connection, source.name)
    iterator = iterator_of(source)
    rejected: list[Rejected] = []
    lines = f"{source.name} lines"
    create_from_batches(connection, lines, ["line", "text"], _batches(path, rejected))
    connection.execute(
        f"CREATE TABLE {quoted(source.name)} AS "
        f"SELECT {quoted(ROW_COLUMN)}, CAST(text AS JSON) AS {JSON_COLUMN} "
        f"FROM {quoted(lines)} WHERE json_valid(text)"
    )
    bad = connection.execute(
        f"SELECT {quoted(ROW_COLUMN)}, line, text FROM {quoted(lines)} WHERE NOT json_valid(text)"
    ).fetchall()
    drop(connection, lines)
    for row, line, text in bad:
        reason = _reason(text)
        message = Text(f"Dòng không phải JSON: {reason}", f"The line is not JSON: {reason}")
        rejected.append(Rejected(row, int(line), None, message, text.strip()[:120]))
    descend(connection, source.name, iterator)
    return [JSON_COLUMN], sorted(rejected, key=lambda one: one.row)


def _batches(path: Path, rejected: list[Rejected]) -> Iterator[Batch]:
    """Numbers and texts of the lines that are UTF-8 and not blank."""
    rows: list[int] = []
    numbers: list[str | None] = []
    texts: list[str | None] = []
    row = size = 0
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(ROW_SIZE), b""), start=1):
            if not line.strip():
                continue
            row += 1
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                reason = Text("Dòng không phải UTF-8.", "The line is not UTF-8.")
                shown = line.decode("utf-8", "backslashreplace").strip()
                rejected.append(Rejected(row, number, _key_before_bad_byte(line), reason, shown[:120]))
                continue
            rows.append(row)
            numbers.append(str(number))
            texts.append(text)
            size += len(text)
            if len(rows) >= BATCH_ROWS or size > BATCH_CHARACTERS:
                yield Batch([numbers, texts], rows)
                rows, numbers, texts, size = [], [], [], 0
    if rows:
        yield Batch([numbers, texts], rows)


def _fault(path: Path) -> tuple[int | None, str]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(iter(lambda: file.readline(ROW_SIZE), ""), start=1):
            if len(line) == ROW_SIZE:
                return number, f"a line is longer than {ROW_SIZE} characters"
            if line.strip() and (reason := _reason(line)):
                return number, reason
    return None, ""


def _reason(text: str) -> str:
    """What Python's reader finds wrong with a JSON value; nothing where only DuckDB is dissatisfied."""
    try:
        json.loads(text)
    except json.JSONDecodeError as wrong:
        return wrong.msg
    except RecursionError:
        return "nested too deeply"
    return ""


def _key_before_bad_byte(line: bytes) -> str | None:
    """The last key in front of the first byte that is not UTF-8."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as wrong:
        keys = re.findall(rb'"([^"\\]+)"\s*:', line[: wrong.start])
        return keys[-1].decode() if keys else None
    return None
