"""The facade's JSON, read as JSON-LD, is the triples of the graph."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from fastapi.testclient import TestClient
from rdflib import RDFS, SKOS, Graph, URIRef

from api import knowledge
from api.app import create_app
from graph.columns import Builder, TextQuad
from graph.settings import Settings
from graph.stores.generations import Generations
from tests.facade.conftest import permitting
from tests.facade.leaks.world import DATASETS, GRAPHS, World

BASE = "https://lienthong.gov.vn/"
RESOURCES = {
    "units": ["2025-07-01/00004", "2025-01-01/00004", "2025-07-01/01"],
    "agencies": ["2021-07-23/mpi", "2025-07-01/ubnd-01"],
}
ADDRESSES = [(collection, key) for collection, every in RESOURCES.items() for key in every]


def constructed(client: TestClient, iri: str, settings: Settings, collection: str) -> Graph:
    """What the graph holds on the paths of the shape, asked with CONSTRUCT."""
    resource = knowledge.load(settings).types.collections[collection]
    paths = " ".join(
        ["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", *(f"<{p.path}>" for p in resource.properties)]
    )
    query = f"CONSTRUCT {{ <{iri}> ?p ?o }} WHERE {{ VALUES ?p {{ {paths} }} <{iri}> ?p ?o }}"
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "application/n-triples"})
    return rdflib.Graph().parse(data=answer.text, format="nt")


def expanded(document: str) -> Graph:
    return rdflib.Graph().parse(data=document, format="json-ld")


@pytest.mark.parametrize(("collection", "key"), ADDRESSES)
def test_a_resource_is_its_triples_and_the_names_of_what_it_links_to(
    client: TestClient, small: Settings, collection: str, key: str
) -> None:
    answer = client.get(f"/api/v1/{collection}/{key}", headers={"Accept": "application/ld+json"})
    assert answer.headers["content-type"] == "application/ld+json"
    graph = expanded(answer.text)
    subject = URIRef(answer.json()["id"])
    own = set(graph.triples((subject, None, None)))
    assert own == set(constructed(client, str(subject), small, collection))
    assert {path for _, path, _ in set(graph) - own} <= {RDFS.label, SKOS.prefLabel, SKOS.notation}


def test_embedded_resources_are_their_triples_too(client: TestClient, small: Settings) -> None:
    answer = client.get(
        "/api/v1/agencies/2025-07-01/ubnd-01?include=jurisdiction", headers={"Accept": "application/ld+json"}
    )
    unit = URIRef(f"{BASE}id/unit/2025-07-01/01")
    assert set(expanded(answer.text).triples((unit, None, None))) == set(
        constructed(client, str(unit), small, "units")
    )


def test_a_page_is_the_triples_of_its_resources(client: TestClient, small: Settings) -> None:
    answer = client.get("/api/v1/units?asOf=2025-06-30", headers={"Accept": "application/ld+json"})
    graph = expanded(answer.text)
    for item in answer.json()["items"]:
        # Linked units of the same page have their label twice over: once as a link, once as themselves.
        assert set(graph.triples((URIRef(item["id"]), None, None))) == set(
            constructed(client, item["id"], small, "units")
        )


def test_the_json_means_the_same_with_the_context_it_links_to(client: TestClient) -> None:
    plain = client.get("/api/v1/units/2025-01-01/00004")
    link = plain.headers["link"]
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in link
    context: dict[str, Any] = client.get(link.split(">")[0].lstrip("<")).json()
    linked = client.get("/api/v1/units/2025-01-01/00004", headers={"Accept": "application/ld+json"})
    assert linked.json() == {**context, **plain.json()}


def test_literals_keep_their_form_and_their_datatype(
    client: TestClient, may_see: dict[str, frozenset[str]]
) -> None:
    """A decimal without a point, and a field that has one of several datatypes."""
    may_see["graphs"] = frozenset([f"{BASE}graph/small/restricted"])
    subject = URIRef(f"{BASE}id/observation/made-up")
    period = rdflib.Literal("2025-04", datatype=rdflib.XSD.gYearMonth, normalize=False)
    value = rdflib.Literal("23043000", datatype=rdflib.XSD.decimal, normalize=False)
    for address in ("/api/v1/observations/made-up", "/id/observation/made-up"):
        for extension, form in (("jsonld", "json-ld"), ("ttl", "turtle")):
            text = client.get(f"{address}?format={extension}").text
            graph = rdflib.Graph().parse(data=text, format=form)
            assert (subject, URIRef(f"{BASE}ont/indicator#period"), period) in graph
            assert (subject, URIRef(f"{BASE}ont/indicator#value"), value) in graph
    assert client.get("/api/v1/observations/made-up").json()["period"] == "2025-04"


KNOWN = knowledge.load(Settings())
WORLD = World(11, KNOWN, KNOWN.types.collections)
QUADS = WORLD.quads()


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with resources of all collections, asked by somebody who may see all of it."""
    folder: Path = tmp_path_factory.mktemp("everything")
    for name in DATASETS:
        with Builder(folder / name / "columns.duckdb", memory_mb=256, threads=1) as builder:
            builder.stage(quad for quad in QUADS if f"/graph/{name}/" in quad.g)
            builder.finish()
    Generations(folder / "data").publish({name: folder / name for name in DATASETS})
    app = create_app(Settings(data_dir=folder / "data", workers=1))
    with permitting(app, lambda: frozenset(GRAPHS)), TestClient(app) as session:
        yield session


@pytest.mark.parametrize("collection", KNOWN.types.collections)
def test_resources_of_every_collection_are_their_triples(everything: TestClient, collection: str) -> None:
    """What stands in the data on the paths of the shape, with values of every kind that a field may have."""
    resource = KNOWN.types.collections[collection]
    answer = everything.get(f"/api/v1/{collection}?limit=200&format=jsonld")
    graph = expanded(answer.text)
    assert answer.json()["items"], answer.text
    forward = {str(rdflib.RDF.type), *(one.path for one in resource.properties if not one.inverse)}
    for item in answer.json()["items"]:
        stated = {_triple(quad) for quad in QUADS if quad.s == item["id"] and quad.p in forward}
        found = {one for one in graph.triples((URIRef(item["id"]), None, None)) if str(one[1]) in forward}
        assert found == stated
    alone = expanded(everything.get(f"{item['href']}?format=jsonld").text)
    assert {
        one for one in alone.triples((URIRef(item["id"]), None, None)) if str(one[1]) in forward
    } == stated


def _triple(quad: TextQuad) -> tuple[URIRef, URIRef, rdflib.term.Node]:
    if quad.datatype is None:
        return URIRef(quad.s), URIRef(quad.p), URIRef(quad.o)
    # A literal without a datatype is an xsd:string (RDF 1.1 §3.3); rdflib keeps the two apart.
    datatype = None if quad.datatype == str(rdflib.XSD.string) else URIRef(quad.datatype)
    given: dict[str, Any] = {"lang": quad.language} if quad.language else {"datatype": datatype}
    return URIRef(quad.s), URIRef(quad.p), rdflib.Literal(quad.o, normalize=False, **given)
