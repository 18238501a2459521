"""The dictionary: every distinct term once, with a dense id and its typed values.

Terms are told apart by 128 bits while ids are looked up, because a hash table of these is several times
smaller than one of texts: by two of DuckDB's hashes, which take an eighth of the time of a digest. One is not
enough: of 5.8 M terms that are alike in their first letters, 6,500 share theirs (2.0.0). Should two terms
share both, it is a digest; should they share that, the texts themselves.
"""

from collections.abc import Sequence
from typing import Protocol

import duckdb

from graph.columns.typed import INSTANT, NUMBER


class Key(Protocol):
    """SQL for what stands for a term, from SQL for its three columns."""

    def __call__(self, value: str, datatype: str = "NULL", language: str = "NULL", /) -> str: ...


_ORDER = "value, datatype NULLS FIRST, language NULLS FIRST"


def write_terms(connection: duckdb.DuckDBPyConnection, texts: Sequence[str], *, into: str) -> int:
    """Number the rows of the queries `texts` (value, datatype, language) in the order of their text.

    Together the queries give each term once; they are run one after the other, which is what keeps memory
    low. Fills the terms table `into`; returns the number of terms.
    """
    connection.execute("CREATE TEMP TABLE texts (value VARCHAR, datatype VARCHAR, language VARCHAR)")
    for query in texts:
        connection.execute(f"INSERT INTO texts {query}")
    connection.execute(
        f"""
        INSERT INTO {into}
        SELECT row_number() OVER () - 1, value, datatype, language, {NUMBER}, {INSTANT}
        FROM (SELECT * FROM texts ORDER BY {_ORDER})
        """
    )
    connection.execute("DROP TABLE texts")
    return count(connection, into)


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def in_turn() -> tuple[Key, ...]:
    """The fastest first. Of the last no two terms have the same."""
    return hashes, digest, whole_text


def hashes(value: str, datatype: str = "NULL", language: str = "NULL") -> str:
    """SQL: 128 bits that stand for a term as a rule."""
    kind = f"{datatype}::VARCHAR, {language}::VARCHAR"
    return f"(hash({value}, {kind})::UHUGEINT << 64 | hash('.' || {value}, {kind}))"


def digest(value: str, datatype: str = "NULL", language: str = "NULL") -> str:
    """SQL: 128 bits that stand for a term, whatever terms there are."""
    return f"md5_number({whole_text(value, datatype, language)})"


def whole_text(value: str, datatype: str = "NULL", language: str = "NULL") -> str:
    """SQL: one text that stands for a term; neither a datatype nor a language holds a NUL."""
    return f"concat(coalesce({datatype}, ''), chr(0), coalesce({language}, ''), chr(0), {value})"


def are_distinct(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether no two rows of `table` share their `key`."""
    row = connection.execute(f"SELECT count(*) = count(DISTINCT key) FROM {table}").fetchone()
    return bool(row and row[0])
