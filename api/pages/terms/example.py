"""The example of a class, as the ontology's editors wrote it (`ontology/examples`)."""

from functools import cache
from pathlib import Path

from rdflib import RDF, Graph, URIRef
from rdflib.term import IdentifiedNode

from api.knowledge import Knowledge
from graph import turtle
from graph.settings import Settings


def example_of(iri: str, known: Knowledge, settings: Settings) -> str | None:
    """The first entity of the class in the examples, as Turtle; None where there is none."""
    graph = _examples(settings.ontology_dir / "examples", settings.base_iri)
    found = sorted(one for one in graph.subjects(RDF.type, URIRef(iri)) if isinstance(one, IdentifiedNode))
    if not found:
        return None
    told = Graph(bind_namespaces="none")
    for prefix, namespace in known.prefixes.items():
        told.bind(prefix, namespace)
    _describe(found[0], graph, told)
    text = told.serialize(format="turtle")
    return "\n".join(line for line in text.splitlines() if not line.startswith("@prefix")).strip()


@cache
def _examples(folder: Path, base: str) -> Graph:
    return turtle.read(*sorted(folder.glob("*.ttl")), base=base)


def _describe(subject: IdentifiedNode, graph: Graph, told: Graph) -> None:
    """With the blank nodes that belong to it."""
    for triple in graph.triples((subject, None, None)):
        if triple not in told:
            told.add(triple)
            if isinstance(triple[2], IdentifiedNode) and not isinstance(triple[2], URIRef):
                _describe(triple[2], graph, told)
