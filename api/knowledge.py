"""What the service knows before it sees any data: the ontology, the code lists, the shapes."""

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, cast

from fastapi import Depends, Request

from api import operator
from graph import resources
from graph.iris import Iris
from graph.prefixes import Prefixes
from graph.resources import ResourceTypes
from graph.settings import Settings
from graph.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Knowledge:
    """`digest` changes when anything does that answers are made with, besides data, and differs from one data
    folder to the next, as each counts its generations anew; entity tags carry it."""

    iris: Iris
    prefixes: Prefixes
    vocabulary: Vocabulary
    types: ResourceTypes
    digest: str


def load(settings: Settings) -> Knowledge:
    """That of the files as they are now, read once. Raises OntologyError for a file of the ontology or the
    shapes that is wrong."""
    files = _digest(settings)
    read = _read(settings.ontology_dir, settings.shapes_dir, settings.base_iri, files)
    folder = operator.key(settings)
    return replace(read, digest=hashlib.sha256(folder + files.encode()).hexdigest()[:12])


@lru_cache(maxsize=1)
def _read(ontology: Path, shapes: Path, base: str, digest: str) -> Knowledge:
    catalogue = ontology / "catalogue.ttl"
    vocabulary = Vocabulary.load(catalogue, base=base)
    types = resources.load(shapes, vocabulary.graph, base=base)
    return Knowledge(Iris(base), Prefixes.load(catalogue, base=base), vocabulary, types, digest)


def _digest(settings: Settings) -> str:
    """Of the files that decide how data is written: ontology, shapes, this package with its templates."""
    told = hashlib.sha256(settings.base_iri.encode())
    for folder, pattern in (
        (settings.ontology_dir, "**/*.ttl"),
        (settings.shapes_dir, "*.ttl"),
        (Path(__file__).parent, "**/*.[hpt]*[ylm]"),
    ):
        for file in sorted(folder.glob(pattern)):
            told.update(file.read_bytes())
    return told.hexdigest()


def knowledge(request: Request) -> Knowledge:
    """The knowledge the application was made with."""
    return cast(Knowledge, request.app.state.knowledge)


KnowledgeDep = Annotated[Knowledge, Depends(knowledge)]
