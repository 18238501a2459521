"""What shapes may ask of the ontology; the rest of it would only be in the way of validation."""

from rdflib import RDF, RDFS, SKOS, URIRef

from graph.iris import Iris


def predicates(base: str) -> tuple[URIRef, ...]:
    """Of classes, which are below which; of a code list's concepts, its scheme, notation and validity."""
    validity = (URIRef(Iris(base).ontology("core", term)) for term in ("validFrom", "validUntil"))
    return (RDF.type, RDFS.subClassOf, SKOS.inScheme, SKOS.notation, *validity)
