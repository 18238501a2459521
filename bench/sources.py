"""Rows a second and peak memory of each kind of source, at two sizes: what streams is as small at both.

    python -m bench.sources [--rows 100000 1000000] [--kinds csv postgresql …] [--json FILE]

Each measurement is a process of its own, so that its peak memory is its own; DuckDB may use 128 MB of it. The
rows have twelve columns. The database servers are those of the tests, started for the occasion.
"""

import argparse
import contextlib
import csv
import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
from pydantic import SecretStr

from ingest.sources import Connections, Format, LogicalSource, extract
from tests.sources import mariadb_server, postgresql_server

COLUMNS = [f"c{number}" for number in range(12)]
_SELECT = ", ".join(
    ["range AS c0", "'Nguyễn Văn ' || range AS c1", "'2025-07-01' AS c2", "range % 97 AS c3"]
    + [f"'ô số {number}, phường Đống Đa' AS c{number}" for number in range(4, 12)]
)


def peak() -> float:
    """MiB that this process has had at most."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def write_csv(folder: Path, rows: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {_SELECT} FROM range({rows})) TO '{folder}/csv' (FORMAT csv)")


def write_gzip(folder: Path, rows: int) -> None:
    write_csv(folder, rows)
    with (folder / "csv").open("rb") as plain, gzip.open(folder / "csv.gz", "wb", 1) as packed:
        shutil.copyfileobj(plain, packed)


def write_ndjson(folder: Path, rows: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {_SELECT} FROM range({rows})) TO '{folder}/ndjson' (FORMAT json)")


def write_json(folder: Path, rows: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {_SELECT} FROM range({rows})) TO '{folder}/json' (FORMAT json, ARRAY true)"
        )


def write_parquet(folder: Path, rows: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {_SELECT} FROM range({rows})) TO '{folder}/parquet' (FORMAT parquet)"
        )


def write_xml(folder: Path, rows: int) -> None:
    cells = "".join(f"<c{number}>ô số {number}, phường Đống Đa</c{number}>" for number in range(1, 12))
    with (folder / "xml").open("w", encoding="utf-8") as file:
        file.write("<rows>")
        file.writelines(f"<r><c0>{row}</c0>{cells}</r>\n" for row in range(rows))
        file.write("</rows>")


def write_sqlite(folder: Path, rows: int) -> None:
    write_csv(folder, rows)
    with contextlib.closing(sqlite3.connect(folder / "sqlite")) as database:
        database.execute(f"CREATE TABLE t ({', '.join(COLUMNS)})")
        with (folder / "csv").open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            next(reader)
            database.executemany(f"INSERT INTO t VALUES ({', '.join('?' * 12)})", reader)
        database.commit()


FILES: dict[str, tuple[Callable[[Path, int], None], dict[str, Any]]] = {
    "csv": (write_csv, {"path": "csv", "format": Format.CSV}),
    "csv.gz": (write_gzip, {"path": "csv.gz", "format": Format.CSV, "compression": "gzip"}),
    "ndjson": (write_ndjson, {"path": "ndjson", "format": Format.NDJSON}),
    "json": (write_json, {"path": "json", "format": Format.JSON, "iterator": "$[*]"}),
    "xml": (write_xml, {"path": "xml", "format": Format.XML, "iterator": "/rows/r"}),
    "parquet": (write_parquet, {"path": "parquet", "format": Format.PARQUET}),
    "sqlite": (write_sqlite, {"path": "sqlite", "format": Format.SQLITE_TABLE, "iterator": "t"}),
}
DATABASES = ("postgresql", "mysql")


@contextlib.contextmanager
def addresses(kinds: list[str], sizes: list[int]) -> Iterator[dict[str, str]]:
    """Addresses of servers that have a table `t<rows>` of each size."""
    names = ", ".join(f"{name} text" for name in COLUMNS[1:])
    cells = ", ".join(f"'ô số {number}, phường Đống Đa'" for number in range(1, 12))
    with contextlib.ExitStack() as stack:
        found: dict[str, str] = {}
        if "postgresql" in kinds:
            postgresql = stack.enter_context(postgresql_server.running())
            found["postgresql"] = postgresql.address()
            fill_postgresql(postgresql, sizes, names, cells)
        if "mysql" in kinds:
            mariadb = stack.enter_context(mariadb_server.running())
            found["mysql"] = mariadb.address("bench")
            fill_mariadb(mariadb, sizes, names, cells)
        yield found


def fill_postgresql(server: postgresql_server.Server, sizes: list[int], names: str, cells: str) -> None:
    import psycopg

    with psycopg.connect(server.address(), autocommit=True) as connection:
        for rows in sizes:
            connection.execute(f"CREATE TABLE t{rows} (c0 int PRIMARY KEY, {names})".encode())
            connection.execute(
                f"INSERT INTO t{rows} SELECT n, {cells} FROM generate_series(1, {rows}) n".encode()
            )


def fill_mariadb(server: mariadb_server.MariaDb, sizes: list[int], names: str, cells: str) -> None:
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE bench CHARACTER SET utf8mb4")
        cursor.execute("USE bench")
        for rows in sizes:
            cursor.execute(f"CREATE TABLE t{rows} (c0 int PRIMARY KEY, {names})")
            cursor.execute(f"INSERT INTO t{rows} SELECT seq, {cells} FROM seq_1_to_{rows}")


def measure(kind: str, folder: Path, rows: int, address: str | None) -> dict[str, float]:
    """One extraction into a working database on disk, as the pipeline does it."""
    if address is None:
        source = LogicalSource("t", **FILES[kind][1])
    else:
        source = LogicalSource("t", "", Format.DATABASE_TABLE, f"t{rows}", connection="bench")
    with (
        duckdb.connect(str(folder / "working.duckdb")) as connection,
        Connections({"bench": SecretStr(address or "")}) as connections,
    ):
        connection.execute("SET threads = 2; SET memory_limit = '128MB'")
        connection.execute("SET preserve_insertion_order = false")
        before, began = peak(), time.perf_counter()
        found = extract(connection, source, data_dir=folder, mapping_dir=folder, connections=connections)
        seconds = time.perf_counter() - began
        assert found.rows == rows
    return {
        "rows per second": rows / seconds,
        "peak MiB": peak(),
        "beyond the programme MiB": peak() - before,
    }


def alone(kind: str, rows: int, address: str | None) -> dict[str, float]:
    """One measurement in its own process."""
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as passing:
        if address is None:
            FILES[kind][0](Path(passing), rows)
        command = [
            sys.executable,
            "-m",
            "bench.sources",
            "--measure",
            kind,
            passing,
            str(rows),
            address or "",
        ]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        measured: dict[str, float] = json.loads(done.stdout)
        return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--kinds", nargs="+", default=[*FILES, *DATABASES])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        kind, folder, rows, address = chosen.measure
        print(json.dumps(measure(kind, Path(folder), int(rows), address or None)))
        return
    results = []
    print(f"{'source':<12}{'rows':>10}{'rows/s':>12}{'peak MiB':>10}{'of it ours':>12}")
    with addresses(chosen.kinds, chosen.rows) as known:
        for kind in chosen.kinds:
            for rows in chosen.rows:
                found = alone(kind, rows, known.get(kind))
                results.append({"source": kind, "rows": rows} | found)
                print(
                    f"{kind:<12}{rows:>10,}{found['rows per second']:>12,.0f}{found['peak MiB']:>10.0f}"
                    f"{found['beyond the programme MiB']:>12.0f}",
                    flush=True,
                )
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
