"""A resource or a page as bytes of one format."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.facade import exact, geojson, table, triples
from api.facade.context import context
from api.facade.exact import Json
from api.facade.offered_formats import CSV, GEO_JSON, JSON_LD, TURTLE, place_of
from api.facade.parameters import Selection
from api.facade.reading import Facet, Page
from api.facade.writing import Writer
from api.knowledge import Knowledge
from graph.formats import Format
from graph.resources import ResourceType


@dataclass(frozen=True, slots=True)
class Representation:
    """Writes what was read of a collection in one format, with the keys of one selection."""

    knowledge: Knowledge
    resource: ResourceType
    format: Format
    selection: Selection
    _writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        known, language = self.knowledge, self.selection.language
        writer = Writer(known.types, known.vocabulary, known.iris, self.format == JSON_LD, language)
        object.__setattr__(self, "_writer", writer)

    def item(self, found: Page, iri: str) -> str:
        """The one resource of that IRI."""
        if self.format == GEO_JSON:
            return exact.dumps(self._feature(found, iri))
        return self._flat(found) or exact.dumps(self._with_context(self._written(found, iri)))

    def page(self, found: Page, links: Mapping[str, Json]) -> str:
        """All resources of a page; what else is told of it only in the formats that have a place for it."""
        if (flat := self._flat(found)) is not None:
            return flat
        about: dict[str, Json] = {} if found.total is None else {"total": found.total}
        if found.facets:
            about["facets"] = {one.property.key: self._facet(one) for one in found.facets}
        if found.removed is not None:
            about["removed"] = [*found.removed]
        about |= {"generation": found.generation, "links": dict(links)}
        if self.format == GEO_JSON:
            features: list[Json] = [self._feature(found, iri) for iri in found.entities]
            return exact.dumps({"type": "FeatureCollection", "features": features, **about})
        items: list[Json] = [self._written(found, iri) for iri in found.entities]
        return exact.dumps(self._with_context({"items": items, **about}))

    def _flat(self, found: Page) -> str | None:
        """The formats that say the same of one resource and of many."""
        chosen, entities = self.selection.properties, found.entities.values()
        if self.format == CSV:
            return table.write(entities, chosen, self.knowledge.vocabulary)
        if self.format == TURTLE:
            return triples.turtle(entities, chosen, self.knowledge.prefixes)
        return None

    def _with_context(self, body: dict[str, Json]) -> dict[str, object]:
        if self.format != JSON_LD:
            return dict(body)
        return {"@context": context(self.resource, self.knowledge.types), **body}

    def _written(self, found: Page, iri: str) -> dict[str, Json]:
        entity = found.entities[iri]
        return self._writer.resource(entity, self.resource, self.selection, found.entities, found.embedded)

    def _feature(self, found: Page, iri: str) -> dict[str, Json]:
        place = place_of(self.resource)
        assert place is not None  # the format is offered where there is one
        values = found.entities[iri].values.get((place.path, place.inverse), [])
        shape = geojson.geometry(values[0].value) if values else None
        return geojson.feature(self._written(found, iri), place.key, shape)

    def _facet(self, facet: Facet) -> Json:
        """The counts by value, written as the field itself is, without the labels of links."""
        writer = self._writer
        counts: list[Json] = [
            {"value": writer.facet_value(facet.property, value), "count": count}
            for value, count in facet.counts
        ]
        return {"values": counts, "complete": facet.is_whole}
