"""A view: a file with one SELECT over other relations of the same mapping.

A column `row` of the SELECT is the source row that stands behind a result; without it rows are numbered.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.files import resolve
from ingest.sources.relation import ROW_COLUMN, check_columns, or_null, quoted
from ingest.sources.select import Select, parse_select
from ingest.sources.source import LogicalSource
from ingest.sources.typed_text import lexical


def read(source: LogicalSource, path: Path) -> Select:
    """The SELECT of a view's file. Raises SourceError where it is anything else, or reads itself."""
    try:
        sql = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise SourceError(
            Text("Tệp không phải UTF-8.", "The file is not UTF-8."), place=Place(file=str(path))
        ) from wrong
    known = [name for name in source.relations if name != source.name]
    return parse_select(sql, known=known, place=Place(file=str(path)))


def read_view(source: LogicalSource, mapping_dir: Path) -> Select:
    """The SELECT of a view. Raises SourceError where its file is absent as well."""
    return read(source, resolve(source, data_dir=mapping_dir, mapping_dir=mapping_dir))


def load(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Sequence[str]:
    """Creates the relation; returns its columns, all turned into text."""
    select = read(source, path)
    try:
        described = connection.execute(f"DESCRIBE {select.sql}").fetchall()
        types = {name: kind for name, kind, *_ in described}
        columns = [name for name in types if name.lower() != ROW_COLUMN]
        check_columns(columns, Place(file=str(path)))
        row = ROW_COLUMN if len(columns) < len(types) else "row_number() OVER ()"
        cells = ", ".join(
            f"{or_null(lexical(quoted(name), types[name]), source.nulls)} AS {quoted(name)}"
            for name in columns
        )
        connection.execute(
            f"CREATE TABLE {quoted(source.name)} AS "
            f"SELECT CAST({row} AS UBIGINT) AS {quoted(ROW_COLUMN)}, {cells} FROM ({select.sql}\n)"
        )
    except duckdb.Error as wrong:
        raise SourceError(
            Text(f"Khung nhìn không chạy được: {wrong}", f"The view does not run: {wrong}"),
            hint=Text(
                f"Nó đọc các quan hệ: {', '.join(select.relations) or '–'}",
                f"It reads the relations: {', '.join(select.relations) or '–'}",
            ),
            place=Place(file=str(path)),
        ) from wrong
    return columns
