"""Generations: immutable published states of the whole graph, one of which is current."""

import functools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from graph.columns.connection import MEMORY_MB, THREADS
from graph.errors import NoGenerationError, TryAgainError, unknown_name
from graph.stores import counts, publication
from graph.stores.counts import Counts
from graph.stores.http.server import Server
from graph.stores.layout import COLUMNS, COUNTS, MANIFEST, OXIGRAPH, SEARCH, Layout, linked
from graph.stores.lock import writer_lock
from graph.stores.manifest import Manifest
from graph.text import Text

_TRIES = 3
NO_CHANGES: Mapping[str, Path] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Generation:
    """One published state. Nothing below `path` ever changes, but that its store may join the columns."""

    id: str
    path: Path
    manifest: Manifest

    @property
    def identity(self) -> str:
        """Tells it from every other one: two may be made in one second, and a data folder that is made anew
        counts its generations anew."""
        return f"{self.id} {self.manifest.created}"

    @property
    def columns(self) -> Path:
        return self.path / COLUMNS

    @property
    def oxigraph(self) -> Path:
        return self.path / OXIGRAPH

    @property
    def is_loaded(self) -> bool:
        """Whether the Oxigraph store is there; until then the columns alone answer."""
        return self.oxigraph.exists()

    @property
    def search(self) -> Path:
        """The index of names and codes; absent where an earlier release made the generation."""
        return self.path / SEARCH

    @property
    def counts(self) -> Counts:
        """Raises SourceError where an earlier release made the generation without them."""
        return counts.load(self.path / COUNTS, self.manifest.created)


class Generations:
    """The published generations of one data folder. Reading needs no lock; there is one writer at a time."""

    def __init__(
        self,
        data_dir: Path,
        *,
        memory_mb: int = MEMORY_MB,
        threads: int = THREADS,
        server: Server | None = None,
    ) -> None:
        """`server`: whoever writes sends it what is published, before that is switched to."""
        self._layout = Layout(data_dir)
        self._server = server
        self._memory_mb = memory_mb
        self._threads = threads
        self._is_writing = False
        self._link = str(self._layout.current)
        self._served: _Served | None = None

    def current(self) -> Generation | None:
        """The generation that serves now; None before the first publication."""
        if (served := self._served) is not None and served.is_current(self._link):
            return served.generation
        for _ in range(_TRIES):
            name = linked(self._layout.current)
            if name is None:
                return None
            try:
                self._served = _Served.of(self._layout.folder(name))
                return self._served.generation
            except FileNotFoundError:
                # Another was published and this one removed since the link was read.
                continue
        raise NoGenerationError(
            Text(f"Thiếu thư mục của thế hệ {name}.", f"The folder of generation {name} is missing."),
            hint=Text("Chạy: lienthong generation rollback", "Run: lienthong generation rollback"),
        )

    def require_current(self) -> Generation:
        """The generation that serves now. Raises NoGenerationError before the first publication."""
        generation = self.current()
        if generation is None:
            raise NoGenerationError(
                Text("Chưa có thế hệ nào được công bố.", "Nothing has been published yet."),
                hint=Text("Chạy: lienthong ingest", "Run: lienthong ingest"),
            )
        return generation

    def list(self) -> list[Generation]:
        """All published generations, oldest first."""
        found = []
        for name in self._layout.published():
            with suppress(FileNotFoundError):  # removed since the folder was read
                found.append(self._read(name))
        return found

    def lineage(self) -> Sequence[Generation]:
        """The current generation and, of those that it came from, what is kept; oldest first.

        What was taken back by a rollback is not among them: it may say what should never have been published.
        """
        known = {one.id: one for one in self.list()}
        found, name = [], linked(self._layout.current)
        while name in known:
            found.append(known.pop(name))
            name = found[-1].manifest.previous
        return found[::-1]

    def get(self, generation: str) -> Generation:
        """Raises UnknownNameError naming the generations there are."""
        known = self._layout.published()
        if generation not in known:
            raise unknown_name(Text("thế hệ", "generation"), generation, known)
        return self._read(generation)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the data folder's writer lock, for several operations as for one; removes what is unfinished.

        May be nested within one thread. Raises WriterBusyError.
        """
        if self._is_writing:
            yield
            return
        with writer_lock(self._layout.lock):
            self._is_writing = True
            try:
                self._layout.clear_unfinished()
                yield
            finally:
                self._is_writing = False
                self._layout.clear_unfinished()

    def publish(
        self,
        versions: Mapping[str, Path],
        *,
        changes: Mapping[str, Path] = NO_CHANGES,
        on_step: Callable[[str], None] = lambda step: None,
    ) -> Generation:
        """Make the versions (data set name → version folder) the current generation, and nothing else.

        `changes` are the files of changes of those versions that were made from the current generation's.
        `on_step` is called before each of `publication.STEPS`. When this raises, or the process is killed,
        the old generation stays current; the first generation of all serves before its store is loaded, and
        stays where loading fails. Raises OverlapError, SourceError, DataError, WriterBusyError.
        """
        with self.writing():
            name = publication.publish(
                self._layout,
                versions,
                changes,
                memory_mb=self._memory_mb,
                threads=self._threads,
                on_step=on_step,
                server=self._server,
            )
            self.complete(on_step)
            return self._read(name)

    def complete(self, on_step: Callable[[str], None] = lambda step: None) -> None:
        """Load the store of the current generation where the writer died that should have, and send it to the
        server where that was set since; else nothing.

        Raises SourceError, DataError, WriterBusyError, and with a server what `publication.send` does.
        """
        with self.writing():
            name = linked(self._layout.current)
            if name is not None:
                memory_mb, threads = self._memory_mb, self._threads
                publication.complete(
                    self._layout, name, memory_mb=memory_mb, threads=threads, on_step=on_step
                )
                self._send(name, on_step)

    def rollback(self, generation: str | None = None) -> Generation:
        """Make an earlier generation current again: the one named, or the one before the current one.

        Raises UnknownNameError, NoGenerationError when there is none before, WriterBusyError.
        """
        with self.writing():
            chosen = self.get(generation) if generation is not None else self._before()
            self._send(chosen.id)
            self._layout.link(self._layout.switching, chosen.id)
            self._layout.switch(self._layout.switching)
            self.complete()
            return chosen

    def prune(self, keep: int, *, dry_run: bool = False) -> Sequence[str]:
        """Remove all but the newest `keep` (at least 1) and the current one, which always stays.

        Returns the ids of what is, or in a dry run would be, removed: none where a server has their graphs
        and does not answer. Raises WriterBusyError.
        """
        with self.writing():
            kept = {*self._layout.published()[-max(keep, 1) :], linked(self._layout.current)}
            gone: Sequence[str] = [name for name in self._layout.published() if name not in kept]
            if not dry_run:
                gone = self._taken_from_server(gone)
                for name in gone:
                    self._layout.remove(name)
            return gone

    def _send(self, name: str, on_step: Callable[[str], None] = lambda step: None) -> None:
        if self._server is not None:
            publication.send(
                self._layout,
                self._layout.folder(name),
                self._server,
                memory_mb=self._memory_mb,
                threads=self._threads,
                on_step=on_step,
            )

    def _taken_from_server(self, gone: Sequence[str]) -> Sequence[str]:
        """The generations, of which the server then holds nothing that others do not need; none where it does
        not answer."""
        if self._server is None:
            return gone
        try:
            publication.take_back(self._layout, gone, self._server)
        except TryAgainError:
            return []
        return gone

    def _before(self) -> Generation:
        current = self.require_current()
        known = self._layout.published()
        earlier = known[: known.index(current.id)] if current.id in known else known
        if current.manifest.previous in known:
            return self._read(current.manifest.previous)
        if not earlier:
            raise NoGenerationError(
                Text(f"Không có thế hệ nào trước {current.id}.", f"No generation comes before {current.id}."),
                hint=Text(f"Có: {', '.join(known)}", f"Known: {', '.join(known)}"),
            )
        return self._read(earlier[-1])

    def _read(self, name: str) -> Generation:
        return _Served.of(self._layout.folder(name)).generation


@dataclass(frozen=True, slots=True)
class _Served:
    """A generation that was current when last asked for: whether it still is every query asks several times,
    and is told in two system calls, without pathlib, which was a tenth of a look-up. `written` tells a data
    folder that was made anew."""

    generation: Generation
    link: str
    manifest: str
    written: int

    @classmethod
    def of(cls, folder: Path) -> "_Served":
        """Raises FileNotFoundError where it has been removed."""
        manifest = folder / MANIFEST
        written = manifest.stat().st_mtime_ns
        generation = Generation(folder.name, folder, _manifest(manifest, written))
        return cls(generation, str(Path(folder.parent.name, folder.name)), str(manifest), written)

    def is_current(self, link: str) -> bool:
        try:
            linked = os.readlink(link)  # noqa: PTH115  # see above
            written = os.stat(self.manifest).st_mtime_ns  # noqa: PTH116  # see above
            return linked == self.link and written == self.written
        except FileNotFoundError:
            return False


@functools.lru_cache(maxsize=64)
def _manifest(path: Path, written: int) -> Manifest:
    return Manifest.load(path)
