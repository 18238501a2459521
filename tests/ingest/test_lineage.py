"""Which columns of which files stand behind a column of a view."""

import pytest

from ingest.lineage import Lineage

DAYS = "SELECT CASE code WHEN 'x' THEN 'y' ELSE born END AS c FROM persons"
UNITED = "SELECT code FROM persons UNION ALL SELECT born FROM others"
SPLIT = "SELECT trim(one) AS c FROM persons, unnest(string_split(name, ';')) AS t(one)"
VALUES = "WITH k(x) AS (VALUES ('a')) SELECT coalesce(k.x, code) AS c FROM persons, k"
FILES = {"persons": ["code", "born", "name"], "others": ["code", "born"], "portal": ["it"]}
WIDE = {"wide": ["period", "ct1", "ct2"]}


def origins(sql: str, column: str) -> list[str]:
    found = Lineage(FILES | WIDE, {"view": sql, "deep": "SELECT row, upper(code) AS key FROM persons"})
    return [f"{one.relation}.{one.column}" for one in found.of("view", column)]


@pytest.mark.parametrize(
    ("sql", "column", "expected"),
    [
        ("SELECT row, code AS key FROM persons", "key", ["persons.code"]),
        ("SELECT row, code AS key FROM persons", "row", ["persons.row"]),
        ("SELECT *, born AS day FROM persons", "name", ["persons.name"]),
        ("SELECT p.* FROM persons p JOIN others o USING (code)", "born", ["persons.born"]),
        ("SELECT o.born AS b FROM persons p JOIN others o ON o.code = p.code", "b", ["others.born"]),
        (DAYS, "c", ["persons.born", "persons.code"]),
        ("SELECT coalesce(name, born) AS c FROM persons", "c", ["persons.name", "persons.born"]),
        (UNITED, "code", ["persons.code", "others.born"]),
        ("SELECT it ->> '$.a.b' AS c FROM portal", "c", ["portal.$.a.b"]),
        (
            "SELECT fee ->> '$.sum' AS c FROM (SELECT unnest(it -> '$.fees[*]') AS fee FROM portal)",
            "c",
            ["portal.$.fees[*].sum"],
        ),
        (SPLIT, "c", ["persons.name"]),
        ("WITH k AS (SELECT code AS x FROM persons) SELECT x AS c FROM k", "c", ["persons.code"]),
        (VALUES, "c", ["persons.code"]),
        ("SELECT key AS c FROM deep", "c", ["persons.code"]),
        (
            "WITH c AS (UNPIVOT wide ON COLUMNS('^ct[0-9]+$') INTO NAME n VALUE v) SELECT v FROM c",
            "v",
            ["wide.ct1", "wide.ct2"],
        ),
        ("SELECT 1 AS c FROM persons", "c", []),
    ],
)  # fmt: skip
def test_origins(sql: str, column: str, expected: list[str]) -> None:
    assert origins(sql, column) == expected


def test_a_views_rows_are_those_of_its_files() -> None:
    views = {
        "one": "SELECT row, code FROM persons",
        "two": "SELECT * FROM one UNION ALL SELECT row, code FROM others",
    }
    found = Lineage(FILES, views)
    assert found.files_of("one") == ("persons",)
    assert found.files_of("two") == ("persons", "others")
    assert found.files_of("persons") == ("persons",)


def test_a_view_that_reads_itself_has_no_origin() -> None:
    assert Lineage({}, {"view": "SELECT a FROM view"}).of("view", "a") == ()
