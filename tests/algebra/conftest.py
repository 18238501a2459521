"""Columns of a handful of quads."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from graph.columns import Columns, TextQuad
from tests.algebra.graphs import Graphs, opened

Load = Callable[[Iterable[TextQuad]], Graphs]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Makes columns of quads; those of the graph `DEFAULT` are the default graph."""
    made: list[Columns] = []

    def build(quads: Iterable[TextQuad]) -> Graphs:
        made.append(opened(tmp_path / f"{len(made)}.duckdb", quads))
        return Graphs(made[-1])

    yield build
    for columns in made:
        columns.close()
