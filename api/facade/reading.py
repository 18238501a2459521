"""Reads a page of a collection, or resources by their IRIs, from one engine."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.facade import query
from api.facade.cursor import Position
from api.facade.entities import Entities, gather
from api.facade.parameters import Listing, Selection
from api.knowledge import Knowledge
from api.reader import Reader, Row
from graph.resources import Property, ResourceType
from graph.sparql.results import Term
from graph.tables.history import Changed

MOST_VALUES = 100
"""Of a facet."""
CHUNK = 500
"""IRIs in a query: their text stays within what the guard lets pass."""
MOST_CHUNKS = 20


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the resources that match have a value. `is_whole`: no more values than these."""

    property: Property
    counts: tuple[tuple[Term, int], ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Entities in the order that was asked for. `last` are the values of the last one in that order, where
    another page follows, behind the IRI `until`; `total` counts all that match, where that was asked.
    `removed`: what is there no longer, where that was asked."""

    entities: Entities
    embedded: Mapping[str, Entities]
    last: tuple[str | None, ...] | None = None
    total: int | None = None
    facets: tuple[Facet, ...] = field(default=())
    until: str = ""
    removed: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CollectionReader:
    """What of a collection one caller may see, by few queries however many resources there are."""

    knowledge: Knowledge
    resource: ResourceType

    async def page(
        self, reader: Reader, listing: Listing, after: Position | None, changed: Changed | None = None
    ) -> Page:
        if changed is not None:
            return await self._page_of_changed(reader, listing, after, changed)
        found = await reader.rows(query.page(self.resource, listing, after, self.knowledge.iris))
        ordered, more = found[: listing.limit], len(found) > listing.limit
        chosen = [row["item"].value for row in ordered]
        read = await self.resources(reader, chosen, listing.selection)
        return Page(
            read.entities,
            read.embedded,
            _keys(ordered[-1], len(listing.sort)) if more else None,
            await self._total(reader, listing) if listing.count else None,
            tuple([await self._facet(reader, listing, one) for one in listing.facets]),
            until=chosen[-1] if chosen else "",
        )

    async def _page_of_changed(
        self, reader: Reader, listing: Listing, after: Position | None, changed: Changed
    ) -> Page:
        """Those that match, a chunk of IRIs at a time; where few do, a page may hold fewer than its limit."""
        start = bisect_right(changed.changed, after.iri) if after else 0
        found: list[str] = []
        stop = start
        for first in range(start, min(len(changed.changed), start + CHUNK * MOST_CHUNKS), CHUNK):
            chunk = changed.changed[first : first + CHUNK]
            stop = first + len(chunk)
            asked = query.page(self.resource, listing, None, self.knowledge.iris, chunk)
            found += [row["item"].value for row in await reader.rows(asked)]
            if len(found) > listing.limit:
                break
        chosen, more = found[: listing.limit], len(found) > listing.limit
        until = chosen[-1] if more else changed.changed[stop - 1] if stop else ""
        if not (more or stop < len(changed.changed)):
            until = ""
        # What answers an empty page says which generation it was.
        read = await self.resources(reader, chosen, listing.selection, is_asked=True)
        return Page(
            read.entities,
            read.embedded,
            () if until else None,
            until=until,
            removed=changed.removed if after is None else None,
        )

    async def resources(
        self, reader: Reader, chosen: list[str], selection: Selection, *, is_asked: bool = False
    ) -> Page:
        asked = chosen or is_asked
        if len(chosen) == 1 and _is_kept_as_written(reader, selection):
            item = Term("uri", chosen[0])
            found = await reader.rows(query.one(chosen[0], selection.properties))
            rows: list[Row] = [{"item": item, **row} for row in found]
        else:
            rows = await reader.rows(query.values(chosen, selection.properties)) if asked else []
        entities = gather(rows, chosen)
        return Page(entities, await self._embedded(reader, entities, selection))

    async def _embedded(
        self, reader: Reader, entities: Entities, selection: Selection
    ) -> dict[str, Entities]:
        """One query for each key to embed, however many entities link on."""
        found = {}
        for one in selection.include:
            target = self.knowledge.types.of_class(one.target_class)
            links = _linked(entities, one)
            if target is not None and links:
                found[one.key] = gather(await reader.rows(query.values(links, target.properties)))
        return found

    async def _total(self, reader: Reader, listing: Listing) -> int:
        (row,) = await reader.rows(query.total(self.resource, listing, self.knowledge.iris))
        return int(row["total"].value)

    async def _facet(self, reader: Reader, listing: Listing, one: Property) -> Facet:
        asked = query.facet(self.resource, listing, one, MOST_VALUES + 1, self.knowledge.iris)
        rows = [row for row in await reader.rows(asked) if "value" in row]
        counts = tuple((row["value"], int(row["total"].value)) for row in rows)
        return Facet(one, counts[:MOST_VALUES], len(counts) <= MOST_VALUES)


def _is_kept_as_written(reader: Reader, selection: Selection) -> bool:
    """Whether Oxigraph writes no literal of these keys in another form than it had."""
    rewritten = reader.engine.current().manifest.rewritten
    return not any(one.path in rewritten for one in selection.properties)


def _keys(row: Row, number: int) -> tuple[str | None, ...]:
    keys = (row.get(f"k{one}") for one in range(number))
    return tuple(key.value if key is not None else None for key in keys)


def _linked(entities: Entities, one: Property) -> list[str]:
    found = {
        value.value
        for entity in entities.values()
        for value in entity.values.get((one.path, one.inverse), [])
        if value.kind == "uri"
    }
    return sorted(found)
