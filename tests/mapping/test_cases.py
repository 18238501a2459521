"""Mappings in every vocabulary, each a folder of `cases/`: `mapping.*`, sources, `expected.nq` or `error`.

`create.sql` fills a fresh PostgreSQL database, `create.mysql.sql` a MariaDB one, `create.sqlite.sql` an
SQLite file, which is the mapping's; `error` holds words of the message, `left_out` rows and values that make
no term.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from graph.errors import DataError
from ingest.mapping import standalone
from ingest.mapping.standalone import Options
from tests.sources.conftest import Server
from tests.sources.mariadb_server import MariaDb, running

FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/mapping.*"))


def mapped(folder: Path, options: Options) -> tuple[bytes, list[str]]:
    """The quads, and `row value` of what was left out."""
    (document,) = folder.glob("mapping.*")
    with standalone.run(document, options) as result:
        text = b"".join(result.nquads())
        places = [fault.place for fault in result.left_out]
        return text, sorted(f"{place.row} {place.value}" for place in places if place)


def canonical(text: bytes) -> Dataset:
    found = Dataset(parse(text, format=RdfFormat.N_QUADS))
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


def check(folder: Path, options: Options) -> None:
    if (folder / "error").is_file():
        with pytest.raises(DataError) as caught:
            mapped(folder, options)
        assert (folder / "error").read_text(encoding="utf-8").strip() in caught.value.message.en
        return
    text, left_out = mapped(folder, options)
    lines = text.splitlines()
    assert len(lines) == len(set(lines))
    assert canonical(text) == canonical((folder / "expected.nq").read_bytes())
    told = folder / "left_out"
    assert left_out == (told.read_text(encoding="utf-8").splitlines() if told.is_file() else [])


def with_file(name: str | None) -> pytest.MarkDecorator:
    """The cases whose tables `name` makes; None: those that have files alone."""
    found = [
        one
        for one in FOLDERS
        if {path.name for path in one.glob("create*.sql")} == (set() if name is None else {name})
    ]
    return pytest.mark.parametrize("folder", found, ids=lambda one: one.name)


@with_file(None)
def test_files(folder: Path) -> None:
    check(folder, Options())


@with_file("create.sql")
def test_postgresql(folder: Path, server: Server, database: psycopg.Connection) -> None:
    database.execute((folder / "create.sql").read_bytes())
    address = SecretStr(server.address(database.info.dbname))
    check(folder, Options(connection="case", addresses={"case": address}))


@with_file("create.sqlite.sql")
def test_sqlite(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "tệp.db"
    with closing(sqlite3.connect(file)) as opened:
        opened.executescript((folder / "create.sqlite.sql").read_text(encoding="utf-8"))
    check(folder, Options(connection="case", addresses={"case": SecretStr(f"sqlite:///{file}")}))


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    with running() as started:
        yield started


@with_file("create.mysql.sql")
def test_mysql(folder: Path, mariadb: MariaDb) -> None:
    name = f"t{secrets.token_hex(6)}"
    with mariadb.connect() as opened, opened.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        cursor.execute(f"USE {name}")
        for statement in (folder / "create.mysql.sql").read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        opened.commit()
        address = SecretStr(mariadb.address(name))
        check(folder, Options(connection="case", addresses={"case": address}))
        cursor.execute(f"DROP DATABASE {name}")
