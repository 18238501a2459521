"""A service on real reference data, with persons that not everybody may see."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import dependencies
from api.app import create_app
from graph import settings
from graph.access import Principal
from graph.columns import Builder, TextQuad
from graph.settings import Settings
from graph.stores.generations import Generations

BASE = "https://lienthong.gov.vn/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
OPEN, RESTRICTED = f"{BASE}graph/small/open", f"{BASE}graph/small/restricted"
KNOWN = f"{BASE}id/person/5bdcc146bf60754e6a042426089575c7"


def quads() -> Iterator[TextQuad]:
    """A ministry that everybody sees, and a person that few do."""
    yield TextQuad(
        f"{BASE}id/agency/2025-03-01/moh", RDF_TYPE, f"{BASE}ont/agency#StateAgency", None, None, OPEN
    )
    yield TextQuad(KNOWN, RDF_TYPE, f"{BASE}ont/person#Person", None, None, RESTRICTED)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("checking")
    version = folder / "data" / "datasets" / "small" / "20250101T000000Z-00000000"
    with Builder(version / "columns.duckdb") as builder:
        builder.stage(quads())
        builder.finish()
    Generations(folder / "data").publish({"small": version})
    return settings.load(
        data_dir=folder / "data", workers=1, validate_max_mb=1, validate_small_kb=100, validate_wait=120
    )


@pytest.fixture(scope="session")
def app(small: Settings) -> FastAPI:
    return create_app(small)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """Somebody unknown."""
    with TestClient(app) as session:
        yield session


@pytest.fixture
def may_see(app: FastAPI) -> Iterator[dict[str, frozenset[str]]]:
    """Callers may see the graphs in `may_see["graphs"]`."""
    chosen: dict[str, frozenset[str]] = {"graphs": frozenset()}
    app.dependency_overrides[dependencies.principal] = lambda: Principal("test", chosen["graphs"])
    yield chosen
    del app.dependency_overrides[dependencies.principal]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path
