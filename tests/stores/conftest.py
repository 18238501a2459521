"""Versions of small data sets, and the folder they are published into."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from graph.columns import Builder, TextQuad
from graph.stores.generations import Generations

Version = Callable[[str, str, Iterable[TextQuad]], Path]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def generations(data_dir: Path) -> Generations:
    return Generations(data_dir, memory_mb=256)


@pytest.fixture
def version(data_dir: Path) -> Version:
    """Makes the folder of one version of a data set."""

    def build(dataset: str, name: str, quads: Iterable[TextQuad]) -> Path:
        folder = data_dir / "datasets" / dataset / name
        with Builder(folder / "columns.duckdb", memory_mb=256) as builder:
            builder.stage(quads)
            builder.finish()
        return folder

    return build
