"""A connection to PostgreSQL, ready to read."""

import re

import psycopg
from psycopg import conninfo

from ingest.sources.connection_errors import bad_address, no_connection

CONNECT_SECONDS = 10


def connect(name: str, address: str) -> psycopg.Connection:
    """Raises SettingError, SourceError; neither says the password."""
    try:
        parts = conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        raise bad_address(name, "postgresql", 5432) from None
    # An @ or / that is not written %40 or %2F cuts the password, and a part of it would be shown as the
    # name or the port of the server.
    names = f"{parts.get('host', '')}{parts.get('dbname', '')}"
    if "@" in names or not re.fullmatch(r"[\d,]*", str(parts.get("port", ""))):
        raise bad_address(name, "postgresql", 5432)
    try:
        connection = psycopg.connect(
            address, connect_timeout=CONNECT_SECONDS, client_encoding="utf8", application_name="lienthong"
        )
    except psycopg.Error as wrong:
        raise no_connection(name, "postgresql", reason(wrong)) from wrong
    _prepare(connection)
    return connection


def _prepare(connection: psycopg.Connection) -> None:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    # How values are written as text must not hang on the server's settings.
    for setting in (
        "datestyle = ISO",
        "timezone = 'UTC'",
        "intervalstyle = iso_8601",
        "extra_float_digits = 1",
    ):
        connection.execute(f"SET LOCAL {setting}".encode())


def reason(wrong: psycopg.Error) -> str:
    """What the server says, on one line."""
    return " ".join(str(wrong).split())
