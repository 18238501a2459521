"""Requests as questions to `graph.instances`."""

from collections.abc import Iterable, Sequence

from api.facade.cursor import Position
from api.facade.offered import validity
from api.facade.parameters import Listing, Selection
from api.knowledge import Knowledge
from graph.instances import Question, Step, Telling, Validity
from graph.resources import Property, ResourceType

MOST_VALUES = 100
"""Of a facet."""


def page(
    known: Knowledge,
    resource: ResourceType,
    listing: Listing,
    after: Position | None,
    among: Sequence[str] | None = None,
) -> Question:
    """A page, found by where the one before it ended, not by how many came before. `among`: only of these."""
    return matching(known, resource, listing)._replace(
        telling=telling(listing.selection.properties),
        included=_included(known, listing.selection),
        among=None if among is None else tuple(among),
        order=tuple(one.order for one in listing.sort),
        after=None if after is None else after.iri,
        limit=listing.limit,
        is_counted=listing.count,
        facets=tuple(step(one) for one in listing.facets),
        most_values=MOST_VALUES + 1,
        is_whole=False,
    )


def matching(known: Knowledge, resource: ResourceType, listing: Listing) -> Question:
    """The IRIs of all that match."""
    days = validity(resource, known.iris) if listing.valid_on is not None else None
    return Question(
        Telling(()),
        target_class=resource.target_class,
        conditions=listing.filters,
        validity=Validity(str(listing.valid_on), *(one.path for one in days)) if days else None,
        succeeded_by=known.iris.ontology("core", "succeededBy") if listing.succession else None,
        is_whole=True,
    )


def resources(known: Knowledge, iris: Iterable[str], selection: Selection) -> Question:
    """What is said of the resources named."""
    return Question(telling(selection.properties), tuple(iris), included=_included(known, selection))


def telling(properties: Sequence[Property]) -> Telling:
    linked = (number for number, one in enumerate(properties) if one.kind == "link")
    return Telling(tuple(step(one) for one in properties), tuple(linked))


def step(one: Property) -> Step:
    return Step(one.path, one.inverse)


def _included(known: Knowledge, selection: Selection) -> dict[int, Telling]:
    return {
        number: telling(target.properties)
        for number, one in enumerate(selection.properties)
        if one in selection.include and (target := known.types.of_class(one.target_class)) is not None
    }
