"""One JSON document; a row is one value that the iterator (a JSONPath) gives, in its column `it`.

`$.a.b[*]…` and `$.a.b[?…]…` stream the array's elements, `$[*]…` by DuckDB's own reader; any other path needs
the whole document in memory.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.bad_bytes import not_utf8
from ingest.sources.json_path import JsonPath, JsonPathError, parse, values
from ingest.sources.json_stream import MalformedJsonError, elements, whole
from ingest.sources.relation import (
    BATCH_CHARACTERS,
    BATCH_ROWS,
    JSON_COLUMN,
    ROW_COLUMN,
    ROW_SIZE,
    Batch,
    create_from_batches,
    drop,
    quoted,
    text_literal,
)
from ingest.sources.source import LogicalSource

_DESCENDED_ROWS = 1000
"""Values that are in memory while a path is followed into them."""


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its column. Raises SourceError with the line of malformed JSON."""
    iterator = iterator_of(source)
    streamed = iterator.split()
    rest = streamed[1] if streamed else iterator
    try:
        # A filter right behind names asks the elements; behind [*] what is in them.
        is_filtered = rest.is_filter and all(step.kind == "name" for step in iterator.steps)
        if streamed is None or streamed[0] or is_filtered or not _read_by_duckdb(connection, source, path):
            texts = elements(path, streamed[0]) if streamed else iter([whole(path)])
            if is_filtered:
                asked, rest = rest.beyond, JsonPath(())
                texts = (found for text in texts for found in values(f"[{text}]", asked))
            create_from_batches(connection, source.name, [JSON_COLUMN], _batches(texts), json=True)
    except MalformedJsonError as wrong:
        raise malformed(path, wrong.line, wrong.reason) from wrong
    except UnicodeDecodeError as wrong:
        raise not_utf8(path) or malformed(path, None, wrong.reason) from None
    descend(connection, source.name, rest)
    return [JSON_COLUMN]


def _read_by_duckdb(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> bool:
    """Whether DuckDB could read the document, an array, to its end; there is no relation where it could not.

    It takes NaN and Infinity for numbers and an empty file for an empty array (2.0.0): where there may be
    such, the document is left to the reader that knows better.
    """
    table = quoted(source.name)
    try:
        connection.execute(
            f"CREATE TABLE {table} AS "
            f"SELECT CAST(row_number() OVER () AS UBIGINT) AS {quoted(ROW_COLUMN)}, json AS {JSON_COLUMN} "
            f"FROM read_json_objects({text_literal(str(path))}, format = 'array', "
            f"maximum_object_size = {ROW_SIZE}, compression = 'uncompressed')"
        )
        [(rows, doubtful)] = connection.execute(
            f"SELECT count(*), count(*) FILTER (regexp_matches(CAST({JSON_COLUMN} AS VARCHAR), "
            f"'(^|[\\[:,])\\s*[+-]?(?i:nan|inf)')) FROM {table}"
        ).fetchall()
    except duckdb.Error:
        drop(connection, source.name)
        return False
    if not rows or doubtful:
        drop(connection, source.name)
    return bool(rows) and not doubtful


def iterator_of(source: LogicalSource) -> JsonPath:
    """The parsed iterator, `$` by default. Raises SourceError with the place of what is not understood."""
    try:
        return parse(source.iterator or "$")
    except JsonPathError as wrong:
        raise SourceError(
            Text(
                f"JSONPath sai từ ký tự {wrong.position + 1}: {source.iterator}",
                f"Bad JSONPath from character {wrong.position + 1}: {source.iterator}",
            ),
            hint=Text(f"Dùng được: {wrong.allowed}", f"These may be used: {wrong.allowed}"),
            place=source.place,
        ) from wrong


def descend(connection: duckdb.DuckDBPyConnection, name: str, path: JsonPath) -> None:
    """Replaces each value of the relation by the values at `path` in it, in order, numbered anew."""
    if path.steps:
        _descend_steps(connection, name, path)
    if path.beyond:
        upper = f"{name} above"
        connection.execute(f"ALTER TABLE {quoted(name)} RENAME TO {quoted(upper)}")
        found = (one for text in _texts(connection, upper) for one in values(text, path.beyond))
        create_from_batches(connection, name, [JSON_COLUMN], _batches(found), json=True)
        drop(connection, upper)


def _texts(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[str]:
    """The values of a relation in their order, some rows at a time."""
    row, last = quoted(ROW_COLUMN), 0
    while rows := connection.execute(
        f"SELECT {row}, CAST({JSON_COLUMN} AS VARCHAR) FROM {quoted(name)} WHERE {row} > {last} "
        f"ORDER BY {row} LIMIT {_DESCENDED_ROWS}"
    ).fetchall():
        last = rows[-1][0]
        yield from (text for _, text in rows)


def _descend_steps(connection: duckdb.DuckDBPyConnection, name: str, path: JsonPath) -> None:
    is_many = any(step.kind == "elements" for step in path.steps)
    upper = quoted(f"{name} above")
    found = path.listed(JSON_COLUMN)
    listed = found if is_many else f"CASE WHEN {found} IS NULL THEN [] ELSE [{found}] END"
    connection.execute(f"ALTER TABLE {quoted(name)} RENAME TO {upper}")
    connection.execute(
        f"CREATE TABLE {quoted(name)} AS "
        f"SELECT CAST(row_number() OVER (ORDER BY above, position) AS UBIGINT) AS {quoted(ROW_COLUMN)}, "
        f"{JSON_COLUMN} FROM (SELECT {quoted(ROW_COLUMN)} AS above, "
        f"unnest(found) AS {JSON_COLUMN}, generate_subscripts(found, 1) AS position "
        f"FROM (SELECT {quoted(ROW_COLUMN)}, {listed} AS found FROM {upper}))"
    )
    connection.execute(f"DROP TABLE {upper}")


def malformed(path: Path, line: int | None, reason: str) -> SourceError:
    """The error for a file that is not JSON."""
    return SourceError(
        Text(f"JSON sai cú pháp: {reason}", f"Malformed JSON: {reason}"),
        hint=Text(
            "Kiểm tra dấu phẩy, dấu nháy và ngoặc quanh dòng này.",
            "Look at commas, quotes and brackets around this line.",
        ),
        place=Place(file=str(path), line=line),
    )


def _batches(texts: Iterator[str]) -> Iterator[Batch]:
    """Batches of a bounded number of rows and, roughly, of characters: one element can be large."""
    batch: list[str | None] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if len(batch) >= BATCH_ROWS or size > BATCH_CHARACTERS:
            yield Batch([batch])
            batch, size = [], 0
    if batch:
        yield Batch([batch])
