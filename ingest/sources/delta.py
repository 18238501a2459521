"""A whole file with the changes that came after it: one relation, as if the whole had been sent anew.

Rows are told apart by their key. The files of changes are applied in the order of their names. A file takes
the place of all rows of a key that it names: what stays is the file's own rows of that key behind the last
deletion. So a file applied twice is a file applied once, and the result is a function of the files alone.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from graph.errors import MappingError, Place, SourceError
from graph.text import Text
from ingest.sources.path_error import PathError
from ingest.sources.reference import path_of
from ingest.sources.relation import (
    JSON_COLUMN,
    ROW_COLUMN,
    TOUCHED,
    Part,
    Rejected,
    Relation,
    count_rows,
    drop,
    quoted,
    text_literal,
)
from ingest.sources.source import Delta, LogicalSource

Extract = Callable[[LogicalSource], Relation]


def files_of(source: LogicalSource, data_dir: Path) -> tuple[str, ...]:
    """The files of changes that are there, as paths below `data_dir`, in the order they apply."""
    if source.delta is None:
        return ()
    found = data_dir.glob(source.delta.files)
    names = {path.relative_to(data_dir).as_posix() for path in found if path.is_file()}
    return tuple(sorted(names - {source.path}))


def part_name(source: str, path: str) -> str:
    """The name, among those of relations, of a file of changes."""
    return f"{source}:{path}"


def load(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    extract: Extract,
    files: Sequence[str],
    fresh: Collection[str] = (),
) -> Relation:
    """Creates the relation of the whole file with `files` applied, rows numbered on from file to file.

    With `fresh`, the last of `files`, the rows that those took away or brought are in a table besides, of
    the same name in the schema `TOUCHED`. `extract` reads one file. Raises SourceError as it does, and for a
    change without key or column, MappingError for a reference that is none.
    """
    whole = extract(replace(source, delta=None))
    parts = [Part(source.name, whole.location, 0, whole.rows)]
    rejected = list(whole.rejected)
    datatypes = dict(whole.datatypes)
    first = _last_row(connection, whole)
    if fresh:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {TOUCHED}")
        connection.execute(
            f"CREATE TABLE {TOUCHED}.{quoted(source.name)} AS FROM {quoted(source.name)} LIMIT 0"
        )
    for path in files:
        changes = replace(source, name=f"{source.name} changes", path=path, delta=None)
        part = extract(changes)
        parts.append(Part(part_name(source.name, path), part.location, first, part.rows))
        datatypes = {name: one for name, one in datatypes.items() if part.datatypes.get(name) == one}
        rejected += [_moved(one, first) for one in part.rejected]
        _apply(connection, source, whole, part, first, keep=path in fresh)
        first += _last_row(connection, part)
        drop(connection, part.name)
    return replace(
        whole,
        rows=count_rows(connection, source.name),
        parts=tuple(parts),
        rejected=tuple(rejected),
        datatypes=datatypes,
    )


def key_sql(source: LogicalSource, delta: Delta) -> str:
    """SQL for the key of a row: NULL where a part of it is missing."""
    values = [_value(source, reference) for reference in delta.key]
    if len(values) == 1:
        return values[0]
    return " || ".join(f"length({value})::VARCHAR || ':' || {value}" for value in values)


def _value(source: LogicalSource, reference: str) -> str:
    if not source.format.is_nested:
        return quoted(reference)
    try:
        path = path_of(reference, source)
        if path.beyond:
            raise PathError(reference, 0)
    except PathError as wrong:
        raise MappingError(
            Text(f"Đường dẫn sai: {reference}", f"Not a path: {reference}"),
            hint=Text(f"Dùng được: {wrong.allowed}", f"These may be used: {wrong.allowed}"),
            place=source.place,
        ) from wrong
    return f"json_extract_string({JSON_COLUMN}, {text_literal(path.duckdb)})"


def _apply(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    whole: Relation,
    part: Relation,
    first: int,
    *,
    keep: bool,
) -> None:
    delta = source.delta
    assert delta is not None, "only sources with changes come here"
    _require_columns(delta, source, whole, part)
    key, target, changes = key_sql(source, delta), quoted(source.name), quoted(part.name)
    _require_keys(connection, key, changes, part, delta)
    deleted = "false"
    if delta.operation is not None:
        values = ", ".join(text_literal(value) for value in delta.deletes)
        deleted = f"coalesce({_value(source, delta.operation)} IN ({values}), false)"
    row = quoted(ROW_COLUMN)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE changed AS SELECT {key} AS key,"
        f" max(CASE WHEN {deleted} THEN {row} END) AS deleted FROM {changes} GROUP BY ALL"
    )
    columns = "".join(f", {quoted(name)}" for name in whole.columns)
    shifted = f"{row} + {first}"
    new = (
        f"SELECT CAST({shifted} AS UBIGINT){columns} FROM {changes} JOIN changed ON changed.key = {key}"
        f" AND {row} > coalesce(changed.deleted, 0)"
    )
    gone = f"{key} IN (SELECT key FROM changed)"
    if keep:
        touched = f"{TOUCHED}.{quoted(source.name)}"
        connection.execute(f"INSERT INTO {touched} SELECT {row}{columns} FROM {target} WHERE {gone}")
        connection.execute(f"INSERT INTO {touched} {new}")
    connection.execute(f"DELETE FROM {target} WHERE {gone}")
    connection.execute(f"INSERT INTO {target} {new}")
    connection.execute("DROP TABLE changed")


def _require_columns(delta: Delta, source: LogicalSource, whole: Relation, part: Relation) -> None:
    if source.format.is_nested:
        return
    wanted = [*whole.columns, *delta.key, *([delta.operation] if delta.operation else [])]
    missing = [name for name in dict.fromkeys(wanted) if name not in part.columns]
    missing += [name for name in delta.key if name not in whole.columns and name not in missing]
    if missing:
        listed, there = ", ".join(missing), ", ".join(part.columns)
        raise SourceError(
            Text(f"Tệp thay đổi thiếu cột: {listed}", f"The file of changes lacks columns: {listed}"),
            hint=Text(f"Tệp có các cột: {there}", f"The file has: {there}"),
            place=Place(file=part.location, column=missing[0]),
        )


def _require_keys(
    connection: duckdb.DuckDBPyConnection, key: str, changes: str, part: Relation, delta: Delta
) -> None:
    [(row,)] = connection.execute(
        f"SELECT min({quoted(ROW_COLUMN)}) FROM {changes} WHERE {key} IS NULL"
    ).fetchall()
    if row is not None:
        column = ", ".join(delta.key)
        raise SourceError(
            Text("Bản ghi thay đổi không có khóa.", "A row of changes has no key."),
            hint=Text(
                f"Mỗi bản ghi của tệp thay đổi cần có {column}.",
                f"Every row of a file of changes needs {column}.",
            ),
            place=Place(file=part.location, row=row, column=column),
        )


def _last_row(connection: duckdb.DuckDBPyConnection, relation: Relation) -> int:
    [(last,)] = connection.execute(
        f"SELECT coalesce(max({quoted(ROW_COLUMN)}), 0) FROM {quoted(relation.name)}"
    ).fetchall()
    return max(int(last), relation.rows + len(relation.rejected))


def _moved(one: Rejected, first: int) -> Rejected:
    return replace(one, row=one.row + first)
