"""One entrance to all formats."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb

from graph.errors import LienthongError, Place, SettingError, SourceError
from graph.text import Text
from ingest.sources import (
    delimited,
    delta,
    http_api,
    json_document,
    json_lines,
    parquet,
    rdf_document,
    sqlite,
    view,
    xml_document,
)
from ingest.sources.archives import check_workbook
from ingest.sources.connections import Connections
from ingest.sources.files import content_of, plain, resolve
from ingest.sources.limits import Limits
from ingest.sources.relation import Rejected, Relation, count_rows, drop
from ingest.sources.request import Request
from ingest.sources.source import Format, LogicalSource
from ingest.sources.web import Web

# Names of columns, with their natural datatypes where the source has such.
Columns = Sequence[str] | Mapping[str, str]

# Workbooks and databases are seldom read, and what reads them takes 0.4 s to import.


def _spreadsheet(connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path) -> Columns:
    from ingest.sources import spreadsheet

    return spreadsheet.load(connection, source, path)


def _spreadsheet_tolerantly(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, path: Path
) -> tuple[Columns, Sequence[Rejected]]:
    from ingest.sources import spreadsheet

    return spreadsheet.load_tolerantly(connection, source, path)


def _postgresql(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, connections: Connections
) -> Columns:
    from ingest.sources import postgresql

    return postgresql.load(connection, source, connections)


def _mysql(connection: duckdb.DuckDBPyConnection, source: LogicalSource, connections: Connections) -> Columns:
    from ingest.sources import mysql

    return mysql.load(connection, source, connections)


_LOADERS: Mapping[Format, Callable[[duckdb.DuckDBPyConnection, LogicalSource, Path], Columns]] = {
    Format.CSV: delimited.load,
    Format.JSON: json_document.load,
    Format.NDJSON: json_lines.load,
    Format.XML: xml_document.load,
    Format.XLSX: _spreadsheet,
    Format.SQLITE_TABLE: sqlite.load,
    Format.SQLITE_QUERY: sqlite.load,
    Format.PARQUET: parquet.load,
    Format.SPARQL: rdf_document.load,
    Format.VIEW: view.load,
}
# Formats in which a bad row says nothing of those behind it.
_TOLERANT_LOADERS = {
    Format.CSV: delimited.load_tolerantly,
    Format.NDJSON: json_lines.load_tolerantly,
    Format.XLSX: _spreadsheet_tolerantly,
}
_DATABASES = {"postgresql": _postgresql, "mysql": _mysql, "sqlite": sqlite.load_connected}


def extract(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    *,
    data_dir: Path,
    mapping_dir: Path,
    connections: Connections | None = None,
    web: Web | None = None,
    limits: Limits | None = None,
    tolerant: bool = False,
    fresh: Collection[str] = (),
    stored: bool = True,
) -> Relation:
    """Creates the relation `source.name` and says what is in it; sources are streamed, never held whole,
    except a JSON document whose iterator is not an array reached by names (`$`, `$.a.b`), and RDF.

    `connections` are needed for sources that are a database server's, `web` for an HTTP API's. `tolerant`:
    rows of CSV, NDJSON and XLSX files that cannot be read are left out and given back; those that can keep
    their numbers. `fresh` are files of changes whose rows are to be told from the rest
    (`ingest.sources.delta`). Not `stored`: a CSV file is checked now and read anew each time the relation
    is asked, which is faster while that is not more than a few times; the file must stay as it is.

    Raises SourceError with file, row, column or line of what is wrong, SettingError for a connection that is
    not set; the table is then absent.
    """
    if source.delta is not None:
        one_file = partial(
            extract,
            connection,
            data_dir=data_dir,
            mapping_dir=mapping_dir,
            limits=limits,
            tolerant=tolerant,
        )
        files = delta.files_of(source, data_dir)
        return delta.load(connection, source, one_file, files, [path for path in files if path in fresh])
    origin = source.origin
    try:
        if source.connection is not None:
            found = _read_database(connection, source, connections or Connections({}))
        elif source.request is not None:
            found = _read_api(connection, source, source.request, web, limits or Limits())
        else:
            path = resolve(source, data_dir=data_dir, mapping_dir=mapping_dir)
            origin = str(path)
            found = _read_file(connection, source, path, limits or Limits(), tolerant, stored)
    except LienthongError:
        drop(connection, source.name)
        raise
    except duckdb.Error as wrong:
        drop(connection, source.name)
        raise _unreadable(source, origin, wrong) from wrong
    return replace(found, rows=count_rows(connection, source.name))


def _read_database(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, connections: Connections
) -> Relation:
    kind = connections.kind(source.connection or "", source.place)
    columns = _DATABASES[kind](connection, source, connections)
    return _relation(source, f"{kind}:{source.connection}", columns)


def _read_api(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    request: Request,
    web: Web | None,
    limits: Limits,
) -> Relation:
    if web is None:
        raise SettingError(
            Text("Ở đây không gọi API.", "APIs are not asked here."),
            hint=Text("Dùng một tệp mẫu thay cho API.", "Use a sample file in place of the API."),
            place=source.place,
        )

    def load_page(connection: duckdb.DuckDBPyConnection, page: LogicalSource, body: Path) -> Sequence[str]:
        with plain(page, body, limits) as file:
            return tuple(_LOADERS[page.format](connection, page, file))

    columns, content = http_api.load(connection, source, request, web, load_page)
    return replace(_relation(source, source.origin, columns), content=content)


def _read_file(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    path: Path,
    limits: Limits,
    tolerant: bool,
    stored: bool,
) -> Relation:
    with plain(source, path, limits) as file:
        try:
            if source.format is Format.XLSX:
                check_workbook(file, limits)
            # A file that had to be unpacked is gone when this is left.
            may_be_viewed = not stored and file == path
            columns, rejected = _read(connection, source, file, tolerant, may_be_viewed)
        except SourceError as wrong:
            if file == path or wrong.place is None or wrong.place.file is None:
                raise
            # The file was read through an unpacked copy: name the one the reader knows.
            place = replace(wrong.place, file=wrong.place.file.replace(str(file), str(path)))
            raise SourceError(wrong.message, hint=wrong.hint, place=place) from wrong
    content = None if source.format is Format.VIEW else content_of(path)
    return replace(_relation(source, str(path), columns), rejected=tuple(rejected), content=content)


def _read(
    connection: duckdb.DuckDBPyConnection,
    source: LogicalSource,
    file: Path,
    tolerant: bool,
    may_be_viewed: bool,
) -> tuple[Columns, Sequence[Rejected]]:
    if may_be_viewed and source.format is Format.CSV:
        viewed = delimited.view(connection, source, file)
        if viewed is not None:
            return viewed, ()
    if tolerant and source.format in _TOLERANT_LOADERS:
        return _TOLERANT_LOADERS[source.format](connection, source, file)
    return _LOADERS[source.format](connection, source, file), ()


def _relation(
    source: LogicalSource,
    origin: str,
    columns: Columns,
) -> Relation:
    datatypes = columns if isinstance(columns, Mapping) else {}
    location = origin if source.iterator is None else f"{origin}#{source.iterator}"
    return Relation(source.name, tuple(columns), 0, location, datatypes=datatypes)


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
