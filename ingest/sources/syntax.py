"""The syntax tree of a SELECT, as DuckDB's own parser sees it."""

import json
from functools import cache, lru_cache
from typing import Any

import duckdb

Tree = dict[str, Any]


@lru_cache(maxsize=1024)
def tree(sql: str) -> Tree:
    """Of one text; not to be changed. A key `error` says that it is none.

    A database of its own for each text would take twenty times as long as the parsing, and a run asks for the
    same view often.
    """
    with _parser().cursor() as cursor:
        found = cursor.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    read: Tree = json.loads(found[0]) if found else {}
    return read


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})
