"""Extraction into a small database of its own, and a PostgreSQL server to extract from."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from graph.columns.connection import MEMORY_MB, THREADS, connected
from ingest.sources import Format, LogicalSource, Relation, extract
from tests.sources.postgresql_server import Server, running


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connected(spill=tmp_path / "spilt", memory_mb=MEMORY_MB, threads=THREADS) as database:
        yield database


@pytest.fixture
def extracted(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> Callable[..., tuple[Relation, list[tuple[Any, ...]]]]:
    """`extracted("a.csv", Format.CSV, …)`: the relation and its rows, in order of `row`."""

    def run(path: str, format: Format, **more: Any) -> tuple[Relation, list[tuple[Any, ...]]]:
        name, tolerant = more.pop("name", "t"), more.pop("tolerant", False)
        source = LogicalSource(name=name, path=path, format=format, **more)
        relation = extract(connection, source, data_dir=tmp_path, mapping_dir=tmp_path, tolerant=tolerant)
        return relation, connection.execute(f'SELECT * FROM "{name}" ORDER BY "row"').fetchall()

    return run


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture
def database(server: Server) -> Iterator[psycopg.Connection]:
    """A connection to a fresh database, named as `database.info.dbname`, that is dropped afterwards."""
    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(server.address(), autocommit=True) as administration:
        administration.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(server.address(name), autocommit=True) as connection:
            yield connection
        administration.execute(f"DROP DATABASE {name} WITH (FORCE)")
