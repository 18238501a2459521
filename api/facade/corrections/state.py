"""What is said of one resource, statement by statement with its graph, as far as the caller may see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.facade.entities import RDF_TYPE
from api.reader import Reader
from graph.resources import Property, ResourceType
from graph.sparql import terms
from graph.sparql.results import Term


@dataclass(frozen=True, slots=True)
class Stated:
    """One value; `inverse`: it is the subject of the statement, the resource its object."""

    path: str
    inverse: bool
    value: Term
    graph: str


@dataclass(frozen=True, slots=True)
class State:
    """All statements with the keys of the shape, and the classes."""

    iri: str
    stated: frozenset[Stated]

    def of(self, one: Property) -> list[Stated]:
        return [said for said in self.stated if (said.path, said.inverse) == (one.path, one.inverse)]

    def classes(self) -> list[Stated]:
        return [said for said in self.stated if said.path == RDF_TYPE and not said.inverse]

    def is_instance(self, resource: ResourceType) -> bool:
        return any(said.value.value in resource.classes for said in self.classes())


async def read(reader: Reader, iri: str, resource: ResourceType) -> State:
    rows = await reader.rows(_query(iri, resource.properties))
    return State(
        iri,
        frozenset(
            Stated(row["p"].value, "backwards" in row, row["v"], row["g"].value) for row in rows if "v" in row
        ),
    )


def _query(iri: str, properties: Iterable[Property]) -> str:
    subject = terms.iri(iri)
    backwards = dict.fromkeys(terms.iri(one.path) for one in properties if one.inverse)
    parts = [f"{{ GRAPH ?g {{ {subject} ?p ?v }} }}"]
    if backwards:
        parts.append(
            f"{{ GRAPH ?g {{ ?v ?p {subject} }} FILTER(?p IN ({', '.join(backwards)}))"
            " BIND(true AS ?backwards) }"
        )
    return f"SELECT ?g ?p ?v ?backwards WHERE {{ {' UNION '.join(parts)} }}"
