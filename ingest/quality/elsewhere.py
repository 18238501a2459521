"""What the versions of other data sets describe: where references can lead to."""

from collections.abc import Collection, Mapping
from pathlib import Path

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
        self._opened: dict[str, Columns] = {}
        self._known: dict[str, frozenset[str]] = {}

    def close(self) -> None:
        for one in self._opened.values():
            one.close()

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

    def _columns(self, name: str) -> Columns:
        if name not in self._opened:
            self._opened[name] = Columns(self._files[name])
        return self._opened[name]

    def _kinds(self, name: str) -> frozenset[str]:
        if name not in self._known:
            rows = self._columns(name).connection.execute(_KINDS, {"ids": self._ids}).fetchall()
            self._known[name] = frozenset(kind for (kind,) in rows)
        return self._known[name]
