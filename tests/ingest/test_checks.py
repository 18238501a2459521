"""Checks of a source see its relations and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from graph.errors import MappingError, ViolationsError
from ingest import checks
from ingest.report import Finding

HEADER = "-- vi: Sai.\n-- en: Wrong.\n-- severity: warning\n"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as database:
        database.execute("""CREATE TABLE items AS SELECT 1 AS "row", 'x' AS code""")
        database.execute("CREATE TABLE staged (s VARCHAR)")
        yield database


def run(folder: Path, connection: duckdb.DuckDBPyConnection, sql: str) -> list[Finding]:
    (folder / "rule.sql").write_text(HEADER + sql, encoding="utf-8")
    return checks.run([checks.read(folder / "rule.sql")], connection, ["items"])


def test_rows_are_findings(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    sql = "WITH x AS (SELECT * FROM items) SELECT row, code AS value, 'why' AS note FROM x;\n"
    (finding,) = run(tmp_path, connection, sql)
    assert (finding.rule, finding.severity, finding.count) == ("rule", "warning", 1)
    assert (finding.examples[0].row, finding.examples[0].value, finding.examples[0].note) == (1, "x", "why")
    assert (
        run(tmp_path, connection, "SELECT row, code AS value, '' AS note FROM items WHERE code = 'y'") == []
    )


@pytest.mark.parametrize(
    ("sql", "line", "says"),
    [
        ("SELECT row,\n code AS value, '' AS note FROM itms", 5, "no relation “itms”"),
        ("SELECT 1 AS row, s AS value, '' AS note FROM staged", 4, "no relation “staged”"),
        ("SELECT 1 AS row, '' AS value, content AS note FROM read_text('/etc/passwd')", 4, "read_text"),
        ("SELECT 1 AS row, '' AS value, '' AS note FROM '/etc/passwd'", 4, "no relation"),
        ("DROP TABLE items", None, "Only SELECT"),
        ("SELECT row FROM items", None, "gives the columns"),
        ("SELECT row, cod AS value, '' AS note FROM items", None, "does not run"),
    ],
)
def test_a_check_is_one_select_over_the_relations(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, sql: str, line: int | None, says: str
) -> None:
    with pytest.raises(MappingError) as caught:
        run(tmp_path, connection, sql)
    assert says in caught.value.message.en
    place = caught.value.place
    assert place is not None
    assert place.file == str(tmp_path / "rule.sql")
    assert line is None or place.line == line


def test_a_violation_refuses(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    found = run(tmp_path, connection, "SELECT row, code AS value, '' AS note FROM items")
    checks.refuse(found)
    (tmp_path / "rule.sql").write_text(
        HEADER.replace("warning", "violation") + "SELECT row, code AS value, '' AS note FROM items"
    )
    found = checks.run([checks.read(tmp_path / "rule.sql")], connection, ["items"])
    with pytest.raises(ViolationsError, match="Wrong"):
        checks.refuse(found)
