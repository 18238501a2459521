"""Columns files made from a handful of quads."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from graph.columns import Builder, TextQuad

Write = Callable[[str, Iterable[TextQuad]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Makes a columns file of that name from quads."""

    def build(name: str, quads: Iterable[TextQuad]) -> Path:
        path = tmp_path / f"{name}.duckdb"
        with Builder(path, memory_mb=256) as builder:
            builder.stage(quads)
            builder.finish()
        return path

    return build
