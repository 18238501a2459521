"""Parquet: each column as text, with its natural datatype; nested values as JSON text."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from graph.errors import Place
from ingest.sources.relation import ROW_COLUMN, check_columns, or_null, quoted, text_literal
from ingest.sources.source import LogicalSource
from ingest.sources.typed_text import datatype, lexical


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Mapping[str, str]:
    """Creates the relation; returns its columns with their natural datatypes."""
    scan = f"read_parquet({text_literal(str(path))}, file_row_number = true)"
    described = connection.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {scan}").fetchall()
    types = {name: kind for name, kind, *_ in described}
    check_columns(list(types), Place(file=str(path)))
    cells = ", ".join(
        f"{or_null(lexical(quoted(name), kind), source.nulls)} AS {quoted(name)}"
        for name, kind in types.items()
    )
    connection.execute(
        f"CREATE TABLE {quoted(source.name)} AS "
        f"SELECT CAST(file_row_number + 1 AS UBIGINT) AS {quoted(ROW_COLUMN)}, {cells} FROM {scan}"
    )
    return {name: datatype(kind) for name, kind in types.items()}
