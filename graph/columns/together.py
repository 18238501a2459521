"""Several columns files read together: which of their triples touch given nodes."""

from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from graph.columns import given
from graph.columns.connection import MEMORY_MB, THREADS, attach, close, connect, spill_beside

Row = tuple[str, str, str, str | None, str | None]
"""Subject, predicate, object as text, its datatype and language."""

_TOUCHING = """
SELECT s.value, p.value, o.value, o.datatype, o.language
FROM (SELECT DISTINCT q.s, q.p, q.o FROM {file}.quads q
      JOIN {file}.terms end_term ON end_term.id = q.{end} AND end_term.datatype IS NULL
      JOIN near ON near.value = end_term.value
      WHERE q.p IN (SELECT t.id FROM {file}.terms t JOIN asked_{end} a ON a.value = t.value
                    WHERE t.datatype IS NULL)) found
JOIN {file}.terms s ON s.id = found.s JOIN {file}.terms p ON p.id = found.p
JOIN {file}.terms o ON o.id = found.o"""


class Together:
    """Opens the files once, read-only. Raises SourceError where one is not readable."""

    def __init__(self, paths: Sequence[Path], *, memory_mb: int = MEMORY_MB, threads: int = THREADS) -> None:
        beside = spill_beside(paths[0]) if paths else Path(".spill")
        self._connection = connect(spill=beside, memory_mb=memory_mb, threads=threads)
        self._files = [f"file{number}" for number in range(len(paths))]
        for path, file in zip(paths, self._files, strict=True):
            attach(self._connection, path, file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close(self._connection)

    def touching(
        self, near: Collection[str], forwards: Collection[str], backwards: Collection[str]
    ) -> list[Row]:
        """Triples whose subject is in `near` and predicate in `forwards`, or object and `backwards`.

        A triple may come once for each file and end.
        """
        if not near or not self._files:
            return []
        for name, values in (("near", near), ("asked_s", forwards), ("asked_o", backwards)):
            self._connection.register(name, given.values(values))
        parts = [_TOUCHING.format(file=file, end=end) for file in self._files for end in ("s", "o")]
        return self._connection.execute(" UNION ALL ".join(parts)).fetchall()
