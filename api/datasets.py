"""What people are told of a data set: its description, and what of it is published."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rdflib import DCTERMS, FOAF, PROV, RDFS, Graph, URIRef
from rdflib.term import Node

from graph import labels, turtle
from graph.access import Principal
from graph.iris import Iris
from graph.settings import Settings
from graph.stores.manifest import DatasetEntry, Manifest
from graph.text import Text


@dataclass(frozen=True, slots=True)
class DataSet:
    """From `dataset.ttl`; `published` is what the caller may read of it in the current generation, None where
    that is nothing."""

    name: str
    iri: str
    title: Text
    description: Text
    publisher: Text | None
    provenance: Text | None
    access: str | None
    licence: str | None
    sources: tuple[str, ...]
    is_kept_by_update: bool
    published: DatasetEntry | None


def datasets(settings: Settings, manifest: Manifest | None, principal: Principal) -> list[DataSet]:
    """Every data set with a folder, by name. Raises OntologyError for a description that is not Turtle."""
    names = sorted(path.parent.name for path in settings.datasets_dir.glob("*/dataset.ttl"))
    return [dataset(name, settings, manifest, principal) for name in names]


def dataset(name: str, settings: Settings, manifest: Manifest | None, principal: Principal) -> DataSet:
    """The data set of a folder. Its description is for everybody, its data for whom its class lets in."""
    iris = Iris(settings.base_iri)
    iri = iris.dataset(name)
    graph = _description(settings.datasets_dir / name / "dataset.ttl", settings.base_iri)
    subject = URIRef(iri)
    access = graph.value(subject, URIRef(iris.ontology("core", "accessClass")))
    licence = graph.value(subject, DCTERMS.license)
    return DataSet(
        name,
        iri,
        labels.text(graph, subject, DCTERMS.title) or Text(name, name),
        labels.text(graph, subject, DCTERMS.description) or Text("", ""),
        _text_behind(graph, graph.value(subject, DCTERMS.publisher), FOAF.name),
        _text_behind(graph, graph.value(subject, DCTERMS.provenance), RDFS.label),
        str(access) if access else None,
        str(licence) if licence else None,
        tuple(sorted(str(source) for source in graph.objects(subject, PROV.wasDerivedFrom))),
        str(graph.value(subject, URIRef(iris.ontology("ingest", "keptBy")))) == "update",
        seen(name, manifest, principal) if manifest else None,
    )


def described(name: str, settings: Settings) -> DataSet | None:
    """What everybody is told of a data set, None for one without a folder (the ontology, the catalogue)."""
    if not (settings.datasets_dir / name / "dataset.ttl").is_file():
        return None
    return dataset(name, settings, None, Principal("anybody", frozenset()))


def seen(name: str, manifest: Manifest, principal: Principal) -> DatasetEntry | None:
    """What a principal may read of a published data set, None where that is nothing."""
    entry = manifest.datasets.get(name)
    graphs = tuple(graph for graph in entry.graphs if graph in principal.graphs) if entry else ()
    if entry is None or not graphs:
        return None
    return replace(entry, graphs=graphs, quads=sum(manifest.graphs[graph].quads for graph in graphs))


@cache
def _description(file: Path, base: str) -> Graph:
    return turtle.read(file, base=base)


def _text_behind(graph: Graph, node: Node | None, path: URIRef) -> Text | None:
    return labels.text(graph, node, path) if node is not None else None
