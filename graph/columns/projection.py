"""Quads that are not yet made: a query whose rows say them, and how.

A projection is evaluated twice, once for the terms and once for the quads, and its quads never stand
anywhere as text: that is what makes it several times faster than staging the same quads.
"""

import re
from dataclasses import dataclass

NO_TEXT = "CAST(NULL AS VARCHAR)"


def fixed(sql: str) -> str | None:
    """The text that `sql` stands for, where it is a string literal: the same for every row."""
    return sql[1:-1].replace("''", "'") if re.fullmatch(r"'(?:[^']|'')*'", sql) else None


@dataclass(frozen=True, slots=True)
class TermSql:
    """SQL of a term's three columns, as in `schema.STAGED`, over the rows of a projection."""

    value: str
    datatype: str = NO_TEXT
    language: str = NO_TEXT

    @property
    def is_fixed(self) -> bool:
        return fixed(self.value) is not None and self.kind is not None

    @property
    def kind(self) -> tuple[str, str] | None:
        """Datatype and language where they are the same for every row."""
        for sql in (self.datatype, self.language):
            if sql != NO_TEXT and fixed(sql) is None:
                return None
        return self.datatype, self.language


@dataclass(frozen=True, slots=True)
class Joined:
    """The objects of a join: a SELECT of distinct `o` (IRIs or blank nodes) and `key_0`, `key_1` …, which
    equal `keys`, columns of the projection's rows."""

    select: str
    keys: tuple[str, ...]

    @property
    def condition(self) -> str:
        return " AND ".join(f"{key} = key_{number}" for number, key in enumerate(self.keys))


@dataclass(frozen=True, slots=True)
class QuadSql:
    """One quad of each row, unless one of its terms is NULL; a joined one for each of its objects."""

    predicate: TermSql
    object: TermSql
    graph: TermSql
    joined: Joined | None = None

    @property
    def present(self) -> str:
        """SQL: whether the row has this quad, as far as its own columns say."""
        terms = (self.predicate, self.graph) if self.joined else (self.predicate, self.object, self.graph)
        tests = [f"{term.value} IS NOT NULL" for term in terms if fixed(term.value) is None]
        return " AND ".join(dict.fromkeys(tests)) or "true"


@dataclass(frozen=True, slots=True)
class Projection:
    """`rows` is a SELECT with the columns `row` (UBIGINT), `s` (never NULL) and those that `quads` use;
    `source` is the id of the source that `row` counts in.

    It must give the same rows each time it is asked. `is_costly`: it is to be asked once and kept.
    """

    rows: str
    source: int
    quads: tuple[QuadSql, ...]
    is_costly: bool = False
