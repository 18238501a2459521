"""Documents of the repository that have an address: modules, code lists, shapes, data set descriptions."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rdflib import DCTERMS, RDFS, SKOS, Graph, URIRef

from api.knowledge import Knowledge
from graph import labels, turtle
from graph.settings import Settings
from graph.text import Text

Kind = Literal["module", "code-list", "shapes", "dataset", "document"]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Document:
    """A Turtle file that is served below the base IRI."""

    iri: str
    kind: Kind
    title: Text
    file: Path


def find(path: str, known: Knowledge, settings: Settings) -> Document | None:
    """The document at `path` (`ont/place`, `code/unit-level`, `shape/place`, `dataset/…`), if any."""
    folder, _, name = path.partition("/")
    if not _NAME.fullmatch(name):
        return None
    iri = known.iris.resolve(path)
    if listed := known.vocabulary.documents.get(iri):
        kind: Kind = (
            "code-list" if listed.is_code_list else "module" if _has_terms(iri, known) else "document"
        )
        return Document(iri, kind, listed.title, listed.file)
    if path == "ont/catalogue":
        return _described(iri, "document", settings.ontology_dir / "catalogue.ttl", known)
    if folder == "shape":
        return _described(iri, "shapes", settings.shapes_dir / f"{name}.ttl", known)
    if folder == "dataset":
        return _described(iri, "dataset", settings.datasets_dir / name / "dataset.ttl", known)
    return None


def graph_of(document: Document, known: Knowledge) -> Graph:
    """The document's triples, with the prefixes of the catalogue."""
    graph = turtle.read(document.file, base=known.iris.base)
    for prefix, namespace in known.prefixes.items():
        graph.bind(prefix, namespace)
    return graph


def concept_graph(iri: str, known: Knowledge) -> Graph:
    """What the code lists say of one of their entries; empty for what is no entry."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in known.prefixes.items():
        graph.bind(prefix, namespace)
    if iri in known.vocabulary.concepts:
        for triple in known.vocabulary.graph.triples((URIRef(iri), None, None)):
            graph.add(triple)
    return graph


def _described(iri: str, kind: Kind, file: Path, known: Knowledge) -> Document | None:
    if not file.is_file():
        return None
    name = iri.rsplit("/", 1)[-1]
    graph = turtle.read(file, base=known.iris.base)
    title = labels.text(graph, URIRef(iri), DCTERMS.title, RDFS.label, SKOS.prefLabel)
    module = known.vocabulary.documents.get(known.iris.resolve(f"ont/{name}")) if kind == "shapes" else None
    return Document(iri, kind, title or (module.title if module else Text(name, name)), file)


def _has_terms(iri: str, known: Knowledge) -> bool:
    return (None, RDFS.isDefinedBy, URIRef(iri)) in known.vocabulary.graph
