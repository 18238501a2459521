"""Connections to agencies' databases, by the names that the operator gave them (`LIENTHONG_CONNECTIONS`).

One connection a name and run of a data set, in one read-only transaction: all its tables are seen at the same
moment (REPEATABLE READ).
"""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from pydantic import SecretStr

from graph.errors import Place, SettingError, SourceError
from graph.text import Text

if TYPE_CHECKING:
    import psycopg
    import pymysql

_KINDS = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
}


class Connections:
    """Opened when first asked for, closed when the `with` is left; nothing that is read changes meanwhile."""

    def __init__(self, addresses: Mapping[str, SecretStr]) -> None:
        self._addresses = addresses
        self._postgresql: dict[str, psycopg.Connection] = {}
        self._mysql: dict[str, pymysql.Connection[pymysql.cursors.Cursor]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in (*self._postgresql.values(), *self._mysql.values()):
            connection.close()
        self._postgresql.clear()
        self._mysql.clear()

    def kind(self, name: str, place: Place) -> str:
        """`postgresql`, `mysql` or `sqlite`, by the address. Raises SettingError for a name or address that
        is not good."""
        scheme = self._address(name, place).partition("://")[0]
        # libpq's other form, `host=… dbname=…`, has no scheme.
        return _KINDS.get(scheme, "postgresql")

    def open(self, name: str, place: Place) -> "psycopg.Connection":
        """A PostgreSQL server. Raises SettingError for a name or address that is not good, SourceError where
        no server answers; neither ever says the password.
        """
        if name not in self._postgresql:
            from ingest.sources import postgresql_connection  # seldom needed, and slow to import

            self._postgresql[name] = postgresql_connection.connect(name, self._address(name, place))
        return self._postgresql[name]

    def open_mysql(self, name: str, place: Place) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        """A MySQL or MariaDB server; as `open`."""
        if name not in self._mysql:
            from ingest.sources import mysql_connection  # seldom needed, and slow to import

            self._mysql[name] = mysql_connection.connect(name, self._address(name, place))
        return self._mysql[name]

    def sqlite_file(self, name: str, place: Place) -> Path:
        """The file of `sqlite:///relative.db` or `sqlite:////absolute.db`. Raises SettingError where the name
        is not set, SourceError where there is no file."""
        path = Path(unquote(self._address(name, place).removeprefix("sqlite://").removeprefix("/")))
        if not path.is_file():
            raise SourceError(
                Text(
                    f"Không có tệp của kết nối «{name}».", f"The file of the connection “{name}” is absent."
                ),
                hint=Text("Dạng: sqlite:////thư-mục/tệp.db", "Its form: sqlite:////folder/file.db"),
                place=Place(file=f"sqlite:{name}"),
            )
        return path

    def _address(self, name: str, place: Place) -> str:
        if name not in self._addresses:
            known = ", ".join(self._addresses) or "–"
            raise SettingError(
                Text(f"Chưa đặt kết nối «{name}».", f"The connection “{name}” is not set."),
                hint=Text(
                    f'Đặt LIENTHONG_CONNECTIONS=\'{{"{name}": "postgresql://…"}}\'. Đã có: {known}',
                    f'Set LIENTHONG_CONNECTIONS=\'{{"{name}": "postgresql://…"}}\'. There are: {known}',
                ),
                place=place,
            )
        return self._addresses[name].get_secret_value()
