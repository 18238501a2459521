"""The ontology and the shapes that a run goes by, read once however many steps of it ask."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdflib import Graph

from graph import resources, turtle
from graph.resources import ResourceTypes
from graph.settings import Settings
from graph.shacl.validator import ColumnsValidator
from graph.vocabulary import Vocabulary
from ingest import fingerprint


@dataclass(frozen=True, slots=True)
class Rules:
    """Nobody changes the graphs of it; the validator reads its own copy of them when it is first asked."""

    vocabulary: Vocabulary
    shapes: Graph
    types: ResourceTypes
    validator: ColumnsValidator


def load(settings: Settings) -> Rules:
    """Those of the files as they are now. Raises OntologyError for a file that is wrong."""
    files = [*settings.ontology_dir.rglob("*.ttl"), *settings.shapes_dir.glob("*.ttl")]
    digest = fingerprint.of_files(files)
    return _read(settings.ontology_dir, settings.shapes_dir, settings.base_iri, digest)


@lru_cache(maxsize=1)
def _read(ontology: Path, shapes: Path, base: str, digest: str) -> Rules:
    """`digest` is that of all files: with other content they are read again."""
    vocabulary = Vocabulary.load(ontology / "catalogue.ttl", base=base)
    graph = turtle.read(*sorted(shapes.glob("*.ttl")), base=base)
    types = resources.read(graph, vocabulary.graph, base=base)
    return Rules(vocabulary, graph, types, ColumnsValidator(shapes, ontology, base))
