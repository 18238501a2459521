"""The way down to an entity or a code: what it is a part of, as the ontology says."""

from collections.abc import Iterator, Sequence

from rdflib import DCTERMS, ORG, RDFS, SKOS, URIRef

from api.description import Statement
from graph.sparql.results import Term
from graph.vocabulary import Vocabulary

Step = tuple[str, tuple[Term, ...]]
"""An IRI with its labels in the data."""


def trail(iri: str, told: Sequence[Statement], vocabulary: Vocabulary) -> list[Step]:
    """From the highest down to what is right above `iri`; the list of a code comes first."""
    if iri in vocabulary.concepts:
        broader = [*_broader(iri, vocabulary)]
        return [(above, ()) for above in (vocabulary.concepts[iri].scheme, *reversed(broader))]
    for one in told:
        if one.value.kind == "uri" and is_part_of(one.property, vocabulary):
            return [*reversed(one.above), (one.value.value, one.labels)]
    return []


def is_part_of(path: str, vocabulary: Vocabulary) -> bool:
    """Whether a property leads from a part to its whole of the same kind, or from a unit to its whole."""
    graph, subject = vocabulary.graph, URIRef(path)
    general = set(graph.objects(subject, RDFS.subPropertyOf))
    if general & {ORG.subOrganizationOf, ORG.unitOf}:
        return True
    domain = graph.value(subject, RDFS.domain)
    return DCTERMS.isPartOf in general and domain is not None and domain == graph.value(subject, RDFS.range)


def _broader(iri: str, vocabulary: Vocabulary) -> Iterator[str]:
    """The codes above one, nearest first; a circle is followed once."""
    seen = {iri}
    while (above := vocabulary.graph.value(URIRef(iri), SKOS.broader)) is not None and str(above) not in seen:
        iri = str(above)
        seen.add(iri)
        yield iri
