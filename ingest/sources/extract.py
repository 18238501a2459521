"""One entrance to all formats."""

from pathlib import Path

import duckdb

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources import delimited, json_document, json_lines, parquet, sqlite, view
from ingest.sources.files import plain, resolve
from ingest.sources.relation import Relation, count_rows
from ingest.sources.source import Format, LogicalSource

_LOADERS = {
    Format.CSV: delimited.load,
    Format.JSON: json_document.load,
    Format.NDJSON: json_lines.load,
    Format.SQLITE_TABLE: sqlite.load,
    Format.SQLITE_QUERY: sqlite.load,
    Format.PARQUET: parquet.load,
    Format.VIEW: view.load,
}


def extract(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, *, data_dir: Path, mapping_dir: Path
) -> Relation:
    """Creates the table `source.name` and says what is in it; files are streamed, never held whole,
    except a JSON document whose iterator is not an array reached by names (`$`, `$.a.b`).

    Raises SourceError with file, row, column or line of what is wrong; the table is then absent.
    """
    path = resolve(source, data_dir=data_dir, mapping_dir=mapping_dir)
    location = str(path) if source.iterator is None else f"{path}#{source.iterator}"
    try:
        with plain(source, path) as file:
            columns = _LOADERS[source.format](connection, source, file)
    except SourceError as wrong:
        drop(connection, source.name)
        if wrong.place and wrong.place.file and Path(wrong.place.file).name == path.name:
            # The file may have been read through an unpacked copy: name the one the reader knows.
            place = Place(str(path), wrong.place.line, wrong.place.row, wrong.place.column, wrong.place.value)
            raise SourceError(wrong.message, hint=wrong.hint, place=place) from wrong
        raise
    except duckdb.Error as wrong:
        drop(connection, source.name)
        raise SourceError(
            Text(
                f"Không đọc được nguồn: {_first_line(wrong)}", f"Cannot read the source: {_first_line(wrong)}"
            ),
            hint=Text(
                f"Ánh xạ đọc tệp này như «{source.format}».",
                f"The mapping reads this file as “{source.format}”.",
            ),
            place=Place(file=str(path)),
        ) from wrong
    return Relation(source.name, tuple(columns), count_rows(connection, source.name), location)


def drop(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Takes a half-made relation away."""
    escaped = name.replace('"', '""')
    connection.execute(f'DROP TABLE IF EXISTS "{escaped}"')


def _first_line(wrong: duckdb.Error) -> str:
    return str(wrong).splitlines()[0]
