"""The walks that are known, and the store that they are made in."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from graph.errors import SourceError
from graph.sparql.outline import MOST, Outline, Read
from graph.sparql.tokens import tokens
from graph.sparql.walks.reading import walk
from graph.sparql.walks.walk import Walk
from graph.sparql.walks.walking import Holding, TooFarError, TooLateError, Walking
from graph.stores.generations import Generation
from graph.stores.manifest import GraphEntry
from graph.stores.oxigraph import Graph, OxigraphStore

log = logging.getLogger("lienthong.error")
_LONGEST = 2048
"""Characters of a text that is read for a walk."""
_DATASETS, _PREDICATES = 256, 1024


class Walks:
    """Of the generation that answers; its store is opened in a thread, and until then nothing is walked."""

    def __init__(self) -> None:
        self._walks: OrderedDict[Outline, Walk | None] = OrderedDict()
        self._wanted: Generation | None = None
        self._opening: asyncio.Task[None] | None = None
        self._place: _Place | None = None

    def of(self, text: str, read: Read) -> Walk | None:
        """None where the query is no walk."""
        outline = read.outline
        if outline is None:
            return None
        if outline in self._walks:
            self._walks.move_to_end(outline)
            return self._walks[outline]
        found = None
        if len(text) <= _LONGEST and read.guarded.form == "select":
            starts = {start: place for place, start in enumerate(outline.starts(read.things))}
            found = walk(tuple(tokens(text)), read.guarded.prefixes, starts)
        self._walks[outline] = found
        if len(self._walks) > MOST:
            self._walks.popitem(last=False)
        return found

    def document(
        self, walk: Walk, things: Sequence[str], graphs: tuple[str, ...], shape: str, generation: Generation
    ) -> bytes | None:
        """What a walk finds in these graphs. None where it goes too far, as another of the shape did, where
        the store is not open yet, or does not hold a thing that is no IRI."""
        place = self._place
        if place is None or place.generation is not generation:
            self.prepare(generation)
            return None
        if shape in place.far:
            return None
        try:
            return Walking(place.store, place.holding(graphs)).document(walk, things)
        except (ValueError, TooLateError):
            return None
        except TooFarError:
            if len(place.far) >= MOST:
                place.far.clear()
            place.far.add(shape)
            return None

    def prepare(self, generation: Generation) -> None:
        """Open its store, if that is there."""
        is_opening = self._opening is not None and not self._opening.done()
        if is_opening or self._wanted is generation or not generation.is_loaded:
            return
        self._wanted = generation
        self._opening = asyncio.create_task(self._open(generation))

    async def ready(self) -> None:
        """Until the store that is being opened is open."""
        if self._opening is not None:
            await asyncio.wait([self._opening])

    async def stop(self) -> None:
        """Close the store."""
        await self.ready()
        self._place = self._wanted = self._opening = None

    async def _open(self, generation: Generation) -> None:
        try:
            store = await asyncio.to_thread(OxigraphStore.open, generation.oxigraph)
        except SourceError as wrong:
            log.warning("%s", wrong)
        else:
            self._place = _Place(generation, store)


class _Place:
    """An open store. `far`: the shapes whose walks would be too long."""

    def __init__(self, generation: Generation, store: OxigraphStore) -> None:
        self.generation = generation
        self.store = store
        self.far: set[str] = set()
        self._known: OrderedDict[tuple[str, ...], Holding] = OrderedDict()

    def holding(self, graphs: tuple[str, ...]) -> Holding:
        """By predicate, those of the graphs that hold it: no other graph is looked into."""
        known = self._known.get(graphs)
        if known is None:
            known = self._known[graphs] = _holding(self.store, self.generation.manifest.graphs, graphs)
            if len(self._known) > _DATASETS:
                self._known.popitem(last=False)
        return known


def _holding(store: OxigraphStore, entries: Mapping[str, GraphEntry], graphs: tuple[str, ...]) -> Holding:
    is_all = store.are_all(graphs)

    @lru_cache(maxsize=_PREDICATES)
    def holding(predicate: str | None) -> Sequence[Graph] | None:
        if predicate is None:
            return None if is_all else store.nodes(graphs)
        holds = (name for name in graphs if name in entries and predicate in entries[name].predicates)
        found = tuple(holds)
        return None if is_all and len(found) > 1 else store.nodes(found)

    return holding
