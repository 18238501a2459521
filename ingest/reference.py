"""What the service publishes of itself: the ontology, the shapes, the catalogue of data sets.

Each is a version like any data set's, made from Turtle files instead of a mapping.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdflib import DCAT, DCTERMS, RDF, VOID, XSD, Literal, URIRef
from rdflib.term import Node

from graph import turtle
from graph.access import OPEN
from graph.columns import TextQuad
from graph.iris import Iris
from graph.settings import Settings
from graph.text import Text
from ingest.labels import Labels

XSD_STRING, LANG_STRING = str(XSD.string), str(RDF.langString)
RIGHTS = {
    access: URIRef(f"http://publications.europa.eu/resource/authority/access-right/{right}")
    for access, right in ((OPEN, "PUBLIC"), ("shared", "RESTRICTED"), ("restricted", "NON_PUBLIC"))
}
"""What DCAT-AP calls a class of access (`dct:accessRights`)."""
NAMES = frozenset({"ontology", "shapes", "catalogue", "quality"})
"""Versions beside those of data sets; the last is kept by `ingest.quality.series`."""


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
    access: str


def ontology(settings: Settings) -> ReferenceSet:
    folder = settings.ontology_dir
    parts = ("modules", "codelists", "alignments", "imports")
    files = [folder / "catalogue.ttl", *(path for part in parts for path in folder.glob(f"{part}/*.ttl"))]
    return ReferenceSet(
        "ontology", Text("Ontology và bảng mã", "Ontology and code lists"), tuple(sorted(files))
    )


def shapes(settings: Settings) -> ReferenceSet:
    files = [*settings.shapes_dir.glob("*.ttl"), *settings.shapes_dir.glob("profiles/*.ttl")]
    return ReferenceSet("shapes", Text("Hình dạng dữ liệu", "Shapes"), tuple(sorted(files)))


def catalogue(descriptions: Iterable[Path], settings: Settings) -> ReferenceSet:
    """The descriptions of data sets, and that of the catalogue itself where there is one."""
    whole = settings.datasets_dir / "catalogue.ttl"
    return ReferenceSet(
        "catalogue",
        Text("Danh mục bộ dữ liệu", "Catalogue of data sets"),
        tuple(sorted([*descriptions, *([whole] if whole.exists() else [])])),
    )


def quads(reference: ReferenceSet, published: Mapping[str, Published], *, base: str) -> Iterator[TextQuad]:
    """The triples of the files, and what is known of the data sets of `published` (`_known`).

    Blank nodes get labels by what is said of them, so that equal files make equal versions, and an edit
    changes no more than it says.
    Raises OntologyError where a file is not Turtle.
    """
    iris = Iris(base)
    graph_iri = iris.graph(reference.name, OPEN)
    services: set[Node] = set()
    for path in reference.files:
        found = _of_file(path, turtle.read_text(path, base=base), graph_iri)
        services.update(found.services)
        yield from found.quads
    for triple in _known(published, services, iris):
        yield _text(triple, graph_iri, Labels((), reference.name))


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a file says, and which data services it describes."""

    quads: tuple[TextQuad, ...]
    services: tuple[Node, ...]


@lru_cache(maxsize=256)
def _of_file(path: Path, text: str, graph: str) -> _Stated:
    triples = dict.fromkeys(turtle.parse(path, text))
    labels = Labels(triples, f"{path.parent.name}-{path.stem}")
    return _Stated(
        tuple(_text(triple, graph, labels) for triple in triples),
        tuple(s for s, p, o in triples if p == RDF.type and o == DCAT.DataService),
    )


def _known(
    published: Mapping[str, Published], services: Iterable[Node], iris: Iris
) -> Iterator[tuple[Node, Node, Node]]:
    """Of each data set its size, date of issue and rights (VoID, DCAT-AP), that it stands in the catalogue,
    and that every service serves it; of the catalogue, when it last changed."""
    whole = URIRef(iris.resolve("catalogue"))
    for name, state in published.items():
        subject = URIRef(iris.dataset(name))
        yield subject, VOID.triples, Literal(str(state.quads), datatype=XSD.integer)
        yield subject, DCTERMS.issued, Literal(state.issued, datatype=XSD.dateTime)
        yield subject, DCTERMS.accessRights, RIGHTS[state.access]
        yield whole, DCAT.dataset, subject
        for service in services:
            yield service, DCAT.servesDataset, subject
    if published:
        latest = max(state.issued for state in published.values())
        yield whole, DCTERMS.modified, Literal(latest, datatype=XSD.dateTime)


def _text(triple: tuple[Node, Node, Node], graph: str, labels: Labels) -> TextQuad:
    subject, predicate, value = triple
    s, p = labels.name(subject), str(predicate)
    if not isinstance(value, Literal):
        return TextQuad(s, p, labels.name(value), None, None, graph)
    if value.language:
        return TextQuad(s, p, str(value), LANG_STRING, value.language.lower(), graph)
    return TextQuad(s, p, str(value), str(value.datatype or XSD_STRING), None, graph)
