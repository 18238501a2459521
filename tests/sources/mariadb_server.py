"""A MariaDB server of the tests' own, on a socket in a folder of its own."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pymysql
import pytest

USER = "lienthong_test"


@dataclass(frozen=True)
class MariaDb:
    """`address(…)` is that of one of its databases, for an account that wants a password."""

    socket: Path
    password: str

    def address(self, database: str = "mysql", *, password: str = "") -> str:
        secret = quote(password or self.password, safe="")
        return f"mysql://{USER}:{secret}@localhost/{database}?socket={quote(str(self.socket), safe='')}"

    def connect(self, database: str = "mysql") -> "pymysql.Connection[Any]":
        return pymysql.connect(
            user=USER,
            password=self.password.encode(),
            unix_socket=str(self.socket),
            database=database,
            charset="utf8mb4",
            autocommit=True,
        )


@contextlib.contextmanager
def running() -> Iterator[MariaDb]:
    """It refuses to run as root: the user `mysql` that comes with Debian's package runs it then."""
    found = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.fail("MariaDB is not installed. Run: apt-get install mariadb-server", pytrace=False)
    as_user: dict[str, Any] = {"user": "mysql", "extra_groups": []} if os.getuid() == 0 else {}
    # A socket's path may have 107 characters, and pytest's own folders are closed to other users.
    with tempfile.TemporaryDirectory(prefix="lienthong-mariadb-") as passing:
        folder = Path(passing)
        if as_user:
            shutil.chown(folder, "mysql")
        password = "p@ss/wörd:" + secrets.token_hex(8)
        options = ["--no-defaults", f"--datadir={folder}/data"]
        subprocess.run(
            ["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"],
            cwd=folder,
            check=True,
            capture_output=True,
            **as_user,
        )
        log = folder / "log"
        command = [found, *options, f"--socket={folder}/s", "--skip-networking", "--skip-log-bin"]
        # A server with habits of its own: what is read must not hang on them.
        command += ["--sql-mode=", "--default-time-zone=+07:00", "--character-set-server=latin1"]
        with (
            log.open("w") as output,
            subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, **as_user) as process,
        ):
            try:
                with (
                    wait_for(folder / "s", process, log) as administration,
                    administration.cursor() as cursor,
                ):
                    cursor.execute(f"CREATE USER {USER}@localhost IDENTIFIED BY %s", [password])
                    cursor.execute(f"GRANT ALL ON *.* TO {USER}@localhost")
                yield MariaDb(folder / "s", password)
            finally:
                process.terminate()
                process.wait(timeout=30)


def wait_for(address: Path, process: "subprocess.Popen[bytes]", log: Path) -> "pymysql.Connection[Any]":
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        # pymysql leaves the socket open when nobody listens yet (1.1).
        with contextlib.suppress(OSError, pymysql.OperationalError):
            with socket.socket(socket.AF_UNIX) as knock:
                knock.connect(str(address))
            return pymysql.connect(user="root", unix_socket=str(address), autocommit=True)
        time.sleep(0.05)
    raise AssertionError(log.read_text())
