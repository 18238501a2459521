"""Generations made for one test: quads as text, through columns, into a published Oxigraph store."""

import itertools
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from graph.columns import Builder, TextQuad
from graph.stores.generations import Generation, Generations

PublishInto = Callable[[Generations, Path, Iterable[TextQuad]], Generation]
Publish = Callable[[Iterable[TextQuad]], Generation]


def publish_quads(generations: Generations, folder: Path, quads: Iterable[TextQuad]) -> Generation:
    with Builder(folder / "columns.duckdb", memory_mb=256, threads=1) as builder:
        builder.stage(quads)
        builder.finish()
    return generations.publish({"test": folder})


@pytest.fixture(scope="session")
def publish_into() -> PublishInto:
    return publish_quads


@pytest.fixture
def empty(tmp_path: Path) -> Generations:
    """Nothing published yet."""
    return Generations(tmp_path / "data", memory_mb=256, threads=1)


@pytest.fixture
def publish(tmp_path: Path, empty: Generations) -> Publish:
    """Publishes the quads given as the next generation of `empty`."""
    numbers = itertools.count(1)
    return lambda quads: publish_quads(empty, tmp_path / "versions" / str(next(numbers)), quads)
