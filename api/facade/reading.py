"""Reads a page of a collection, or resources by their IRIs."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from api.facade import asking
from api.facade.asking import MOST_VALUES
from api.facade.cursor import Position
from api.facade.entities import RDF_TYPE, Entities, Entity
from api.facade.operators import STRING
from api.facade.parameters import Listing, Selection
from api.knowledge import Knowledge
from graph.instances import Question, Telling
from graph.resources import Property, ResourceType
from graph.sparql.instances import Instances
from graph.sparql.results import Term
from graph.tables.history import Changed

CHUNK = 10_000
"""What has changed is looked through so many IRIs at a time."""


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the resources that match have a value. `is_whole`: no more values than these."""

    property: Property
    counts: tuple[tuple[Term, int], ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Entities in the order that was asked for, and the generation they were read from. `until`: the IRI
    behind which another page follows, where one does; `total` counts all that match, where that was asked.
    `removed`: what is there no longer, where that was asked."""

    entities: Entities
    embedded: Mapping[str, Entities]
    generation: str
    until: str = ""
    total: int | None = None
    facets: tuple[Facet, ...] = field(default=())
    removed: tuple[str, ...] | None = None

    def only(self, iri: str) -> "Page":
        """The page with one of its entities, or none."""
        entity = self.entities.get(iri)
        found = {} if entity is None else {iri: entity}
        return replace(self, entities=Entities(found, self.entities.labels))


@dataclass(frozen=True, slots=True)
class CollectionReader:
    """What of a collection may be seen in some graphs, by one question however many resources there are."""

    knowledge: Knowledge
    resource: ResourceType

    async def page(
        self,
        instances: Instances,
        graphs: frozenset[str],
        listing: Listing,
        after: Position | None,
        changed: Changed | None = None,
    ) -> Page:
        start, among = 0, None
        if changed is not None:
            start = bisect_right(changed.changed, after.iri) if after else 0
            among = changed.changed[start : start + CHUNK]
        question = asking.page(self.knowledge, self.resource, listing, after, among)
        answer, generation = await instances.ask(question, graphs)
        found = self._page(answer, generation, question, listing.selection)
        until = [*found.entities][-1] if answer["more"] else ""
        if changed is not None and not until and start + CHUNK < len(changed.changed):
            until = changed.changed[start + CHUNK - 1]
        terms = _terms(answer) if listing.facets else []
        return replace(
            found,
            until=until,
            total=answer.get("total"),
            facets=tuple(
                Facet(one, tuple((terms[value], count) for value, count in counts[:MOST_VALUES]),
                      len(counts) <= MOST_VALUES)
                for one, counts in zip(listing.facets, answer["facets"], strict=True)
            ),
            removed=changed.removed if changed is not None and after is None else None,
        )  # fmt: skip

    async def resources(
        self, instances: Instances, graphs: frozenset[str], iris: list[str], selection: Selection
    ) -> Page:
        question = asking.resources(self.knowledge, iris, selection)
        answer, generation = await instances.ask(question, graphs)
        return self._page(answer, generation, question, selection)

    def _page(
        self, answer: Mapping[str, Any], generation: str, question: Question, selection: Selection
    ) -> Page:
        terms = _terms(answer)
        return Page(
            _entities(answer["items"], terms, question.telling),
            {
                selection.properties[place].key: _entities(answer["included"][str(place)], terms, telling)
                for place, telling in question.included.items()
            },
            generation,
        )


def _terms(answer: Mapping[str, Any]) -> list[Term]:
    return [_term(*one) for one in answer["terms"]]


def _term(value: str, datatype: str | None, language: str | None) -> Term:
    if datatype is None:
        return Term("bnode", value[2:]) if value.startswith("_:") else Term("uri", value)
    return Term("literal", value, None if language or datatype == STRING else datatype, language)


def _entities(items: Mapping[str, Any], terms: list[Term], telling: Telling) -> Entities:
    where = [(RDF_TYPE, False), *telling.steps]
    labels: dict[str, list[Term]] = {}
    for resource, label in items["labels"]:
        labels.setdefault(terms[resource].value, []).append(terms[label])
    found = {}
    for resource, said in items["rows"]:
        if said:
            iri = terms[resource].value
            values = {where[int(place)]: [terms[one] for one in those] for place, those in said.items()}
            found[iri] = Entity(iri, values)
    return Entities(found, labels)
