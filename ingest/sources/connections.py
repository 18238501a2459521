"""Connections to agencies' databases, by the names that the operator gave them (`LIENTHONG_CONNECTIONS`).

One connection a name and run of a data set, in one read-only transaction: all its tables are seen at the same
moment (REPEATABLE READ).
"""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import psycopg
from psycopg import conninfo
from pydantic import SecretStr

from graph.errors import Place, SettingError, SourceError
from graph.text import Text

CONNECT_SECONDS = 10


class Connections:
    """Opened when first asked for, closed when the `with` is left; nothing that is read changes meanwhile."""

    def __init__(self, addresses: Mapping[str, SecretStr]) -> None:
        self._addresses = addresses
        self._open: dict[str, psycopg.Connection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def open(self, name: str, place: Place) -> psycopg.Connection:
        """Raises SettingError for a name or address that is not good, SourceError where no server answers;
        neither ever says the password.
        """
        if name not in self._open:
            self._open[name] = _connect(name, self._address(name, place))
            _prepare(self._open[name])
        return self._open[name]

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
        address = self._addresses[name].get_secret_value()
        try:
            parts = conninfo.conninfo_to_dict(address)
        except psycopg.ProgrammingError:
            raise _bad_address(name) from None
        # An @ or / that is not written %40 or %2F cuts the password, and a part of it would be shown as the
        # name or the port of the server.
        names = f"{parts.get('host', '')}{parts.get('dbname', '')}"
        if "@" in names or not re.fullmatch(r"[\d,]*", str(parts.get("port", ""))):
            raise _bad_address(name)
        return address


def _connect(name: str, address: str) -> psycopg.Connection:
    try:
        return psycopg.connect(
            address, connect_timeout=CONNECT_SECONDS, client_encoding="utf8", application_name="lienthong"
        )
    except psycopg.Error as wrong:
        raise SourceError(
            Text(f"Không kết nối được: {reason(wrong)}", f"No connection: {reason(wrong)}"),
            hint=Text(
                "Kiểm tra máy chủ, mạng và quyền của tài khoản trong LIENTHONG_CONNECTIONS.",
                "Look at server, network and the account's rights in LIENTHONG_CONNECTIONS.",
            ),
            place=Place(file=f"postgresql:{name}"),
        ) from wrong


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


def _bad_address(name: str) -> SettingError:
    return SettingError(
        Text(f"Địa chỉ của kết nối «{name}» sai.", f"The address of the connection “{name}” is wrong."),
        hint=Text(
            "Dạng: postgresql://tài-khoản:mật-khẩu@máy-chủ:5432/csdl; ký tự @ và / viết %40, %2F.",
            "Its form: postgresql://user:password@server:5432/database; write @ and / as %40, %2F.",
        ),
    )
