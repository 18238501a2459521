"""MySQL and MariaDB: a table, or what a SELECT gives that the server runs; read as a stream.

The server writes each row as one line of CSV, so that no cell is a Python object. Values come as the text
that XML Schema would write (R2RML §10.2). The rows of a table are numbered in the order of its primary key,
so that a number means the same row next time.
"""

from collections.abc import Iterator, Mapping

import duckdb
import pyarrow as pa
import pymysql
from pymysql.constants import FIELD_TYPE, FLAG
from pymysql.cursors import Cursor
from pymysql.protocol import FieldDescriptorPacket

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources import tables
from ingest.sources.connections import Connections
from ingest.sources.mysql_connection import reason
from ingest.sources.quoted_csv import batches
from ingest.sources.relation import (
    check_columns,
    create_from_batches,
    or_null,
    quoted,
)
from ingest.sources.source import Format, LogicalSource, Vocabulary

_BINARY = 63
"""The character set of bytes."""
_MOST_BYTES = 4
"""Of a character of utf8mb4, in which the length of a column is counted."""
_DATATYPES = {
    **dict.fromkeys(
        (FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG), "integer"
    ),
    **dict.fromkeys((FIELD_TYPE.YEAR, FIELD_TYPE.BIT), "integer"),
    **dict.fromkeys((FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE), "double"),
    **dict.fromkeys((FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL), "decimal"),
    **dict.fromkeys((FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE), "date"),
    **dict.fromkeys((FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP), "dateTime"),
    FIELD_TYPE.TIME: "time",
}
_TEXTS = frozenset(
    {
        FIELD_TYPE.VARCHAR,
        FIELD_TYPE.VAR_STRING,
        FIELD_TYPE.STRING,
        FIELD_TYPE.BLOB,
        FIELD_TYPE.TINY_BLOB,
        FIELD_TYPE.MEDIUM_BLOB,
        FIELD_TYPE.LONG_BLOB,
    }
)
_TABLES = """SELECT table_schema, table_name, table_schema = DATABASE() FROM information_schema.tables
    WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY 1, 2"""
_PRIMARY_KEY = """SELECT column_name FROM information_schema.key_column_usage
    WHERE constraint_name = 'PRIMARY' AND table_schema = %s AND table_name = %s ORDER BY ordinal_position"""


def load(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, connections: Connections
) -> Mapping[str, str]:
    """Creates the relation; returns its columns with their natural datatypes. Raises SettingError, or
    SourceError, for a missing table listing those there are."""
    place = Place(file=f"mysql:{source.connection}")
    try:
        server = connections.open_mysql(source.connection or "", source.place)
        with server.cursor() as cursor:
            relation, order = _relation(cursor, source, place)
            datatypes, line = _line(cursor, relation, source, place)
            cursor.execute(f"SELECT {line} FROM {relation} AS {tables.ROWS} {order}")
            columns = list(datatypes)
            create_from_batches(connection, source.name, columns, batches(_lines(cursor, place), columns))
    except (pymysql.Error, pa.ArrowInvalid, OSError) as wrong:
        raise tables.refused("MySQL", reason(wrong), source, place) from wrong
    return datatypes


def _relation(cursor: Cursor, source: LogicalSource, place: Place) -> tuple[str, str]:
    """SQL of what is read, and of its order."""
    if source.format is Format.DATABASE_QUERY:
        return tables.subquery(source), ""
    cursor.execute(_TABLES)
    known = {}
    for schema, table, is_own in cursor.fetchall():
        known[f"{schema}.{table}"] = (schema, table)
        if is_own:
            known[table] = (schema, table)
    schema, table = known[tables.table(source, known, place)]
    cursor.execute(_PRIMARY_KEY, (schema, table))
    keys = [name for (name,) in cursor.fetchall()]
    return f"{quoted(schema)}.{quoted(table)}", tables.order(keys)


def _line(cursor: Cursor, relation: str, source: LogicalSource, place: Place) -> tuple[dict[str, str], str]:
    """The columns with their datatypes, and SQL for a row as a line of CSV."""
    cursor.execute(f"SELECT * FROM {relation} AS {tables.ROWS} LIMIT 0")
    cursor.fetchall()
    # DB-API's description does not tell bytes from text; the driver's own does.
    fields = cursor._result.fields
    check_columns([field.name for field in fields], place)
    datatypes, cells = {}, []
    for field in fields:
        is_boolean = field.type_code == FIELD_TYPE.TINY and field.length == 1
        is_bytes = field.type_code in _TEXTS and field.charsetnr == _BINARY
        named = "boolean" if is_boolean else "hexBinary" if is_bytes else None
        datatypes[field.name] = named or _DATATYPES.get(field.type_code, "string")
        is_older = source.vocabulary is not Vocabulary.RML
        text = _lexical(quoted(field.name), field, datatypes[field.name], is_older)
        value = or_null(text, source.nulls)
        cells.append(f"""COALESCE(CONCAT('"', REPLACE({value}, '"', '""'), '"'), '')""")
    # As bytes: the driver then decodes nothing.
    return datatypes, f"CAST(CONCAT_WS(',', {', '.join(cells)}) AS BINARY)"


def _lexical(expression: str, field: FieldDescriptorPacket, datatype: str, is_older: bool) -> str:
    """SQL of a value's text. R2RML and the RML of 2014 (`is_older`) have a CHAR(n) with its spaces, which
    MySQL cuts off, and a TIMESTAMP as the server's own clock shows it, without a time zone."""
    text = f"CONVERT({expression} USING utf8mb4)"
    if datatype == "boolean":
        return f"CASE {expression} WHEN 0 THEN 'false' WHEN 1 THEN 'true' ELSE {text} END"
    if datatype == "hexBinary":
        return f"HEX({expression})"
    match field.type_code:
        case FIELD_TYPE.STRING if is_older and not field.flags & (FLAG.ENUM | FLAG.SET):
            return f"RPAD({text}, {field.length // _MOST_BYTES}, ' ')"
        case FIELD_TYPE.TIMESTAMP if is_older:
            shown = f"CONVERT_TZ({expression}, '+00:00', @@GLOBAL.time_zone)"
            return f"REPLACE(CONVERT({shown} USING utf8mb4), ' ', 'T')"
        case FIELD_TYPE.BIT:
            return f"CONVERT({expression} + 0 USING utf8mb4)"
        case FIELD_TYPE.DATETIME:
            return f"REPLACE({text}, ' ', 'T')"
        case FIELD_TYPE.TIMESTAMP:
            return f"CONCAT(REPLACE({text}, ' ', 'T'), 'Z')"
        case FIELD_TYPE.GEOMETRY:
            return f"ST_AsText({expression})"
        case _:
            return text


def _lines(cursor: Cursor, place: Place) -> Iterator[bytes]:
    """The rows as lines, fetched one by one. Raises SourceError for a row that the server cut to nothing."""
    row = 0
    while (found := cursor.fetchone()) is not None:
        row += 1
        if found[0] is None:
            raise SourceError(
                Text(
                    "Bản ghi lớn hơn max_allowed_packet của máy chủ.",
                    "The row is larger than the server's max_allowed_packet.",
                ),
                hint=Text("Tăng max_allowed_packet.", "Raise max_allowed_packet."),
                place=Place(place.file, row=row),
            )
        yield found[0] + b"\n"
