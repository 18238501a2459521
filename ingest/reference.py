"""What the service publishes of itself: the ontology, the shapes, the catalogue of data sets.

Each is a version like any data set's, made from Turtle files instead of a mapping.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib import DCTERMS, RDF, VOID, XSD, BNode, Literal, URIRef
from rdflib.compare import to_canonical_graph

from graph import turtle
from graph.access import OPEN
from graph.columns import TextQuad
from graph.iris import Iris
from graph.settings import Settings
from graph.text import Text

XSD_STRING, LANG_STRING = str(XSD.string), str(RDF.langString)


@dataclass(frozen=True, slots=True)
class ReferenceSet:
    """Turtle files that are published together, in one open graph."""

    name: str
    title: Text
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What the catalogue says of one data set's current version."""

    version: str
    quads: int
    issued: str


def ontology(settings: Settings) -> ReferenceSet:
    folder = settings.ontology_dir
    parts = ("modules", "codelists", "alignments")
    files = [folder / "catalogue.ttl", *(path for part in parts for path in folder.glob(f"{part}/*.ttl"))]
    return ReferenceSet(
        "ontology", Text("Ontology và bảng mã", "Ontology and code lists"), tuple(sorted(files))
    )


def shapes(settings: Settings) -> ReferenceSet:
    files = [*settings.shapes_dir.glob("*.ttl"), *settings.shapes_dir.glob("profiles/*.ttl")]
    return ReferenceSet("shapes", Text("Hình dạng dữ liệu", "Shapes"), tuple(sorted(files)))


def catalogue(descriptions: Iterable[Path]) -> ReferenceSet:
    return ReferenceSet(
        "catalogue", Text("Danh mục bộ dữ liệu", "Catalogue of data sets"), tuple(sorted(descriptions))
    )


def quads(reference: ReferenceSet, published: Mapping[str, Published], *, base: str) -> Iterator[TextQuad]:
    """The triples of the files, and for each data set of `published` its size and date of issue (VoID, DCAT).

    Blank nodes get labels that depend on their content alone (RDF Dataset Canonicalization's idea), so
    that equal files make equal versions. Raises OntologyError where a file is not Turtle.
    """
    iris = Iris(base)
    graph_iri = iris.graph(reference.name, OPEN)
    for path in reference.files:
        graph = turtle.read(path, base=base)
        labels = f"_:{path.stem}-"
        for triple in to_canonical_graph(graph) if _has_blank(graph) else graph:
            yield _text(triple, graph_iri, labels)
    for name, state in published.items():
        subject = URIRef(iris.dataset(name))
        yield _text((subject, VOID.triples, Literal(str(state.quads), datatype=XSD.integer)), graph_iri, "_:")
        yield _text((subject, DCTERMS.issued, Literal(state.issued, datatype=XSD.dateTime)), graph_iri, "_:")


def _has_blank(graph: rdflib.Graph) -> bool:
    return any(isinstance(node, BNode) for triple in graph for node in triple)


def _text(triple: tuple[rdflib.term.Node, ...], graph: str, labels: str) -> TextQuad:
    subject, predicate, value = triple
    s, p = _name(subject, labels), str(predicate)
    if not isinstance(value, Literal):
        return TextQuad(s, p, _name(value, labels), None, None, graph)
    if value.language:
        return TextQuad(s, p, str(value), LANG_STRING, value.language.lower(), graph)
    return TextQuad(s, p, str(value), str(value.datatype or XSD_STRING), None, graph)


def _name(node: rdflib.term.Node, labels: str) -> str:
    return labels + str(node) if isinstance(node, BNode) else str(node)
