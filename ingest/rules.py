"""The ontology and the shapes that a run goes by, read once however many steps of it ask."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdflib import Graph

from graph import resources, turtle
from graph.resources import ResourceTypes
from graph.settings import Settings
from graph.vocabulary import Vocabulary
from ingest import fingerprint


@dataclass(frozen=True, slots=True)
class Rules:
    """Nobody changes the graphs of it."""

    vocabulary: Vocabulary
    shapes: Graph
    types: ResourceTypes


def load(settings: Settings) -> Rules:
    """Those of the files as they are now. Raises OntologyError for a file that is wrong."""
    shapes = tuple(sorted(settings.shapes_dir.glob("*.ttl")))
    digest = fingerprint.of_files([*settings.ontology_dir.rglob("*.ttl"), *shapes])
    return _read(settings.ontology_dir / "catalogue.ttl", shapes, settings.base_iri, digest)


@lru_cache(maxsize=1)
def _read(catalogue: Path, shapes: tuple[Path, ...], base: str, digest: str) -> Rules:
    """`digest` is that of all files: with other content they are read again."""
    vocabulary = Vocabulary.load(catalogue, base=base)
    graph = turtle.read(*shapes, base=base)
    return Rules(vocabulary, graph, resources.read(graph, vocabulary.graph, base=base))
