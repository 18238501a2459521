"""A PostgreSQL server of the tests' own, on a socket in a folder of its own."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL that wants a password; `address(…)` is that of one of its databases."""

    folder: Path
    password: str

    def address(self, database: str = "postgres", *, user: str = "lienthong_test", password: str = "") -> str:
        secret = quote(password or self.password, safe="")
        return f"postgresql://{user}:{secret}@/{database}?host={quote(str(self.folder), safe='')}"


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """It refuses to run as root: the user `postgres` that comes with Debian's package runs it then."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = binaries[-1] if binaries else Path(shutil.which("initdb") or "initdb")
    if not found.is_file():
        pytest.fail("PostgreSQL is not installed. Run: apt-get install postgresql", pytrace=False)
    as_user: dict[str, Any] = {"user": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    # pytest's own folders are closed to other users.
    with tempfile.TemporaryDirectory(prefix="lienthong-postgresql-") as passing:
        folder = Path(passing)
        password = "p@ss/wörd:" + secrets.token_hex(8)
        (folder / "password").write_text(password)
        if as_user:
            for path in (folder, folder / "password"):
                shutil.chown(path, "postgres")
        options = f"-U lienthong_test -A scram-sha-256 --pwfile={folder}/password --encoding=UTF8"
        subprocess.run(
            [found, "-D", folder / "data", *options.split(), "--locale=C.UTF-8", "--no-sync"],
            cwd=folder,
            check=True,
            capture_output=True,
            **as_user,
        )
        log = folder / "log"
        command = [found.with_name("postgres"), "-D", folder / "data", "-k", folder]
        command += ["-c", "listen_addresses=", "-c", "fsync=off"]
        with (
            log.open("w") as output,
            subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, **as_user) as process,
        ):
            server = Server(folder, password)
            try:
                wait_for(server, process, log)
                yield server
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=30)


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(server.address()):
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())
