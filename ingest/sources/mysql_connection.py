"""A connection to MySQL or MariaDB, ready to read."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pymysql
from pymysql.cursors import Cursor, SSCursor

from ingest.sources.connection_errors import bad_address, no_connection

CONNECT_SECONDS = 10
READ_SECONDS = 600

# A snapshot for all tables; what texts mean must not hang on the server's settings: `"` quotes names, `\` is
# no escape, no CHAR is padded, moments are in UTC.
_PREPARE = (
    "SET NAMES utf8mb4",
    "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)


def connect(name: str, address: str) -> "pymysql.Connection[Cursor]":
    """Of `mysql://user:password@server:3306/database`, with `?socket=/path` for a server of this machine and
    `?ssl_ca=/path` for one that must prove itself. Raises SettingError, SourceError; neither says the
    password.
    """
    wrong_address = bad_address(name, "mysql", 3306)
    try:
        parts = urlsplit(address)
        port = parts.port or 3306
    except ValueError:
        raise wrong_address from None
    given = dict(parse_qsl(parts.query))
    database = unquote(parts.path.lstrip("/"))
    # An @ or / that is not written %40 or %2F cuts the password.
    if "@" in (parts.hostname or "") or "@" in database or "/" in database or not database:
        raise wrong_address
    if "@" in (parts.username or "") or "@" in (parts.password or "") or given.keys() - {"socket", "ssl_ca"}:
        raise wrong_address
    try:
        connection = pymysql.connect(
            host=parts.hostname or "localhost",
            port=port,
            user=unquote(parts.username or ""),
            # The driver would write a text in Latin-1.
            password=unquote(parts.password or "").encode(),
            database=database,
            unix_socket=given.get("socket"),
            ssl_ca=given.get("ssl_ca"),
            ssl_verify_identity=bool(given.get("ssl_ca")),
            charset="utf8mb4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            cursorclass=SSCursor,
            local_infile=False,
        )
        with connection.cursor() as cursor:
            for statement in _PREPARE:
                cursor.execute(statement)
    except (pymysql.Error, OSError) as wrong:
        raise no_connection(name, "mysql", reason(wrong)) from wrong
    return connection


def reason(wrong: Exception) -> str:
    """What the server says, on one line."""
    return " ".join(str(wrong.args[-1] if wrong.args else wrong).split())
