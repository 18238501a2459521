"""Views: one SELECT over named relations, extracted after what it reads."""

from pathlib import Path

import duckdb
import pytest

from graph.errors import Place, SourceError
from ingest.sources import Format, LogicalSource, Root, extract, in_order, parse_select

NAMES = ("units", "agencies", "summary", "top")


def view(name: str, sql: str, folder: Path) -> LogicalSource:
    (folder / f"{name}.sql").write_text(sql, encoding="utf-8")
    return LogicalSource(name, f"{name}.sql", Format.VIEW, root=Root.MAPPING, relations=NAMES)


@pytest.fixture
def units(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> LogicalSource:
    (tmp_path / "units.csv").write_text("code,level\n01,1\n02,1\n00004,3\n", encoding="utf-8")
    source = LogicalSource("units", "units.csv", Format.CSV)
    extract(connection, source, data_dir=tmp_path, mapping_dir=tmp_path)
    return source


@pytest.mark.usefixtures("units")
def test_a_view_is_text_and_keeps_its_source_row(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    sql = "-- why\nSELECT row, code, DATE '2025-07-01' AS day, level = '3' AS low FROM units WHERE row > 1;"
    relation = extract(connection, view("top", sql, tmp_path), data_dir=tmp_path, mapping_dir=tmp_path)
    assert (relation.columns, relation.rows) == (("code", "day", "low"), 2)
    assert connection.execute("SELECT * FROM top ORDER BY row").fetchall() == [
        (2, "02", "2025-07-01", "false"),
        (3, "00004", "2025-07-01", "true"),
    ]


@pytest.mark.usefixtures("units")
def test_a_view_without_row_is_numbered(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT level, count(*) AS n FROM units GROUP BY level ORDER BY level -- last"
    extract(connection, view("top", sql, tmp_path), data_dir=tmp_path, mapping_dir=tmp_path)
    assert connection.execute("SELECT * FROM top ORDER BY row").fetchall() == [(1, "1", "2"), (2, "3", "1")]


def test_views_come_after_what_they_read(tmp_path: Path) -> None:
    top = view("top", "SELECT * FROM Summary", tmp_path)
    summary = view(
        "summary", "WITH u AS (SELECT * FROM units) SELECT * FROM u JOIN agencies USING (code)", tmp_path
    )
    others = [LogicalSource(name, f"{name}.csv", Format.CSV) for name in ("units", "agencies")]
    order = [source.name for source in in_order([top, summary, *others], mapping_dir=tmp_path)]
    assert order == ["units", "agencies", "summary", "top"]


def test_a_ring_of_views_is_refused(tmp_path: Path) -> None:
    sources = [view("top", "SELECT * FROM summary", tmp_path), view("summary", "SELECT * FROM top", tmp_path)]
    with pytest.raises(SourceError, match="read each other"):
        in_order(sources, mapping_dir=tmp_path)


@pytest.mark.usefixtures("units")
def test_a_view_that_does_not_run_names_its_file(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(SourceError, match="cod") as caught:
        extract(
            connection,
            view("top", "SELECT cod FROM units", tmp_path),
            data_dir=tmp_path,
            mapping_dir=tmp_path,
        )
    assert caught.value.place == Place(file=str(tmp_path / "top.sql"))


@pytest.mark.parametrize(
    ("sql", "line", "says"),
    [
        ("SELECT *\nFROM unit", 2, "no relation “unit”"),
        ("SELECT * FROM top", 1, "no relation “top”"),
        ("SELECT 1; SELECT 2", 1, "more than one"),
        ("DROP TABLE units", 1, "Only SELECT"),
        ("COPY units TO 'x.csv'", 1, "Only SELECT"),
        ("SELECT *\nFROM units\nWHER x", 3, "syntax error"),
        ("SELECT * FROM 'units.csv'", 1, "no relation"),
        ("SELECT * FROM read_csv('units.csv')", 1, "read_csv may not"),
        ("SELECT * FROM units, (SELECT * FROM read_text('/etc/passwd'))", 1, "read_text may not"),
        ("SELECT (SELECT content FROM read_text('/etc/passwd')) FROM units", 1, "read_text may not"),
        ("SELECT * FROM query('SELECT 1')", 1, "query may not"),
        ("SELECT * FROM glob('*')", 1, "glob may not"),
        ("SELECT getenv('HOME')", 1, "getenv may not"),
        ("SELECT * FROM main.units", 1, "no relation"),
        ("SELECT * FROM sqlite_master", 1, "no relation"),
        ("SELECT * FROM (DESCRIBE units)", 1, "DESCRIBE"),
        ('FROM (WITH "a.csv" AS (SELECT 1) FROM "a.csv"), \'a.csv\'', 1, "no relation"),
        ('WITH "a.csv" AS (FROM "a.csv") FROM "a.csv"', 1, "no relation"),
    ],
)
def test_a_view_is_one_select_over_relations(sql: str, line: int, says: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_select(sql, known=("units", "agencies"), place=Place(file="v.sql"))
    assert says in caught.value.message.en
    assert caught.value.place == Place(file="v.sql", line=line)


def test_the_relations_a_select_reads() -> None:
    sql = """WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 3)
      SELECT u.*, key FROM Units u, up, unnest([1]) x, json_each('{}'), range(3)
      WHERE EXISTS (FROM agencies) AND level IN (SELECT level FROM units)"""
    assert parse_select(sql, known=("units", "agencies"), place=Place()).relations == ("units", "agencies")
