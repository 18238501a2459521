"""What the versions of other data sets describe: where references can lead to."""

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from graph.columns import Columns

_DESCRIBED = """
SELECT value FROM terms WHERE datatype IS NULL AND value IN (SELECT unnest($entities))
  AND id IN (SELECT s FROM quads)"""
_KINDS = """
SELECT DISTINCT split_part(substr(value, length($ids) + 1), '/', 1) FROM terms
WHERE datatype IS NULL AND starts_with(value, $ids) AND id IN (SELECT s FROM quads)"""


class Elsewhere:
    """The columns `files` by data set. A file is opened, and its kinds of entities are read, once; only files
    that have a kind are asked for entities of it."""

    def __init__(self, files: Mapping[str, Path], ids: str) -> None:
        self._files, self._ids = files, ids
        self._opened = ExitStack()
        self._columns = cache(self._open)
        self._kinds = cache(self._read_kinds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def described(self, entities: Collection[str], than: str) -> set[str]:
        """Those of `entities` that a data set other than `than` describes."""
        missing = set(entities)
        for name in self._others(than):
            asked = [one for one in missing if self.kind(one) in self._kinds(name)]
            if asked:
                rows = self._columns(name).connection.execute(_DESCRIBED, {"entities": asked}).fetchall()
                missing -= {entity for (entity,) in rows}
        return set(entities) - missing

    def kinds(self, than: str) -> set[str]:
        """The kinds (`id/<kind>/…`) of which a data set other than `than` describes an entity."""
        return set[str]().union(*(self._kinds(name) for name in self._others(than)))

    def kind(self, entity: str) -> str:
        return entity.removeprefix(self._ids).split("/")[0]

    def _others(self, than: str) -> list[str]:
        return [name for name in self._files if name != than]

    def _open(self, name: str) -> Columns:
        return self._opened.enter_context(Columns(self._files[name]))

    def _read_kinds(self, name: str) -> frozenset[str]:
        rows = self._columns(name).connection.execute(_KINDS, {"ids": self._ids}).fetchall()
        return frozenset(kind for (kind,) in rows)
