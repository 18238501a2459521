"""What is in a data set: entities by class, as far as the reader may see, and its graphs as files."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.datasets import DataSet
from api.pages.addresses import asking, term_address
from api.pages.entity import EntityPages
from api.pages.rendering import graph_formats, number
from graph.sparql import terms
from graph.stores.generations import Generation


@dataclass(frozen=True, slots=True)
class Held:
    """A class, and how many entities of it the reader may see in this data set; `ask` queries them."""

    label: str
    href: str | None
    count: str
    ask: str


@dataclass(frozen=True, slots=True)
class GraphFiles:
    """A named graph and where it is sent, by format."""

    iri: str
    files: tuple[tuple[str, str], ...]


def held(described: DataSet, generation: Generation | None, pages: EntityPages) -> list[Held]:
    """The most numerous first. Only the graphs in `described.published` count: those of the reader."""
    if described.published is None or generation is None:
        return []
    graphs = described.published.graphs
    classes = generation.counts.within(graphs).classes
    ordered = sorted(classes.items(), key=lambda one: (-one[1], one[0]))
    return [_held(iri, count, graphs, pages) for iri, count in ordered]


def files(described: DataSet, pages: EntityPages) -> list[GraphFiles]:
    """The graphs that the reader may read, each in every format."""
    graphs = described.published.graphs if described.published else ()
    return [
        GraphFiles(
            graph,
            tuple((name, f"/{pages.known.iris.path(graph)}.{suffix}") for name, suffix in graph_formats()),
        )
        for graph in graphs
    ]


def _held(iri: str, count: int, graphs: Sequence[str], pages: EntityPages) -> Held:
    from_graphs = "".join(f"FROM {terms.iri(graph)}\n" for graph in graphs)
    query = (
        f"SELECT ?entity ?property ?value\n{from_graphs}WHERE {{\n"
        f"  ?entity a {terms.iri(iri)} ; ?property ?value\n}}\nLIMIT 1000"
    )
    return Held(
        pages.name(iri).of(pages.language),
        term_address(pages.links, iri) or pages.links.href(iri),
        number(count, pages.language),
        asking(pages.links, query),
    )
