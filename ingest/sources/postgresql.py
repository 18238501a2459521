"""PostgreSQL: a table, or what a SELECT gives that the server runs; copied over a connection as a stream.

Values come as the text that XML Schema would write (R2RML §10.2); arrays and composite values as JSON. The
rows of a table are numbered in the order of its primary key, so that a number means the same row next time.
"""

from collections.abc import Mapping
from difflib import get_close_matches

import duckdb
import psycopg
import pyarrow as pa

from graph.errors import Place, SourceError
from graph.text import Text
from ingest.sources.connections import Connections
from ingest.sources.identifiers import as_written, find
from ingest.sources.postgresql_connection import reason
from ingest.sources.quoted_csv import batches
from ingest.sources.relation import check_columns, create_from_batches, or_null, quoted
from ingest.sources.source import Format, LogicalSource, Vocabulary

# R2RML §10.2: the natural datatypes of SQL values.
_DATATYPES = {
    **dict.fromkeys(("int2", "int4", "int8"), "integer"),
    **dict.fromkeys(("float4", "float8"), "double"),
    **dict.fromkeys(("time", "timetz"), "time"),
    **dict.fromkeys(("timestamp", "timestamptz"), "dateTime"),
    "numeric": "decimal",
    "bool": "boolean",
    "date": "date",
    "bytea": "hexBinary",
}
_TABLES = """SELECT n.nspname, c.relname, pg_table_is_visible(c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname NOT LIKE 'pg_toast%' AND has_schema_privilege(n.oid, 'USAGE')
    AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1, 2"""
_KINDS = """SELECT oid,
    CASE WHEN typcategory IN ('A', 'C') OR typname = 'record' THEN 'nested' ELSE typname END
    FROM pg_type WHERE oid = ANY(%s)"""
_PRIMARY_KEY = """SELECT a.attname FROM pg_index i
    CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS key(number, position)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.number
    WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY key.position"""


def load(
    connection: duckdb.DuckDBPyConnection, source: LogicalSource, connections: Connections
) -> Mapping[str, str]:
    """Creates the relation; returns its columns with their natural datatypes. Raises SettingError, or
    SourceError, for a missing table listing those there are."""
    place = Place(file=f"postgresql:{source.connection}")
    try:
        server = connections.open(source.connection or "", source.place)
        # A savepoint: what fails here must not take the snapshot from the sources that follow.
        with server.transaction(), server.cursor() as cursor:
            relation, order = _relation(cursor, source, place)
            datatypes, cells = _cells(cursor, relation, source, place)
            columns = tuple(datatypes)
            query = f"COPY (SELECT {cells} FROM {relation} AS rows_read {order}) TO STDOUT"
            with cursor.copy(f"{query} (FORMAT csv, FORCE_QUOTE *)".encode()) as copied:
                # A message of COPY is a row (PostgreSQL's protocol, COPY Operations).
                create_from_batches(connection, source.name, columns, batches(copied, columns))
    except (psycopg.Error, pa.ArrowInvalid) as wrong:
        told = reason(wrong) if isinstance(wrong, psycopg.Error) else str(wrong)
        raise SourceError(
            Text(f"PostgreSQL báo lỗi: {told}", f"PostgreSQL says: {told}"),
            hint=Text(f"Ánh xạ đọc: {source.iterator}", f"The mapping reads: {source.iterator}"),
            place=place,
        ) from wrong
    return datatypes


def _relation(cursor: psycopg.Cursor, source: LogicalSource, place: Place) -> tuple[str, str]:
    """SQL of what is read, and of its order."""
    wanted = source.iterator or ""
    if source.format is Format.DATABASE_QUERY:
        return f"({wanted.strip().rstrip(';')}\n)", ""
    tables = {}
    for schema, table, is_visible in cursor.execute(_TABLES).fetchall():
        name = f"{quoted(schema)}.{quoted(table)}"
        tables[f"{schema}.{table}"] = name
        if is_visible:
            tables[table] = name
    plain = find(wanted, tables, source.vocabulary)
    if plain is None:
        near = [as_written(one, source.vocabulary) for one in get_close_matches(wanted, tables, n=1)]
        listed = ", ".join(tables) or "–"
        raise SourceError(
            Text(f"Không có bảng «{wanted}».", f"There is no table “{wanted}”."),
            hint=Text(
                f"{f'Có phải {near[0]}? ' if near else ''}Các bảng đọc được: {listed}",
                f"{f'Did you mean {near[0]}? ' if near else ''}Tables that may be read: {listed}",
            ),
            place=place,
        )
    # Qualified: a bare name would mean the text that is selected, and 10 come before 9.
    keys = [
        f"rows_read.{quoted(name)}" for (name,) in cursor.execute(_PRIMARY_KEY, [tables[plain]]).fetchall()
    ]
    return tables[plain], f"ORDER BY {', '.join(keys)}" if keys else ""


def _cells(
    cursor: psycopg.Cursor, relation: str, source: LogicalSource, place: Place
) -> tuple[dict[str, str], str]:
    """The columns with their datatypes, and SQL for their texts. This takes one statement and no more: a
    second one hidden in a mapping's query, which could end the read-only transaction, is refused by the
    extended protocol."""
    asked = f"SELECT * FROM {relation} AS rows_read LIMIT 0".encode()
    described = cursor.execute(asked, binary=True).description or ()
    types = [column.type_code for column in described]
    kinds: dict[int, str] = dict(cursor.execute(_KINDS, [types]).fetchall())
    check_columns([column.name for column in described], place)
    is_padded = source.vocabulary is not Vocabulary.RML
    cells = ", ".join(
        or_null(_lexical(quoted(column.name), kinds[column.type_code], is_padded), source.nulls)
        for column in described
    )
    return {column.name: _DATATYPES.get(kinds[column.type_code], "string") for column in described}, cells


def _lexical(expression: str, kind: str, is_padded: bool) -> str:
    match kind:
        # A cast would take away the spaces with which R2RML expects a CHAR(n).
        case "bpchar" if is_padded:
            return f"CASE WHEN {expression} IS NOT NULL THEN concat({expression}) END"
        case "float4" | "float8":
            return f"replace({expression}::text, 'Infinity', 'INF')"
        case "nested":
            return f"to_json({expression})::text"
        case "bytea":
            return f"upper(encode({expression}, 'hex'))"
        case "timetz":
            # xsd:time has minutes in its time zone: +07:00, where PostgreSQL writes +07.
            return f"regexp_replace({expression}::text, '([+-][0-9]{{2}})$', '\\1:00')"
        case "timestamp":
            return f"replace({expression}::text, ' ', 'T')"
        case "timestamptz":
            return f"replace(({expression} AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'"
        case _:
            return f"{expression}::text"
