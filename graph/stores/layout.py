"""Where generations lie in the data folder, and which of them count.

`generations/g000001/` has all but perhaps its store from the moment it has its name.
`generations/.building-…` is being made, `generations/.loading-…` is the store of one that serves from its
columns until then.
`current` links to the generation that serves. `.publishing` is the link that becomes `current`: while it is
there, the generation it names is not published yet, and when its writer died never will be.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

COLUMNS = "columns.duckdb"
OXIGRAPH = "oxigraph"
MANIFEST = "manifest.json"
COUNTS = "counts.json"
SEARCH = "search.sqlite"

_ID = re.compile(r"g[0-9]{6,}")


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths below one data folder."""

    data_dir: Path

    @property
    def generations(self) -> Path:
        return self.data_dir / "generations"

    @property
    def current(self) -> Path:
        return self.data_dir / "current"

    @property
    def publishing(self) -> Path:
        return self.data_dir / ".publishing"

    @property
    def switching(self) -> Path:
        """The link to a generation that is about to become current again."""
        return self.data_dir / ".switching"

    @property
    def lock(self) -> Path:
        return self.data_dir / "writer.lock"

    def folder(self, generation: str) -> Path:
        return self.generations / generation

    def building(self, generation: str) -> Path:
        return self.generations / f".building-{generation}"

    def loading(self, generation: str) -> Path:
        return self.generations / f".loading-{generation}"

    def published(self) -> list[str]:
        """Ids of the generations that are or were current, oldest first."""
        return sorted(set(self._named()) - {linked(self.publishing)}, key=_number)

    def next_id(self) -> str:
        """An id higher than any there is."""
        return f"g{max(map(_number, self._named()), default=0) + 1:06}"

    def link(self, link: Path, generation: str) -> None:
        """Make `link` name a generation; relative, so that the data folder can be moved."""
        link.unlink(missing_ok=True)
        link.symlink_to(Path(self.generations.name) / generation)

    def switch(self, link: Path) -> None:
        """Let `link` become `current`, in one step that survives a power failure."""
        link.replace(self.current)
        # Only here: its package imports DuckDB and Arrow, and a query worker that ended must be back soon.
        from graph.columns.durable import sync

        sync(self.data_dir)

    def remove(self, generation: str) -> None:
        """Remove a generation; it loses its name first, so that no half of it is ever seen."""
        going = self.generations / f".removing-{generation}"
        self.folder(generation).rename(going)
        shutil.rmtree(going)

    def clear_unfinished(self) -> None:
        """Remove what a writer left behind that died. Only the holder of the lock may call this."""
        for pattern in (".building-*", ".loading-*", ".removing-*"):
            for folder in self.generations.glob(pattern):
                shutil.rmtree(folder)
        unpublished = linked(self.publishing)
        if unpublished is not None:
            shutil.rmtree(self.folder(unpublished), ignore_errors=True)
            self.publishing.unlink()
        self.switching.unlink(missing_ok=True)

    def _named(self) -> list[str]:
        if not self.generations.is_dir():
            return []
        return [path.name for path in self.generations.iterdir() if _ID.fullmatch(path.name)]


def linked(link: Path) -> str | None:
    """The id of the generation that a link names; None where there is no link."""
    try:
        return link.readlink().name
    except FileNotFoundError:
        return None


def _number(generation: str) -> int:
    return int(generation[1:])
