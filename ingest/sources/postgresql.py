"""PostgreSQL: a table, or what a SELECT gives that the server runs; copied over a connection as a stream.

Values come as the text that XML Schema would write (R2RML §10.2); arrays and composite values as JSON. The
rows of a table are numbered in the order of its primary key, so that a number means the same row next time.
"""

from collections.abc import Mapping

import duckdb
import psycopg
import pyarrow as pa

from graph.errors import Place
from ingest.sources import tables
from ingest.sources.connections import Connections
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
            query = f"COPY (SELECT {cells} FROM {relation} AS {tables.ROWS} {order}) TO STDOUT"
            with cursor.copy(f"{query} (FORMAT csv, FORCE_QUOTE *)".encode()) as copied:
                # A message of COPY is a row (PostgreSQL's protocol, COPY Operations).
                create_from_batches(connection, source.name, columns, batches(copied, columns))
    except (psycopg.Error, pa.ArrowInvalid) as wrong:
        told = reason(wrong) if isinstance(wrong, psycopg.Error) else str(wrong)
        raise tables.refused("PostgreSQL", told, source, place) from wrong
    return datatypes


def _relation(cursor: psycopg.Cursor, source: LogicalSource, place: Place) -> tuple[str, str]:
    """SQL of what is read, and of its order."""
    if source.format is Format.DATABASE_QUERY:
        return tables.subquery(source), ""
    known = {}
    for schema, table, is_visible in cursor.execute(_TABLES).fetchall():
        name = f"{quoted(schema)}.{quoted(table)}"
        known[f"{schema}.{table}"] = name
        if is_visible:
            known[table] = name
    chosen = known[tables.table(source, known, place)]
    keys = [name for (name,) in cursor.execute(_PRIMARY_KEY, [chosen]).fetchall()]
    return chosen, tables.order(keys)


def _cells(
    cursor: psycopg.Cursor, relation: str, source: LogicalSource, place: Place
) -> tuple[dict[str, str], str]:
    """The columns with their datatypes, and SQL for their texts. This takes one statement and no more: a
    second one hidden in a mapping's query, which could end the read-only transaction, is refused by the
    extended protocol."""
    asked = f"SELECT * FROM {relation} AS {tables.ROWS} LIMIT 0".encode()
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
