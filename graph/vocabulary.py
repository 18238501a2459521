"""The words of the ontology and the code lists: labels, definitions, classes above and below, codes.

Read from the documents that `ontology/catalogue.ttl` names; a file that it does not name is not read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdflib import DCTERMS, OWL, RDF, RDFS, SDO, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from graph import labels, turtle
from graph.iris import DEFAULT_BASE
from graph.text import Text


@dataclass(frozen=True, slots=True)
class Document:
    """A module, a code list or an alignment: its IRI, its title, its file, its version."""

    iri: str
    title: Text
    file: Path
    version: str
    is_code_list: bool


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry of a code list (SKOS Reference §3). `notation` is what the code list calls it."""

    iri: str
    scheme: str
    notation: str
    label: Text
    definition: Text | None


class Vocabulary:
    """Looks words up in one graph of all documents."""

    def __init__(self, graph: Graph, documents: Iterable[Document] = ()) -> None:
        self.graph = graph
        self.documents = {document.iri: document for document in documents}

    @classmethod
    def load(cls, catalogue: Path, *, base: str = DEFAULT_BASE) -> "Vocabulary":
        """Every document of a catalogue. Raises OntologyError for a file that is absent or not Turtle."""
        listing = turtle.read(catalogue, base=base)
        documents = [
            _document(listing, subject, catalogue.parent)
            for subject in listing.subjects(SDO.contentUrl, None)
        ]
        documents.sort(key=lambda document: (document.is_code_list, document.file))
        return cls(turtle.read(*(document.file for document in documents), base=base), documents)

    def label(self, iri: str) -> Text | None:
        return labels.text(self.graph, URIRef(iri), RDFS.label, SKOS.prefLabel, DCTERMS.title)

    def name(self, iri: str) -> Text:
        """The label, or the last part of the IRI where there is none."""
        local = labels.local_name(iri)
        return self.label(iri) or Text(local, local)

    def definition(self, iri: str) -> Text | None:
        return labels.text(
            self.graph, URIRef(iri), SKOS.definition, RDFS.comment, DCTERMS.description, SKOS.scopeNote
        )

    def examples(self, iri: str, language: str) -> tuple[str, ...]:
        """The values of `skos:example` in one language or in none."""
        values = (one for one in self.graph.objects(URIRef(iri), SKOS.example) if isinstance(one, Literal))
        return tuple(sorted(str(one).strip("<>") for one in values if (one.language or language) == language))

    def subclasses(self, iri: str) -> tuple[str, ...]:
        """The class itself and every named class below it (`rdfs:subClassOf`, transitive)."""
        below = self.graph.transitive_subjects(RDFS.subClassOf, URIRef(iri))
        return (iri, *sorted({str(node) for node in below if isinstance(node, URIRef)} - {iri}))

    def superclasses(self, iri: str) -> tuple[str, ...]:
        """The class itself and every named class above it, nearest first."""
        above = self.graph.transitive_objects(URIRef(iri), RDFS.subClassOf)
        return tuple(dict.fromkeys(str(node) for node in above if isinstance(node, URIRef)))

    def range(self, iri: str) -> str | None:
        """The named `rdfs:range` of a property."""
        found = self.graph.value(URIRef(iri), RDFS.range)
        return str(found) if isinstance(found, URIRef) else None

    def is_deprecated(self, iri: str) -> bool:
        """Whether the term or code is kept for old data alone (`owl:deprecated`)."""
        return (URIRef(iri), OWL.deprecated, Literal(True)) in self.graph

    @cached_property
    def concepts(self) -> dict[str, Concept]:
        """IRI → concept, for every entry of every code list."""
        found = (
            self._concept(subject)
            for subject in self.graph.subjects(RDF.type, SKOS.Concept)
            if isinstance(subject, URIRef)
        )
        return {concept.iri: concept for concept in sorted(found, key=lambda one: (one.scheme, one.notation))}

    def scheme(self, iri: str) -> tuple[Concept, ...]:
        """The entries of a code list, by notation."""
        return tuple(concept for concept in self.concepts.values() if concept.scheme == iri)

    def _concept(self, subject: Node) -> Concept:
        iri = str(subject)
        scheme = self.graph.value(subject, SKOS.inScheme)
        notation = self.graph.value(subject, SKOS.notation)
        return Concept(
            iri,
            str(scheme) if scheme else iri.rsplit("/", 1)[0],
            str(notation) if notation else labels.local_name(iri),
            self.name(iri),
            self.definition(iri),
        )


def _document(listing: Graph, subject: Node, folder: Path) -> Document:
    iri = str(subject)
    return Document(
        iri,
        labels.text(listing, subject, DCTERMS.title) or Text(iri, iri),
        folder / str(listing.value(subject, SDO.contentUrl)),
        str(listing.value(subject, OWL.versionInfo) or ""),
        (subject, RDF.type, SKOS.ConceptScheme) in listing,
    )
