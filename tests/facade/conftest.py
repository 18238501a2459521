"""A service on `small.ttl`, sixty made-up communes, and a little that not everybody may see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from rdflib import RDF, RDFS, XSD, Literal, URIRef
from rdflib.term import Node

from api.app import create_app
from api.principals.permitted import Permitted
from graph import settings, turtle
from graph.access import Principal
from graph.columns import Builder, TextQuad
from graph.settings import Settings
from graph.stores.generations import Generations

BASE = "https://lienthong.gov.vn/"
OPEN = f"{BASE}graph/small/open"
SHARED = f"{BASE}graph/small/shared"
RESTRICTED = f"{BASE}graph/small/restricted"
MADE_UP = 60


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose current generation holds the small data."""
    folder = tmp_path_factory.mktemp("facade")
    with Builder(folder / "version" / "columns.duckdb") as builder:
        builder.stage(
            [*_written("small", OPEN), *_written("restricted", RESTRICTED), *_made_up(), *_shared()]
        )
        builder.finish()
    Generations(folder / "data").publish({"small": folder / "version"})
    return settings.load(data_dir=folder / "data", workers=1)


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
    """Callers may see the graphs in `may_see["graphs"]`, whatever the classes of access say."""
    chosen: dict[str, frozenset[str]] = {"graphs": frozenset()}
    with permitting(app, lambda: chosen["graphs"]):
        yield chosen


@contextmanager
def permitting(app: FastAPI, graphs: Callable[[], frozenset[str]]) -> Iterator[None]:
    """Whoever asks may read these graphs."""

    class Chosen(Permitted):
        def of(self, *_: object) -> Principal:
            return Principal("test", graphs())

    before = app.state.permitted
    app.state.permitted = Chosen()
    yield
    app.state.permitted = before


def quad(subject: Node, path: Node, value: Node, graph: str) -> TextQuad:
    if not isinstance(value, Literal):
        return TextQuad(str(subject), str(path), str(value), None, None, graph)
    if value.language:
        return TextQuad(str(subject), str(path), str(value), str(RDF.langString), value.language, graph)
    return TextQuad(str(subject), str(path), str(value), str(value.datatype or str(XSD.string)), None, graph)


def _written(name: str, graph: str) -> Iterator[TextQuad]:
    for subject, path, value in turtle.read(Path(__file__).parent / f"{name}.ttl", base=BASE):
        yield quad(subject, path, value, graph)


def _made_up() -> Iterator[TextQuad]:
    """Communes 20000, 20001, … of the new register."""
    for number in range(MADE_UP):
        unit = URIRef(f"{BASE}id/unit/2025-07-01/{20000 + number}")
        for path, value in (
            (RDF.type, URIRef(f"{BASE}ont/place#AdministrativeUnit")),
            (RDF.type, URIRef(f"{BASE}ont/place#Commune")),
            (RDFS.label, Literal(f"Xã số {number}", lang="vi")),
            (URIRef(f"{BASE}ont/core#code"), Literal(str(20000 + number))),
            (URIRef(f"{BASE}ont/place#level"), URIRef(f"{BASE}code/unit-level/commune")),
            (URIRef(f"{BASE}ont/place#unitType"), URIRef(f"{BASE}code/unit-type/commune")),
            (URIRef(f"{BASE}ont/place#within"), URIRef(f"{BASE}id/unit/2025-07-01/01")),
            (URIRef(f"{BASE}ont/core#register"), URIRef(f"{BASE}id/register/unit-2025-07-01")),
            (URIRef(f"{BASE}ont/core#validFrom"), Literal("2025-07-01", datatype=XSD.date)),
        ):
            yield quad(unit, path, value, OPEN)


def _shared() -> Iterator[TextQuad]:
    """One more agency, and one more name of an open unit."""
    agency = URIRef(f"{BASE}id/agency/2025-03-01/hidden")
    yield quad(agency, RDF.type, URIRef(f"{BASE}ont/agency#StateAgency"), SHARED)
    yield quad(agency, RDFS.label, Literal("Cơ quan chỉ để chia sẻ", lang="vi"), SHARED)
    unit = URIRef(f"{BASE}id/unit/2025-07-01/00008")
    yield quad(unit, URIRef(f"{BASE}ont/core#shortName"), Literal("Tên chia sẻ", lang="vi"), SHARED)
