"""One entrance to all formats."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from graph.errors import LienthongError, Place, SourceError
from graph.text import Text
from ingest.sources import (
    delimited,
    delimited_tolerant,
    json_document,
    json_lines,
    parquet,
    postgresql,
    spreadsheet,
    sqlite,
    view,
    xml_document,
)
from ingest.sources.connections import Connections
from ingest.sources.files import plain, resolve
from ingest.sources.relation import Rejected, Relation, count_rows, drop
from ingest.sources.source import Format, LogicalSource

_LOADERS = {
    Format.CSV: delimited.load,
    Format.JSON: json_document.load,
    Format.NDJSON: json_lines.load,
    Format.XML: xml_document.load,
    Format.XLSX: spreadsheet.load,
    Format.SQLITE_TABLE: sqlite.load,
    Format.SQLITE_QUERY: sqlite.load,
    Format.PARQUET: parquet.load,
    Format.VIEW: view.load,
}
# Formats in which a bad row says nothing of those behind it.
_TOLERANT_LOADERS = {
    Format.CSV: delimited_tolerant.load_tolerantly,
    Format.NDJSON: json_lines.load_tolerantly,
    Format.XLSX: spreadsheet.load_tolerantly,
}


def extract(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    *,
    data_dir: Path,
    mapping_dir: Path,
    connections: Connections | None = None,
    tolerant: bool = False,
    stored: bool = True,
) -> Relation:
    """Creates the relation `source.name` and says what is in it; sources are streamed, never held whole,
    except a JSON document whose iterator is not an array reached by names (`$`, `$.a.b`).

    `connections` are needed for sources that are a database server's. `tolerant`: rows of CSV, NDJSON and
    XLSX that cannot be read are left out and given back; those that can keep their numbers. Not `stored`: a
    CSV file is checked now and read anew each time the relation is asked, which is faster while that is not
    more than a few times; the file must stay as it is.

    Raises SourceError with file, row, column or line of what is wrong, SettingError for a connection that is
    not set; the table is then absent.
    """
    rejected: Sequence[Rejected] = ()
    origin = source.origin
    try:
        if source.connection is not None:
            columns = postgresql.load(connection, source, connections or Connections({}))
        else:
            path = resolve(source, data_dir=data_dir, mapping_dir=mapping_dir)
            origin = str(path)
            columns, rejected = _read_file(connection, source, path, tolerant, stored)
    except LienthongError:
        drop(connection, source.name)
        raise
    except duckdb.Error as wrong:
        drop(connection, source.name)
        raise _unreadable(source, origin, wrong) from wrong
    location = origin if source.iterator is None else f"{origin}#{source.iterator}"
    rows = count_rows(connection, source.name)
    return Relation(source.name, tuple(columns), rows, location, tuple(rejected))


def _read_file(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path, tolerant: bool, stored: bool
) -> tuple[Sequence[str], Sequence[Rejected]]:
    with plain(source, path) as file:
        try:
            # A file that had to be unpacked is gone when this is left.
            if not stored and file == path and source.format is Format.CSV:
                viewed = delimited.view(connection, source, path)
                if viewed is not None:
                    return viewed, ()
            if tolerant and source.format in _TOLERANT_LOADERS:
                return _TOLERANT_LOADERS[source.format](connection, source, file)
            return _LOADERS[source.format](connection, source, file), ()
        except SourceError as wrong:
            if file == path or wrong.place is None or wrong.place.file is None:
                raise
            # The file was read through an unpacked copy: name the one the reader knows.
            place = replace(wrong.place, file=wrong.place.file.replace(str(file), str(path)))
            raise SourceError(wrong.message, hint=wrong.hint, place=place) from wrong


def _unreadable(source: LogicalSource, origin: str, wrong: duckdb.Error) -> SourceError:
    reason = str(wrong).splitlines()[0]
    return SourceError(
        Text(f"Không đọc được nguồn: {reason}", f"Cannot read the source: {reason}"),
        hint=Text(
            f"Ánh xạ đọc nguồn này như «{source.format}».",
            f"The mapping reads this source as “{source.format}”.",
        ),
        place=Place(file=origin),
    )
