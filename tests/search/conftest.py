"""A small index in which the same words stand in graphs of two classes of access."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from graph import search
from graph.columns import Builder, TextQuad
from graph.search import Index

BASE = "https://lienthong.gov.vn/"
OPEN, SHARED, SECRET = (f"{BASE}graph/{name}" for name in ("a/open", "b/shared", "c/restricted"))
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
CODE = f"{BASE}ont/core#code"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
STRING = "http://www.w3.org/2001/XMLSchema#string"
MakeIndex = Callable[[Iterable[TextQuad]], Index]


def label(entity: str, text: str, graph: str = OPEN, language: str = "vi") -> TextQuad:
    return TextQuad(f"{BASE}id/{entity}", LABEL, text, f"{RDF}langString", language, graph)


def code(entity: str, text: str, graph: str = OPEN) -> TextQuad:
    return TextQuad(f"{BASE}id/{entity}", CODE, text, STRING, None, graph)


def kind(entity: str, name: str, graph: str = OPEN) -> TextQuad:
    return TextQuad(f"{BASE}id/{entity}", f"{RDF}type", f"{BASE}ont/x#{name}", None, None, graph)


@pytest.fixture(scope="session")
def make_index(tmp_path_factory: pytest.TempPathFactory) -> MakeIndex:
    def make(quads: Iterable[TextQuad]) -> Index:
        folder: Path = tmp_path_factory.mktemp("index")
        with Builder(folder / "columns.duckdb", memory_mb=256) as builder:
            builder.stage(quads)
            builder.finish()
        search.build(folder / "columns.duckdb", folder / "search.sqlite", memory_mb=256)
        return Index(folder / "search.sqlite", seconds=30)

    return make
