"""Extraction into a small database of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.sources import Format, LogicalSource, Relation, extract


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as database:
        database.execute("SET threads = 2")
        database.execute("SET preserve_insertion_order = false")
        yield database


@pytest.fixture
def extracted(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> Callable[..., tuple[Relation, list[tuple[Any, ...]]]]:
    """`extracted("a.csv", Format.CSV, …)`: the relation and its rows, in order of `row`."""

    def run(path: str, format: Format, **more: Any) -> tuple[Relation, list[tuple[Any, ...]]]:
        name = more.pop("name", "t")
        source = LogicalSource(name=name, path=path, format=format, **more)
        relation = extract(connection, source, data_dir=tmp_path, mapping_dir=tmp_path)
        return relation, connection.execute(f'SELECT * FROM "{name}" ORDER BY "row"').fetchall()

    return run
