"""What stands beside the facts of an entity: where they come from, what is around it, where it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api import datasets
from api.description import Statement
from api.pages.diagram import Diagram, Neighbour, diagram
from api.pages.entity import Backlinks, EntityPage, EntityPages, Shown
from api.pages.maps import Marked, marked
from graph.access import dataset_of
from graph.settings import Settings
from graph.stores.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Source:
    """A data set that states some of the facts; `version` and `moment` (ISO) are of what is shown, None where
    that is not known."""

    title: str
    href: str | None
    publisher: str | None
    version: str | None
    moment: str | None


@dataclass(frozen=True, slots=True)
class Around:
    """A drawing, and the list that says the same."""

    drawing: Diagram
    pointing: tuple[tuple[str, Shown], ...]
    pointed: tuple[tuple[str, Shown], ...]


def sources(
    told: Sequence[Statement], pages: EntityPages, settings: Settings, manifest: Manifest | None
) -> tuple[Source, ...]:
    """Of the statements that the reader was told, and of no others: no data set is named but for these."""
    names = sorted({dataset_of(graph) for one in told for graph in one.graphs})
    return tuple(_source(name, pages, settings, manifest) for name in names)


def _source(name: str, pages: EntityPages, settings: Settings, manifest: Manifest | None) -> Source:
    described = datasets.described(name, settings)
    entry = manifest.datasets.get(name) if manifest else None
    return Source(
        described.title.of(pages.language) if described else name,
        pages.links.href(described.iri) if described else None,
        described.publisher.of(pages.language) if described and described.publisher else None,
        entry.version if entry else None,
        built(entry.version) if entry else None,
    )


def built(version: str) -> str | None:
    """When a version was built: `20251123T081500Z-…` begins with it."""
    try:
        return datetime.strptime(version.partition("-")[0], "%Y%m%dT%H%M%SZ").isoformat()
    except ValueError:
        return None


def place(told: Sequence[Statement], pages: EntityPages) -> Marked | None:
    """The first point on the map among what the reader was told."""
    points = (one.value.value for one in told if (one.value.datatype or "").endswith("#wktLiteral"))
    found = (marked(one, pages.links, pages.language) for one in points)
    return next((one for one in found if one), None)


def around(shown: EntityPage, pages: EntityPages) -> Around | None:
    """None for an entity that no other is linked to."""
    entities = f"/{pages.known.iris.path(pages.known.iris.entities)}"
    pointed = [
        (fact.label, value)
        for group in shown.groups
        for fact in group.facts
        for value in fact.values
        if value.href and value.href.startswith(entities)
    ]
    pointing = [_pointing(one) for one in shown.backlinks]
    drawing = diagram(
        shown.title.text,
        [_neighbour(one) for one in shown.backlinks],
        [Neighbour(value.text, label) for label, value in pointed],
    )
    return Around(drawing, tuple(pointing), tuple(pointed)) if drawing else None


def _pointing(one: Backlinks) -> tuple[str, Shown]:
    """The entity itself where it is alone, else how many there are."""
    if len(one.first) == 1:
        return one.label, one.first[0]
    return one.label, Shown(f"{one.count} …", href=one.more)


def _neighbour(one: Backlinks) -> Neighbour:
    label, value = _pointing(one)
    return Neighbour(value.text, label, "" if len(one.first) == 1 else f"{one.count} × {label}")
