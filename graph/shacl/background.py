"""What shapes may ask of the ontology; the rest of it would only be in the way of validation."""

from pathlib import Path

from rdflib import RDF, RDFS, SKOS, Graph, URIRef

from graph import turtle
from graph.iris import Iris


def predicates(base: str) -> tuple[URIRef, ...]:
    """Of classes, which are below which; of a code list's concepts, its scheme, notation and validity."""
    validity = (URIRef(Iris(base).ontology("core", term)) for term in ("validFrom", "validUntil"))
    return (RDF.type, RDFS.subClassOf, SKOS.inScheme, SKOS.notation, *validity)


def facts(ontology_dir: Path, base: str) -> Graph:
    """What the modules and the code lists say by these predicates."""
    found, asked = Graph(store="SimpleMemory", bind_namespaces="none"), set(predicates(base))
    for folder in ("modules", "codelists"):
        for path in sorted(ontology_dir.glob(f"{folder}/*.ttl")):
            for triple in turtle.parse(path, turtle.read_text(path, base=base)):
                if triple[1] in asked:
                    found.add(triple)
    return found
