"""A service with data sets that are kept by updates and one that is made from files, and who may write."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from graph import settings
from graph.access import parse_grant
from graph.registry import Keys, Registry
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import pipeline, scaffold

BASE = "https://lienthong.gov.vn/"
NOTES, LOGS, MAPPED, SECRETS = "test-notes", "test-logs", "test-items", "test-secrets"
Headers = dict[str, str]
NewKey = Callable[..., Headers]


def graph(dataset: str, access: str = "open") -> str:
    return f"{BASE}graph/{dataset}/{access}"


def kept_by_update(name: str, place: Settings, access: str = "open") -> Path:
    """The folder of a data set of this class of access."""
    folder = scaffold.create_kept_by_update(name, place)
    description = folder / "dataset.ttl"
    text = description.read_text(encoding="utf-8")
    assert "access-class/open" in text
    description.write_text(text.replace("access-class/open", f"access-class/{access}"), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("updates")
    (folder / "datasets").mkdir()
    # Of all shapes those that a test breaks: reading and asking the rest would be most of its time.
    (folder / "shapes").mkdir()
    for name in ("core", "reporting"):
        shutil.copy(Settings().shapes_dir / f"{name}.ttl", folder / "shapes")
    made = settings.load(
        shapes_dir=folder / "shapes",
        data_dir=folder / "data",
        datasets_dir=folder / "datasets",
        columns_threads=1,
        columns_memory_mb=256,
        workers=1,
    )
    scaffold.create(MAPPED, made)
    for name, access in ((NOTES, "open"), (LOGS, "open"), (SECRETS, "restricted")):
        kept_by_update(name, made, access)
    assert not pipeline.run(made).failed
    return made


@pytest.fixture(scope="session")
def new_key(place: Settings) -> Iterator[NewKey]:
    """`new_key("data-set:class:write", …)`: the header of a new key with these grants."""
    registry = Registry(place.data_dir)
    keys = Keys(registry)

    def new(*grants: str) -> Headers:
        _, shown = keys.create("thử", "Bộ thử", [*map(parse_grant, grants)], timedelta(days=1))
        return {"Authorization": f"Bearer {shown.text}"}

    yield new
    registry.close()


@pytest.fixture(scope="session")
def client(place: Settings) -> Iterator[TestClient]:
    """Nobody in particular; `headers=` makes somebody of it."""
    with TestClient(create_app(place), follow_redirects=False) as session:
        yield session


@pytest.fixture(scope="session")
def writer(new_key: NewKey) -> Headers:
    return new_key(f"{NOTES}:shared:write", f"{LOGS}:open:write", f"{MAPPED}:open:write")


@pytest.fixture
def generation(place: Settings) -> Callable[[], str]:
    return lambda: Generations(place.data_dir).require_current().id
