"""Which views can be followed row by row."""

import pytest

from graph.errors import Place
from ingest.sources import parse_select, relation_behind

FOLLOWED = (
    "SELECT row, a FROM x WHERE a > '1'",
    "SELECT x.row, upper(a) || coalesce(b, '') AS c, CASE WHEN a IN ('1', '2') THEN 'x' END AS d FROM x",
    "SELECT row, person_key(it ->> '$.number') AS person FROM x",
)
NOT_FOLLOWED = {
    "no source row": "SELECT a FROM x",
    "another row": "SELECT row + 1 AS row, a FROM x",
    "a row of its own making": "SELECT max(row) AS row FROM x",
    "two relations": "SELECT x.row, y.a FROM x, y",
    "a join": "SELECT x.row, y.a FROM x JOIN y ON x.a = y.a",
    "a union": "SELECT row, a FROM x UNION ALL SELECT row, a FROM x",
    "groups": "SELECT row, sum(a) AS b FROM x GROUP BY row",
    "a window": "SELECT row, max(a) OVER () AS b FROM x",
    "the latest of several": "SELECT row, a FROM x QUALIFY rank() OVER (ORDER BY a) = 1",
    "distinct rows": "SELECT DISTINCT row, a FROM x",
    "the first rows": "SELECT row, a FROM x LIMIT 3",
    "a question about all rows": "SELECT row, (SELECT max(a) FROM x) AS b FROM x",
    "a filter about all rows": "SELECT row, a FROM x WHERE a = (SELECT max(a) FROM x)",
    "a query of its own": "WITH y AS (SELECT * FROM x) SELECT row, a FROM y",
    "chance": "SELECT row, random() AS a FROM x",
    "time": "SELECT row, now() AS a FROM x",
}


@pytest.mark.parametrize("sql", FOLLOWED)
def test_rows_that_come_of_one_row(sql: str) -> None:
    assert relation_behind(parse_select(sql, known=["x", "y"], place=Place())) == "x"


@pytest.mark.parametrize("sql", NOT_FOLLOWED.values(), ids=NOT_FOLLOWED)
def test_rows_that_depend_on_more(sql: str) -> None:
    assert relation_behind(parse_select(sql, known=["x", "y"], place=Place())) is None
