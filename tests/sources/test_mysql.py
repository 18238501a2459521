"""MySQL: really read over a connection, from a MariaDB server that the tests start."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

from graph.errors import SettingError, SourceError
from ingest.sources import Connections, Format, LogicalSource, Relation, extract
from tests.sources.mariadb_server import USER, MariaDb, running

Read = Callable[..., tuple[Relation, list[tuple[Any, ...]]]]
NAME = "moh-hospitals"


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    with running() as server:
        yield server


@pytest.fixture
def execute(mariadb: MariaDb) -> Iterator[Callable[..., None]]:
    """`execute("CREATE TABLE …", …)` in a fresh database, which `execute.name` names and which is dropped."""
    name = f"t{secrets.token_hex(6)}"
    with mariadb.connect() as server, server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        cursor.execute(f"USE {name}")

        def run(*statements: str) -> None:
            for statement in statements:
                cursor.execute(statement)

        run.name = name  # type: ignore[attr-defined]
        yield run
        cursor.execute(f"DROP DATABASE {name}")


@pytest.fixture
def read(connection: duckdb.DuckDBPyConnection, mariadb: MariaDb, execute: Any) -> Iterator[Read]:
    """`read("table")`, `read("SELECT …", Format.DATABASE_QUERY)`: the relation and its rows, in order."""
    with Connections({NAME: SecretStr(mariadb.address(execute.name))}) as connections:

        def run(
            iterator: str, format: Format = Format.DATABASE_TABLE, **more: Any
        ) -> tuple[Relation, list[tuple[Any, ...]]]:
            source = LogicalSource("t", "", format, iterator, connection=NAME, **more)
            connection.execute("DROP TABLE IF EXISTS t")
            nowhere = Path("/nonexistent")
            relation = extract(
                connection, source, data_dir=nowhere, mapping_dir=nowhere, connections=connections
            )
            return relation, connection.execute('SELECT * FROM t ORDER BY "row"').fetchall()

        yield run


VALUES = [
    ("varchar(50)", "'Đống Đa'", "Đống Đa", "string"),
    ("varchar(50)", "''", "", "string"),
    ("varchar(50)", "'x,\n\"y\"\\\\'", 'x,\n"y"\\', "string"),
    ("varchar(50)", "'a\0b'", "a\0b", "string"),
    ("varchar(50)", "NULL", None, "string"),
    ("char(5)", "'007'", "007", "string"),
    ("varchar(20) CHARACTER SET latin1", "'café'", "café", "string"),
    ("text", "'𠮷 e\u0301'", "𠮷 e\u0301", "string"),
    ("int", "-7", "-7", "integer"),
    ("bigint unsigned", "18446744073709551615", "18446744073709551615", "integer"),
    ("year", "2025", "2025", "integer"),
    ("bit(4)", "b'101'", "5", "integer"),
    ("boolean", "true", "true", "boolean"),
    ("boolean", "0", "false", "boolean"),
    ("decimal(10,2)", "1.5", "1.50", "decimal"),
    ("double", "0.1", "0.1", "double"),
    ("date", "'2025-07-01'", "2025-07-01", "date"),
    ("datetime(1)", "'2025-07-01 08:30:00.5'", "2025-07-01T08:30:00.5", "dateTime"),
    ("timestamp", "'2025-07-01 08:30:00'", "2025-07-01T01:30:00Z", "dateTime"),
    ("time", "'08:30'", "08:30:00", "time"),
    ("varbinary(5)", "x'00ff'", "00FF", "hexBinary"),
    ("blob", "x'c0'", "C0", "hexBinary"),
    ("json", """'{"a": [1]}'""", '{"a": [1]}', "string"),
    ("enum('a','b')", "'b'", "b", "string"),
]


def test_values_are_the_text_of_xml_schema(execute: Any, read: Read) -> None:
    columns = ", ".join(f"c{number} {kind}" for number, (kind, *_) in enumerate(VALUES))
    execute(f"CREATE TABLE v ({columns}) CHARACTER SET utf8mb4")
    execute(f"INSERT INTO v VALUES ({', '.join(value for _, value, *_ in VALUES)})")
    relation, rows = read("v")
    assert list(rows[0][1:]) == [text for *_, text, _ in VALUES]
    assert dict(relation.datatypes) == {f"c{n}": datatype for n, (*_, datatype) in enumerate(VALUES)}
    assert relation.location == f"mysql:{NAME}#v"


def test_a_query_has_datatypes_too(read: Read) -> None:
    relation, rows = read("SELECT 1 AS a, 'x' AS \"tên\";", Format.DATABASE_QUERY)
    assert rows == [(1, "1", "x")]
    assert (relation.columns, dict(relation.datatypes)) == (("a", "tên"), {"a": "integer", "tên": "string"})


def test_rows_of_a_table_come_by_its_primary_key(execute: Any, read: Read) -> None:
    execute(
        "CREATE TABLE `Người dân` (b int, a int, v text, PRIMARY KEY (a, b))",
        "INSERT INTO `Người dân` VALUES (2, 2, 'z'), (1, 2, 'y'), (9, 1, NULL), (10, 1, 'x')",
    )
    _, rows = read("Người dân", nulls=("z",))
    assert rows == [(1, "9", "1", None), (2, "10", "1", "x"), (3, "1", "2", "y"), (4, "2", "2", None)]


def test_many_rows_keep_their_order(execute: Any, read: Read) -> None:
    execute("CREATE TABLE big (n int PRIMARY KEY, v text)")
    execute("INSERT INTO big SELECT seq, repeat('x', 200) FROM seq_1_to_100000")
    relation, rows = read("big")
    assert relation.rows == 100_000
    assert all(str(row) == n for row, n, _ in rows)


def test_empty_tables_and_lonely_nulls(execute: Any, read: Read) -> None:
    execute("CREATE TABLE lonely (v text)", "CREATE TABLE nothing (v text)")
    execute("INSERT INTO lonely VALUES (NULL), (''), (NULL)")
    assert read("nothing")[1] == []
    assert [value for _, value in read("lonely")[1]] == [None, "", None]


def test_all_tables_are_seen_at_one_moment(execute: Any, read: Read) -> None:
    execute("CREATE TABLE one (v int)", "CREATE TABLE two (v int)")
    assert read("one")[1] == []
    execute("INSERT INTO one VALUES (1)", "INSERT INTO two VALUES (1)")
    assert read("two")[1] == []


def test_a_missing_table_is_named_with_those_there_are(execute: Any, read: Read) -> None:
    execute("CREATE TABLE persons (v int)")
    with pytest.raises(SourceError) as caught:
        read("person")
    assert caught.value.place is not None
    assert caught.value.place.file == f"mysql:{NAME}"
    assert caught.value.hint is not None
    assert "Did you mean persons?" in caught.value.hint.en


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t",
        "SELECT 1) AS x; DROP TABLE t; SELECT * FROM (SELECT 1",
        "SELECT nextval(s)",
        "SELECT v FROM t INTO OUTFILE '/tmp/lienthong-must-not-be'",
    ],
)
def test_nothing_can_be_written(mariadb: MariaDb, execute: Any, read: Read, sql: str) -> None:
    execute("CREATE TABLE t (v int)", "INSERT INTO t VALUES (1)", "CREATE SEQUENCE s")
    with pytest.raises(SourceError, match="MySQL says"):
        read(sql, Format.DATABASE_QUERY)
    with mariadb.connect(execute.name) as server, server.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t")
        assert cursor.fetchall() == ((1,),)
    assert not Path("/tmp/lienthong-must-not-be").exists()


def test_columns_must_have_good_names(execute: Any, read: Read) -> None:
    execute('CREATE TABLE t ("row" int)'.replace('"', "`"))
    with pytest.raises(SourceError, match="row's number"):
        read("t")


def test_a_row_beyond_the_packet_is_said(mariadb: MariaDb, execute: Any, read: Read) -> None:
    with pytest.raises(SourceError, match=r"max_allowed_packet|1301"):
        read("SELECT repeat('x', 16000000) AS a, repeat('y', 16000000) AS b", Format.DATABASE_QUERY)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("mysql://an:s3cr3t@localhost:1/none", SourceError),
        ("mysql://an:pa@s3cr3t@localhost/none", SettingError),
        ("mysql://an:s3cr3t/word@localhost/none", SettingError),
        ("mysql://an:s3cr3t@localhost:port/none", SettingError),
        ("mysql://an:s3cr3t@localhost", SettingError),
        ("mysql://an:s3cr3t@localhost/none?ssl=s3cr3t", SettingError),
    ],
)
def test_no_error_says_the_password(address: str, kind: type[Exception]) -> None:
    error = failure(address)
    assert isinstance(error, kind)
    told = f"{error} {error.message} {error.hint} {error.place} {error.__cause__}"
    assert "s3cr3t" not in told
    assert NAME in told


def test_a_wrong_password_is_said_without_it(mariadb: MariaDb) -> None:
    error = failure(mariadb.address(password="wr0ng"))
    assert f"Access denied for user '{USER}'" in error.message.en
    assert "wr0ng" not in str(error)


def failure(address: str) -> SettingError | SourceError:
    source = LogicalSource("t", "", Format.DATABASE_TABLE, "persons", connection=NAME)
    with (
        duckdb.connect() as connection,
        Connections({NAME: SecretStr(address)}) as connections,
        pytest.raises((SettingError, SourceError)) as caught,
    ):
        extract(connection, source, data_dir=Path(), mapping_dir=Path(), connections=connections)
    assert isinstance(caught.value, SettingError | SourceError)
    return caught.value


def test_a_failure_in_the_middle_of_the_rows_is_said(read: Read) -> None:
    with pytest.raises(SourceError, match="MySQL says"):
        read(
            "SELECT seq, IF(seq = 500000, (SELECT a.seq FROM seq_1_to_2 a), 1) AS x FROM seq_1_to_1000000",
            Format.DATABASE_QUERY,
        )
