"""Sources are streamed: 100 MB more of rows take no more memory, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.sources.mariadb_server import MariaDb, running
from tests.sources.postgresql_server import Server

ROWS = (27_000, 81_000)
CELL = "Đống Đa " * 180
"""1,980 bytes in UTF-8: the larger source has 100 MB more than the smaller one."""
GROWTH = 40
"""MiB by which a peak may differ from another of the same reader: allocators keep more or less."""


def read(folder: Path, rows: int, **given: Any) -> float:
    """The peak of reading so many rows, in MiB."""
    described = {"folder": str(folder), "path": "", "memory": 64, "limit": 4096} | given
    if "address" in given:
        described |= {"format": "database-table", "connection": "server"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.sources.bounded_child", json.dumps(described)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["rows"] == rows, told
    return float(told["mib"])


def assert_flat(peaks: list[float], memory: int = 64) -> None:
    """DuckDB keeps of a table what it may hold: a smaller source may not have filled that."""
    assert peaks[1] - max(peaks[0], memory) < GROWTH, peaks


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    with running() as server:
        yield server


def test_a_table_of_postgresql(server: Server, database: psycopg.Connection, tmp_path: Path) -> None:
    address = server.address(database.info.dbname)
    peaks = []
    for rows in ROWS:
        database.execute(f"CREATE TABLE big{rows} (n int PRIMARY KEY, v text)")
        database.execute(f"INSERT INTO big{rows} SELECT n, %s FROM generate_series(1, {rows}) n", [CELL])
        peaks.append(read(tmp_path, rows, address=address, iterator=f"big{rows}"))
    assert_flat(peaks)


def test_a_table_of_mysql(mariadb: MariaDb, tmp_path: Path) -> None:
    peaks = []
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE big CHARACTER SET utf8mb4")
        cursor.execute("USE big")
        for rows in ROWS:
            cursor.execute(f"CREATE TABLE big{rows} (n int PRIMARY KEY, v text)")
            cursor.execute(f"INSERT INTO big{rows} SELECT seq, %s FROM seq_1_to_{rows}", [CELL])
            peaks.append(read(tmp_path, rows, address=mariadb.address("big"), iterator=f"big{rows}"))
    assert_flat(peaks)


WRITERS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "csv": ({}, "n,v\n", '{n},"{cell}"\n', ""),
    # DuckDB's own buffers for lines of 16 MiB take more than 64 MB.
    "ndjson": ({"memory": 128}, "", '{{"n": {n}, "v": "{cell}"}}\n', ""),
    "json": ({"iterator": "$.a[*]"}, '{"a": [0', ', {{"n": {n}, "v": "{cell}"}}', "]}"),
    "xml": ({"iterator": "/a/i"}, "<a>", "<i><n>{n}</n><v>{cell}</v></i>\n", "</a>"),
}


@pytest.mark.parametrize("format", WRITERS)
def test_files(format: str, tmp_path: Path) -> None:
    more, head, row, tail = WRITERS[format]
    peaks = []
    # DuckDB reads parts of a CSV at once, each with its buffers: the smaller file must have as many parts.
    both = 2 * ROWS[0] if format == "csv" else 0
    for rows in (both + rows for rows in ROWS):
        with (tmp_path / "file").open("w", encoding="utf-8") as file:
            file.write(head)
            file.writelines(row.format(n=n, cell=CELL) for n in range(rows - (format == "json")))
            file.write(tail)
        peaks.append(read(tmp_path, rows, path="file", format=format, **more))
    assert_flat(peaks, more.get("memory", 64))
