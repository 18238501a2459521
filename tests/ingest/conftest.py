"""A place to ingest into: the real ontology and shapes, data sets of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph import settings
from graph.settings import Settings
from ingest import scaffold
from tests.ingest.dying import Dying, begun

NAME = "test-items"


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    """Settings whose data folder and data sets' folder are empty."""
    datasets = tmp_path / "datasets"
    datasets.mkdir()
    return settings.load(data_dir=tmp_path / "data", datasets_dir=datasets)


@pytest.fixture
def folder(place: Settings) -> Path:
    """One data set, fresh from the template."""
    return scaffold.create(NAME, place)


@pytest.fixture
def edit(folder: Path) -> Callable[[str, str, str], None]:
    """Replaces text in a file of the data set; the text must be there."""

    def replace(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture(scope="session")
def dying() -> Iterator[Dying]:
    """`dying.run(settings, step)`: a run that is killed at that step."""
    with begun() as made:
        yield made
