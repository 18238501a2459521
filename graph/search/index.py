"""Asks an index, within a set of graphs: what lies in others neither matches, counts, nor moves a hit.

A hit's rank follows from its own texts alone. The measures of relevance that search engines use (BM25) count
words over everything, and so would tell of what the caller may not see.
"""

import json
import sqlite3
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from graph.access import dataset_of
from graph.errors import DeadlineExceededError, NoSearchIndexError, Place
from graph.search.folding import fold
from graph.search.schema import FIRST_CODE
from graph.text import Text

SHORTEST = 2
"""Letters and digits that a question must have."""
_STEPS = 2000
"""Steps of SQLite between two looks at the clock: some tens of microseconds."""
_LENGTHS = 10_000

Rank = int


@dataclass(frozen=True, slots=True)
class Query:
    """`text` as it was typed: all its words must begin words of one name or code.

    `graphs` may be read; `among` are those that are searched, of them. `kinds`: classes, any of which a hit
    must have (none: any).
    """

    text: str
    graphs: frozenset[str]
    among: frozenset[str]
    kinds: frozenset[str] = frozenset()

    @property
    def folded(self) -> str:
        return fold(self.text)

    @property
    def is_too_short(self) -> bool:
        return len(self.folded.replace(" ", "")) < SHORTEST


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity, the text of it that matched best, and what the caller may see of its names and classes.

    `names`: language ("" for none) → name. Hits come in the order of rank, highest first, then of IRIs.
    """

    iri: str
    rank: Rank
    matched: str
    graphs: tuple[str, ...]
    names: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many hits there are: all, by class, by data set."""

    total: int
    kinds: dict[str, int]
    datasets: dict[str, int]


class Index:
    """The index of one generation. Raises NoSearchIndexError where an earlier release made that without one.

    Every question raises DeadlineExceededError after `seconds`.
    """

    def __init__(self, path: Path, *, seconds: float = 2.0) -> None:
        if not path.is_file():
            raise NoSearchIndexError(
                Text(
                    f"Thế hệ {path.parent.name} chưa có chỉ mục tìm kiếm.",
                    f"Generation {path.parent.name} has no search index.",
                ),
                hint=Text("Người vận hành chạy: lienthong ingest", "The operator runs: lienthong ingest"),
                place=Place(file=str(path)),
            )
        self._path = path
        self._seconds = seconds

    def find(self, asked: Query, limit: int, after: tuple[Rank, str] | None = None) -> list[Hit]:
        """At most `limit` hits behind the one of that rank and IRI."""
        if asked.is_too_short:
            return []
        rank, iri = after or (2**62, "")
        with self._asking(asked) as index:
            index.execute(_MATCHED, _values(asked))
            found = index.execute(
                """
                SELECT entity, iri, rank, value
                FROM (
                    SELECT *, row_number() OVER (PARTITION BY entity ORDER BY rank DESC, value) AS n
                    FROM matched
                )
                JOIN entities ON entities.id = entity
                WHERE n = 1 AND (rank < :rank OR (rank = :rank AND iri > :iri))
                ORDER BY rank DESC, iri LIMIT :limit
                """,
                {"rank": rank, "iri": iri, "limit": limit},
            ).fetchall()
            return [self._hit(index, *row) for row in found]

    def entities(self, asked: Query, most: int) -> list[str]:
        """The IRIs of some of the hits: of all where there are no more than `most`, else of one more."""
        if asked.is_too_short:
            return []
        with self._asking(asked) as index:
            # Without ranks nothing is sorted, and the search ends with the last that is wanted.
            found = index.execute(
                """
                SELECT DISTINCT entities.iri
                FROM words JOIN texts ON texts.id = words.rowid JOIN entities ON entities.id = texts.entity
                WHERE words MATCH :match AND texts.graph IN searched LIMIT :most
                """,
                _values(asked) | {"most": most + 1},
            ).fetchall()
        return sorted(_firsts(found))

    def count(self, asked: Query) -> Counts:
        """All hits, counted; whatever has no class that may be seen counts in no class."""
        if asked.is_too_short:
            return Counts(0, {}, {})
        with self._asking(asked) as index:
            index.execute(_MATCHED, _values(asked))
            total = index.execute("SELECT count(DISTINCT entity) FROM matched").fetchone()[0]
            kinds = index.execute(
                """
                SELECT kinds.iri, count(DISTINCT types.entity)
                FROM types JOIN kinds ON kinds.id = types.kind
                WHERE types.entity IN (SELECT entity FROM matched) AND types.graph IN readable
                GROUP BY 1 ORDER BY 2 DESC, 1
                """
            ).fetchall()
            index.create_function("dataset_of", 1, dataset_of, deterministic=True)
            datasets = index.execute(
                """
                SELECT dataset_of(graphs.iri), count(DISTINCT entity)
                FROM matched JOIN graphs ON graphs.id = matched.graph GROUP BY 1 ORDER BY 2 DESC, 1
                """
            ).fetchall()
        return Counts(total, dict(kinds), dict(datasets))

    def _hit(self, index: sqlite3.Connection, entity: int, iri: str, rank: Rank, value: str) -> Hit:
        texts = index.execute(
            """
            SELECT coalesce(language, ''), value FROM texts
            WHERE entity = ? AND place < ? AND graph IN readable ORDER BY place, value
            """,
            (entity, FIRST_CODE),
        ).fetchall()
        names: dict[str, str] = {}
        for language, name in texts:
            names.setdefault(language, name)
        kinds = index.execute(
            "SELECT DISTINCT iri FROM types JOIN kinds ON kinds.id = kind "
            "WHERE entity = ? AND graph IN readable ORDER BY iri",
            (entity,),
        ).fetchall()
        graphs = index.execute(
            "SELECT DISTINCT graphs.iri FROM matched JOIN graphs ON graphs.id = graph "
            "WHERE entity = ? ORDER BY 1",
            (entity,),
        ).fetchall()
        return Hit(iri, rank, value, _firsts(graphs), names, _firsts(kinds))

    @contextmanager
    def _asking(self, asked: Query) -> Iterator[sqlite3.Connection]:
        """A connection with tables of the graphs that may be read and are searched, and of the classes."""
        address = f"file:{quote(str(self._path.resolve()))}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as index:
            end = time.monotonic() + self._seconds
            index.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            index.create_function("said", 1, said, deterministic=True)
            for table, source, names in (
                ("readable", "graphs", asked.graphs),
                ("searched", "graphs", asked.graphs & asked.among),
                ("wanted", "kinds", asked.kinds),
            ):
                index.execute(f"CREATE TEMP TABLE {table} (id INTEGER PRIMARY KEY)")
                index.execute(
                    f"INSERT INTO {table} SELECT id FROM {source} "
                    "WHERE iri IN (SELECT value FROM json_each(?))",
                    (json.dumps(sorted(names)),),
                )
            try:
                yield index
            except sqlite3.OperationalError as stopped:
                if "interrupted" not in str(stopped):
                    raise
                raise _too_slow(self._seconds) from stopped


def said(text: str) -> str:
    """Text with its marks, in lower case: what tells `hà` from `hạ` among hits for `ha`."""
    return unicodedata.normalize("NFC", text).lower()


# A rank is a class of match (below), doubled, one more where the marks are as typed; then the shorter text.
_MATCHED = f"""
CREATE TEMP TABLE matched AS
    SELECT texts.entity, texts.graph, texts.value,
        (2 * CASE
            WHEN texts.folded = :folded AND texts.place >= {FIRST_CODE} THEN 6
            WHEN texts.folded = :folded THEN 5
            WHEN substr(texts.folded || ' ', 1, length(:folded) + 1) = :folded || ' ' THEN 4
            WHEN instr(' ' || texts.folded || ' ', ' ' || :folded || ' ') THEN 3
            WHEN substr(texts.folded, 1, length(:folded)) = :folded THEN 2
            WHEN instr(' ' || texts.folded, ' ' || :folded) THEN 1
            ELSE 0 END + CASE WHEN :typed IS NOT NULL AND instr(said(texts.value), :typed) THEN 1 ELSE 0 END
        ) * {_LENGTHS} + {_LENGTHS} - min(length(texts.folded), {_LENGTHS}) AS rank
    FROM words JOIN texts ON texts.id = words.rowid
    WHERE words MATCH :match AND texts.graph IN searched
    AND (NOT EXISTS (SELECT 1 FROM wanted) OR EXISTS (
        SELECT 1 FROM types
        WHERE types.entity = texts.entity AND types.graph IN readable AND types.kind IN wanted
    ))"""


def _values(asked: Query) -> dict[str, object]:
    typed = said(asked.text.strip())
    return {
        "folded": asked.folded,
        "typed": None if typed.isascii() else typed,
        "match": " ".join(f'"{word}"*' for word in asked.folded.split()),
    }


def _firsts(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(row[0] for row in rows)


def _too_slow(seconds: float) -> DeadlineExceededError:
    return DeadlineExceededError(
        Text(
            f"Tìm kiếm chưa xong sau {seconds:g} giây nên đã bị dừng.",
            f"The search did not finish within {seconds:g} seconds and was stopped.",
        ),
        hint=Text("Gõ thêm chữ, hoặc chọn loại.", "Type more, or choose a type."),
    )
