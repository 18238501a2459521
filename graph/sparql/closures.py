"""Transitive closures of predicates within views of the quads, kept as small tables: paths are joins then."""

import itertools

from graph.columns import Columns

MOST_PAIRS = 500_000
"""Of one closure: what has more is walked anew by each query, from where that begins."""
_MOST_ROUNDS = 64
_NUMBERS = itertools.count(1)
"""Several may share a connection."""
_MOST_KEPT = 4_000_000
"""Pairs of all together, 8 bytes each."""


class Closures:
    """Made when they are first asked for, through one connection."""

    def __init__(self, columns: Columns) -> None:
        self._connection = columns.connection
        self._known: dict[tuple[str, int], str | None] = {}
        self._kept = 0

    def of(self, triples: str, predicate: int) -> str | None:
        """The table (s, o) of the pairs that a path of one or more links of a predicate joins in a view, each
        once; None where they are too many."""
        asked = triples, predicate
        if asked not in self._known:
            self._known[asked] = self._walked(triples, predicate)
        return self._known[asked]

    @property
    def is_full(self) -> bool:
        return self._kept > _MOST_KEPT

    def clear(self) -> None:
        """No plan may name the tables any more."""
        for table in filter(None, self._known.values()):
            self._connection.execute(f"DROP TABLE {table}")
        self._known.clear()
        self._kept = 0

    def _walked(self, triples: str, predicate: int) -> str | None:
        table, is_whole = f"closure_{next(_NUMBERS)}", False
        links = f"(SELECT DISTINCT s, o FROM {triples} WHERE p = {predicate})"
        first = f"SELECT s, o, 1::UTINYINT AS round FROM {links} LIMIT {MOST_PAIRS + 1}"
        try:
            self._connection.execute(f"CREATE TEMP TABLE {table} AS {first}")
            is_whole, pairs = self._is_whole(table, links)
        finally:
            # After an interruption too: the next query begins anew.
            if not is_whole:
                self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        if not is_whole:
            return None
        self._kept += pairs
        return table

    def _is_whole(self, table: str, links: str) -> tuple[bool, int]:
        """Adds longer and longer paths: whether these came to an end, and how many pairs there are."""
        for number in range(1, _MOST_ROUNDS):
            pairs, newest = self._counted(table, number)
            if pairs > MOST_PAIRS or newest == 0:
                return newest == 0, pairs
            self._connection.execute(
                f"""
                INSERT INTO {table}
                SELECT DISTINCT w.s, l.o, {number + 1} FROM {table} w JOIN {links} l ON l.s = w.o
                WHERE w.round = {number} AND NOT EXISTS (FROM {table} k WHERE k.s = w.s AND k.o = l.o)
                LIMIT {MOST_PAIRS + 1}"""
            )
        return False, pairs

    def _counted(self, table: str, number: int) -> tuple[int, int]:
        """How many pairs there are, and how many of them the last round has brought."""
        counting = f"SELECT count(*), count(*) FILTER (round = {number}) FROM {table}"
        [(pairs, newest)] = self._connection.execute(counting).fetchall()
        return int(pairs), int(newest)
