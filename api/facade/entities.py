"""What was read of resources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graph.sparql.results import Term

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


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


def order(term: Term) -> tuple[str, str, str]:
    return (term.value, term.language or "", term.datatype or "")
