"""Steps from node to node over the quads of several columns files."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from graph.columns import given
from graph.columns.connection import MEMORY_MB, THREADS, attach, close, connect, spill_beside

Term = tuple[str, str | None, str | None]
"""A node as text, its datatype and language."""

_STEP = """
SELECT DISTINCT t.value, t.datatype, t.language FROM (
    SELECT DISTINCT q.{there} AS id FROM {file}.quads q
    WHERE q.{here} IN (SELECT t.id FROM {file}.terms t JOIN near n ON n.value = t.value
                       AND n.datatype IS NOT DISTINCT FROM t.datatype
                       AND n.language IS NOT DISTINCT FROM t.language)
    AND q.p IN (SELECT t.id FROM {file}.terms t JOIN {asked} a ON a.value = t.value WHERE t.datatype IS NULL)
) found JOIN {file}.terms t ON t.id = found.id"""


class Walk:
    """Opens the files once, read-only. Raises SourceError where one is not readable."""

    def __init__(self, paths: Sequence[Path], *, memory_mb: int = MEMORY_MB, threads: int = THREADS) -> None:
        self._connection: duckdb.DuckDBPyConnection = connect(
            spill=spill_beside(paths[0]), memory_mb=memory_mb, threads=threads
        )
        self._files = [f"file{number}" for number in range(len(paths))]
        for path, file in zip(paths, self._files, strict=True):
            attach(self._connection, path, file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close(self._connection)

    def reached(
        self,
        start: Iterable[Term],
        forwards: Collection[str],
        backwards: Collection[str],
        steps: int,
        *,
        limit: int,
    ) -> set[Term] | None:
        """The nodes at most `steps` triples from `start`, over `forwards` predicates from subject to object
        and `backwards` ones from object to subject; None where there are more than `limit`."""
        for name, predicates in (("forwards", forwards), ("backwards", backwards)):
            self._connection.register(name, given.values(predicates))
        seen = set(start)
        near = seen
        for _ in range(steps):
            if not near or len(seen) > limit:
                break
            near = self._step(near) - seen
            seen |= near
        return seen if len(seen) <= limit else None

    def _step(self, near: set[Term]) -> set[Term]:
        values, datatypes, languages = zip(*near, strict=True)
        table = given.texts({"value": values, "datatype": datatypes, "language": languages})
        self._connection.register("near", table)
        ways = (("s", "o", "forwards"), ("o", "s", "backwards"))
        parts = [
            _STEP.format(file=file, here=here, there=there, asked=asked)
            for file in self._files
            for here, there, asked in ways
        ]
        return set(self._connection.execute(" UNION ".join(parts)).fetchall())
