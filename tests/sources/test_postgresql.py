"""PostgreSQL: really read over a connection, from a server that the tests start."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from pydantic import SecretStr

from graph.errors import SettingError, SourceError
from ingest.sources import Connections, Format, LogicalSource, Relation, extract

Read = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]
NAME = "mps-population"


@pytest.fixture
def connections(server: Any, database: psycopg.Connection) -> Iterator[Connections]:
    address = SecretStr(server.address(database.info.dbname))
    with Connections({NAME: address, "other": address}) as opened:
        yield opened


@pytest.fixture
def read(connection: duckdb.DuckDBPyConnection, connections: Connections) -> Read:
    """`read("table")`, `read("SELECT …", Format.DATABASE_QUERY)`: the relation and its rows, in order."""

    def run(
        iterator: str, format: Format = Format.DATABASE_TABLE, **more: Any
    ) -> tuple[Relation, list[tuple[Any, ...]]]:
        source = LogicalSource("t", "", format, iterator, connection=NAME, **more)
        connection.execute("DROP TABLE IF EXISTS t")
        nowhere = Path("/nonexistent")
        relation = extract(connection, source, data_dir=nowhere, mapping_dir=nowhere, connections=connections)
        return relation, connection.execute('SELECT * FROM t ORDER BY "row"').fetchall()

    return run


def test_values_are_the_text_of_xml_schema(database: psycopg.Connection, read: Read) -> None:
    database.execute("SET timezone = 'Asia/Ho_Chi_Minh'")
    database.execute("SET datestyle = 'German'")
    columns = {
        "text 'Đống Đa'": "Đống Đa",
        "text ''": "",
        "text E'x,\\n\"y\"'": 'x,\n"y"',
        "NULL::text": None,
        "char(5) '007'": "007",
        "12345678901234567890::numeric": "12345678901234567890",
        "1.50::numeric(10,2)": "1.50",
        "0.1::float8": "0.1",
        "true": "true",
        "date '2025-07-01'": "2025-07-01",
        "timestamp '2025-07-01 08:30:00.5'": "2025-07-01T08:30:00.5",
        "timestamptz '2025-07-01 08:30:00+07'": "2025-07-01T01:30:00Z",
        "time '08:30'": "08:30:00",
        "interval '1 day 2 hours'": "P1DT2H",
        "'\\x00ff'::bytea": "00FF",
        "ARRAY[1, 2]": "[1,2]",
        "'{\"a\": [1]}'::jsonb": '{"a": [1]}',
        "ROW(1, 'x')": '{"f1":1,"f2":"x"}',
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    }
    listed = ", ".join(f'{sql} AS "c{number}"' for number, sql in enumerate(columns))
    relation, rows = read(f"SELECT {listed};", Format.DATABASE_QUERY)
    assert rows == [(1, *columns.values())]
    assert relation.columns == tuple(f"c{number}" for number in range(len(columns)))
    assert relation.location.startswith("postgresql:mps-population#SELECT")


def test_rows_of_a_table_come_by_its_primary_key(database: psycopg.Connection, read: Read) -> None:
    database.execute('CREATE TABLE "Người dân" (b int, a int, v text, PRIMARY KEY (a, b))')
    database.execute("""INSERT INTO "Người dân" VALUES (2, 2, 'z'), (1, 2, 'y'), (9, 1, NULL)""")
    relation, rows = read("Người dân", nulls=("z",))
    assert rows == [(1, "9", "1", None), (2, "1", "2", "y"), (3, "2", "2", None)]
    assert relation.location == "postgresql:mps-population#Người dân"


def test_many_rows_keep_their_order(database: psycopg.Connection, read: Read) -> None:
    database.execute(
        "CREATE TABLE big AS SELECT 200000 - n AS n, repeat('x', 200) AS v FROM generate_series(1, 200000) n"
    )
    database.execute("ALTER TABLE big ADD PRIMARY KEY (n)")
    relation, rows = read("big")
    assert relation.rows == 200_000
    assert all(str(row - 1) == n for row, n, _ in rows)


def test_empty_tables_and_lonely_nulls(database: psycopg.Connection, read: Read) -> None:
    database.execute("CREATE TABLE lonely (v text); CREATE TABLE nothing (v text)")
    database.execute("INSERT INTO lonely VALUES (NULL), (''), (NULL)")
    assert read("nothing")[1] == []
    assert [value for _, value in read("lonely")[1]] == [None, "", None]


def test_tables_of_other_schemas(database: psycopg.Connection, read: Read) -> None:
    database.execute("CREATE SCHEMA dan_cu CREATE TABLE ho (v int) ")
    database.execute("INSERT INTO dan_cu.ho VALUES (1)")
    assert read("dan_cu.ho")[1] == [(1, "1")]
    assert read('"dan_cu"."ho"')[1] == [(1, "1")]


def test_all_tables_are_seen_at_one_moment(database: psycopg.Connection, read: Read) -> None:
    database.execute("CREATE TABLE one (v int); CREATE TABLE two (v int)")
    assert read("one")[1] == []
    database.execute("INSERT INTO one VALUES (1); INSERT INTO two VALUES (1)")
    assert read("two")[1] == []


def test_a_failure_leaves_the_other_tables_readable(database: psycopg.Connection, read: Read) -> None:
    database.execute("CREATE TABLE one (v int)")
    with pytest.raises(SourceError, match="division by zero"):
        read("SELECT 1 / v FROM (VALUES (0)) AS t (v)", Format.DATABASE_QUERY)
    assert read("one")[1] == []


def test_a_missing_table_lists_those_there_are(database: psycopg.Connection, read: Read) -> None:
    database.execute("CREATE TABLE persons (v int); CREATE TABLE secret (v int)")
    with pytest.raises(SourceError) as caught:
        read("person")
    place, hint = caught.value.place, caught.value.hint
    assert place is not None
    assert place.file == "postgresql:mps-population"
    assert "“person”" in caught.value.message.en
    assert hint is not None
    assert "Did you mean persons?" in hint.en
    assert "public.secret" in hint.en


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t RETURNING *",
        "SELECT nextval('counter')",
        "SELECT 1) AS x; COMMIT; DROP TABLE t; SELECT * FROM (SELECT 1",
        "SELECT 1) TO STDOUT; COMMIT; DROP TABLE t; COPY (SELECT 1",
    ],
)
def test_nothing_can_be_written(database: psycopg.Connection, read: Read, sql: str) -> None:
    database.execute("CREATE TABLE t (v int); INSERT INTO t VALUES (1); CREATE SEQUENCE counter")
    with pytest.raises(SourceError, match="PostgreSQL says"):
        read(sql, Format.DATABASE_QUERY)
    assert database.execute("SELECT count(*) FROM t").fetchall() == [(1,)]


def test_columns_must_have_good_names(database: psycopg.Connection, read: Read) -> None:
    database.execute('CREATE TABLE t ("row" int)')
    with pytest.raises(SourceError, match="row's number"):
        read("t")
    with pytest.raises(SourceError, match="Two columns"):
        read("SELECT 1 AS a, 2 AS a", Format.DATABASE_QUERY)


def failure(address: str, name: str = NAME) -> SettingError | SourceError:
    source = LogicalSource("t", "", Format.DATABASE_TABLE, "persons", connection=name)
    with (
        duckdb.connect() as connection,
        Connections({NAME: SecretStr(address)}) as connections,
        pytest.raises((SettingError, SourceError)) as caught,
    ):
        extract(connection, source, data_dir=Path(), mapping_dir=Path(), connections=connections)
    assert isinstance(caught.value, SettingError | SourceError)
    return caught.value


def test_a_connection_that_is_not_set_is_named(server: Any) -> None:
    error = failure(server.address(), "mps-populations")
    assert isinstance(error, SettingError)
    assert "mps-populations" in error.message.vi
    assert error.hint is not None
    assert "LIENTHONG_CONNECTIONS" in error.hint.en
    assert error.hint.en.endswith(NAME)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("postgresql://an:s3cr3t@localhost:1/none", SourceError),
        ("postgresql://an:pa@s3cr3t@localhost/none", SettingError),
        ("postgresql://an:pa%s3cr3t@localhost/none", SettingError),
        ("postgresql://an:s3cr3t/word@localhost/none", SettingError),
        ("postgresql://an:123/s3cr3t@localhost/none", SettingError),
        ("postgresql://an:pa?s3cr3t@localhost:1/none", SourceError),
        ("s3cr3t", SettingError),
    ],
)
def test_no_error_says_the_password(address: str, kind: type[Exception]) -> None:
    error = failure(address)
    assert isinstance(error, kind)
    told = f"{error} {error.message} {error.hint} {error.place}"
    assert "s3cr3t" not in told
    assert NAME in told


def test_a_wrong_password_is_said_without_it(server: Any) -> None:
    error = failure(server.address(password="wr0ng"))
    assert "password authentication failed" in error.message.en
    assert "wr0ng" not in str(error)
