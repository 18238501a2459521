"""Databases in memory are used again: nothing of one use is there in the next."""

import os
from pathlib import Path

import duckdb
import pytest

from graph.columns import connection as connections
from graph.columns.connection import attach, close, connect, connected, create_function

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[duckdb.DuckDBPyConnection]:
    """The databases that are made during the test, where none is idle at its beginning."""
    found: list[duckdb.DuckDBPyConnection] = []
    real = duckdb.connect

    def noted(*given: object, **named: object) -> duckdb.DuckDBPyConnection:
        found.append(real(*given, **named))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(duckdb, "connect", noted)
    monkeypatch.setattr(connections, "_idle", [])
    return found


def names(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Databases and what they hold, and what is prepared."""
    kinds = {
        "duckdb_databases() WHERE NOT internal": "database_name",
        "duckdb_schemas() WHERE NOT internal": "database_name || '.' || schema_name",
        "duckdb_tables()": "table_name",
        "duckdb_views() WHERE NOT internal": "view_name",
        "duckdb_functions() WHERE NOT internal": "function_name",
        "duckdb_prepared_statements()": "name",
    }
    asked = " UNION ALL ".join(f"SELECT {name} FROM {kind}" for kind, name in kinds.items())
    return {name for (name,) in connection.execute(asked).fetchall()}


def test_nothing_of_one_use_is_left_for_the_next(
    tmp_path: Path, made: list[duckdb.DuckDBPyConnection]
) -> None:
    with connected(spill=tmp_path / "spill", memory_mb=100, threads=1) as first:
        before = names(first)
    kept = tmp_path / "kept.duckdb"
    with connected(
        spill=tmp_path / "spill2", memory_mb=64, threads=2, database=tmp_path / "work"
    ) as connection:
        attach(connection, kept, "kept", read_only=False)
        connection.register("registered", connection.sql("SELECT 1 AS x").to_arrow_table())
        for statement in (
            "CREATE TABLE kept.main.one AS SELECT 1 AS x",
            "CREATE TABLE two AS SELECT 1 AS x",
            "CREATE TABLE memory.main.three AS SELECT 1 AS x",
            "CREATE TEMP TABLE four AS SELECT 1 AS x",
            "CREATE TEMP VIEW five AS SELECT 1 AS x",
            "CREATE SCHEMA memory.six",
            "CREATE TEMP MACRO seven() AS 7",
            "CREATE MACRO memory.main.eight() AS 8",
            "PREPARE nine AS SELECT 9",
            "SET VARIABLE ten = 10",
            "SET preserve_insertion_order = true",
            "SET disabled_optimizers = 'join_order'",
            "BEGIN",
            "INSERT INTO two VALUES (2)",
        ):
            connection.execute(statement)
    with connected(spill=tmp_path / "spill3", memory_mb=100, threads=1) as last:
        assert len(made) == 1
        assert names(last) == before
        assert last.execute("SELECT current_database()").fetchone() == ("memory",)
        assert last.execute("SELECT getvariable('ten')").fetchone() == (None,)
        settings = last.execute(
            "SELECT value FROM duckdb_settings() WHERE name IN ('memory_limit', 'threads', 'temp_directory',"
            " 'preserve_insertion_order', 'disabled_optimizers') ORDER BY name"
        ).fetchall()
        assert [value for (value,) in settings] == [
            "",
            "100.0 MiB",
            "false",
            str(tmp_path / "spill3"),
            "1",
        ]
    # The file is nobody's any more: another process may write to it.
    with duckdb.connect(str(kept)) as alone:
        assert alone.execute("SELECT x FROM one").fetchall() == [(1,)]


def test_files_are_let_go(tmp_path: Path, made: list[duckdb.DuckDBPyConnection]) -> None:
    path = tmp_path / "held.duckdb"
    with duckdb.connect(str(path)) as writing:
        writing.execute("CREATE TABLE one AS SELECT 1 AS x")
    connection = connect(spill=tmp_path / "spill", memory_mb=64, threads=1)
    attach(connection, path, "held")
    assert str(path) in open_files()
    rows = connection.cursor().execute("SELECT x FROM held.one, range(1_000_000)")
    assert rows.fetchone() == (1,)
    close(connection)
    close(connection)
    assert str(path) not in open_files()


def open_files() -> set[str]:
    return {str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()}


def test_those_in_use_are_never_shared(tmp_path: Path, made: list[duckdb.DuckDBPyConnection]) -> None:
    with (
        connected(spill=tmp_path / "a", memory_mb=64, threads=1) as one,
        connected(spill=tmp_path / "b", memory_mb=64, threads=1) as other,
    ):
        one.execute("CREATE TABLE mine AS SELECT 1 AS x")
        with pytest.raises(duckdb.CatalogException):
            other.execute("FROM mine")
    assert len(made) == 2


def test_where_something_was_spilled_it_is_removed(
    tmp_path: Path, made: list[duckdb.DuckDBPyConnection]
) -> None:
    spill = tmp_path / "spill"
    with connected(spill=spill, memory_mb=40, threads=1) as connection:
        connection.execute("CREATE TEMP TABLE much AS SELECT uuid()::VARCHAR AS x FROM range(2_000_000)")
        assert list(spill.iterdir())
    assert not spill.exists()
    with connected(spill=tmp_path / "other", memory_mb=64, threads=1):
        assert len(made) == 2


def test_a_function_of_python_ends_with_its_database(
    tmp_path: Path, made: list[duckdb.DuckDBPyConnection]
) -> None:
    for number in (1, 2):
        with connected(spill=tmp_path / "spill", memory_mb=64, threads=1) as connection:
            create_function(connection, "plus", number.__add__, ["INTEGER"], "INTEGER")
            assert connection.execute("SELECT plus(1)").fetchone() == (1 + number,)
    assert len(made) == 2


def test_functions_of_python_are_made_here_alone() -> None:
    # Elsewhere nobody would know that the database must not be used again.
    files = (path for folder in ("api", "cli", "graph", "ingest") for path in (ROOT / folder).rglob("*.py"))
    calls = {
        path.relative_to(ROOT).as_posix()
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
        if ".create_function(" in line and "index.create_function" not in line
    }
    assert calls == {"graph/columns/connection.py"}


def test_a_forked_process_makes_its_own(tmp_path: Path) -> None:
    with connected(spill=tmp_path / "a", memory_mb=64, threads=2):
        pass
    child = os.fork()
    if child == 0:
        with connected(spill=tmp_path / "b", memory_mb=64, threads=2) as connection:
            found = connection.execute("SELECT sum(x) FROM range(1_000_000) r(x)").fetchone()
        os._exit(0 if found == (499_999_500_000,) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
