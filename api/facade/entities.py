"""Rows of an answer, gathered by entity."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from api.facade.query import RDF_TYPE
from api.reader import Row
from graph.sparql.results import Term


@dataclass(frozen=True, slots=True)
class Entity:
    """What is known of one entity: its classes, and its values by (predicate, read backwards), sorted."""

    iri: str
    values: dict[tuple[str, bool], list[Term]] = field(default_factory=dict)

    @property
    def classes(self) -> list[str]:
        return [value.value for value in self.values.get((RDF_TYPE, False), [])]


@dataclass(frozen=True, slots=True)
class Entities(Mapping[str, Entity]):
    """Entities by IRI, in a fixed order, with the labels of what they link to."""

    by_iri: dict[str, Entity]
    labels: dict[str, list[Term]]

    def __getitem__(self, iri: str) -> Entity:
        return self.by_iri[iri]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_iri)

    def __len__(self) -> int:
        return len(self.by_iri)


def gather(rows: Iterable[Row], ordered: Sequence[str] | None = None) -> Entities:
    """The entities in rows of ?item ?property ?value ?backwards ?label; each value once, in a fixed order.

    They come in the order of `ordered`, else of their IRIs.
    """
    found: dict[str, dict[tuple[str, bool], set[Term]]] = {}
    labels: dict[str, set[Term]] = {}
    for row in rows:
        value = row["value"]
        where = (row["property"].value, "backwards" in row)
        found.setdefault(row["item"].value, {}).setdefault(where, set()).add(value)
        if "label" in row:
            labels.setdefault(value.value, set()).add(row["label"])
    return Entities(
        {
            iri: Entity(iri, {where: sorted(values, key=order) for where, values in found[iri].items()})
            for iri in (sorted(found) if ordered is None else ordered)
            if iri in found
        },
        {iri: sorted(values, key=order) for iri, values in labels.items()},
    )


def order(term: Term) -> tuple[str, str, str]:
    return (term.value, term.language or "", term.datatype or "")
