"""A service in which some of what surrounds an open commune is for sharing only."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from rdflib import RDF, RDFS

from api import dependencies
from api.app import create_app
from graph import settings
from graph.access import Principal
from graph.columns import Builder, TextQuad
from graph.settings import Settings
from graph.stores.generations import Generations

BASE = "https://lienthong.gov.vn/"
UNITS = f"{BASE}graph/nso-administrative-units/open"
DOSSIERS = f"{BASE}graph/gov-dossiers/shared"
TYPE, LANG_STRING, LABEL = str(RDF.type), str(RDF.langString), str(RDFS.label)
POINT, WKT = f"{BASE}ont/place#centroid", "http://www.opengis.net/ont/geosparql#wktLiteral"
WITHIN = f"{BASE}ont/place#within"
COMMUNES = 7


def unit(code: str) -> str:
    return f"{BASE}id/unit/2025-01-01/{code}"


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("pages")
    for name, quads in (("nso-administrative-units", _open()), ("gov-dossiers", _shared())):
        with Builder(folder / name / "columns.duckdb") as builder:
            builder.stage(list(quads))
            builder.finish()
    versions = {name: folder / name for name in ("nso-administrative-units", "gov-dossiers")}
    Generations(folder / "data").publish(versions)
    return settings.load(data_dir=folder / "data", workers=1)


@pytest.fixture(scope="session")
def service(guarded: Settings) -> FastAPI:
    return create_app(guarded)


@pytest.fixture(scope="session")
def opened(service: FastAPI) -> Iterator[TestClient]:
    """Somebody unknown, who may read what is open."""
    with TestClient(service) as session:
        yield session


@pytest.fixture
def insider(service: FastAPI, opened: TestClient) -> Iterator[TestClient]:
    """Somebody who may read everything."""
    everything = Principal("insider", frozenset({UNITS, DOSSIERS}))
    service.dependency_overrides[dependencies.principal] = lambda: everything
    yield opened
    del service.dependency_overrides[dependencies.principal]


def _open() -> Iterator[TextQuad]:
    """Communes of a district; one is succeeded by what is not open."""
    for number in range(COMMUNES):
        yield from _unit(unit(f"0000{number}"), f"Phường số {number}", "Commune", unit("001"), UNITS)
    yield TextQuad(unit("00001"), POINT, "POINT(105.838 21.0386)", WKT, None, UNITS)
    yield TextQuad(unit("00003"), f"{BASE}ont/core#succeededBy", unit("00099"), None, None, UNITS)
    yield from _unit(unit("001"), "Quận mở", "District", None, UNITS)


def _shared() -> Iterator[TextQuad]:
    """Where the district is, another commune, and another name of an open one."""
    yield TextQuad(unit("001"), WITHIN, unit("01"), None, None, DOSSIERS)
    yield from _unit(unit("01"), "Tỉnh kín", "Province", None, DOSSIERS)
    yield from _unit(unit("00099"), "Phường kín", "Commune", unit("001"), DOSSIERS)
    yield TextQuad(unit("00099"), POINT, "POINT(109.19 12.24)", WKT, None, DOSSIERS)
    yield TextQuad(unit("00002"), f"{BASE}ont/core#shortName", "Tên kín", LANG_STRING, "vi", DOSSIERS)


def _unit(iri: str, name: str, kind: str, within: str | None, graph: str) -> Iterator[TextQuad]:
    yield TextQuad(iri, TYPE, f"{BASE}ont/place#{kind}", None, None, graph)
    yield TextQuad(iri, LABEL, name, LANG_STRING, "vi", graph)
    if within:
        yield TextQuad(iri, WITHIN, within, None, None, graph)
