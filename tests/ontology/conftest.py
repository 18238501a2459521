"""The whole ontology as one graph, and queries over it."""

from pathlib import Path

import pytest
import rdflib

from graph import turtle
from graph.prefixes import Prefixes

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"


@pytest.fixture(scope="session")
def ontology() -> rdflib.Graph:
    folders = ("modules", "codelists", "alignments")
    files = [path for folder in folders for path in sorted(ONTOLOGY.glob(f"{folder}/*.ttl"))]
    return turtle.read(ONTOLOGY / "catalogue.ttl", *files)


@pytest.fixture(scope="session")
def prefixes() -> Prefixes:
    return Prefixes.load(ONTOLOGY / "catalogue.ttl")
