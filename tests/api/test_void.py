"""`/.well-known/void` counts what the caller may see; the service description links to it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib import RDF, RDFS, Literal, URIRef

from api import knowledge, void
from graph.access import Principal
from graph.columns import Builder, TextQuad
from graph.errors import SourceError
from graph.settings import Settings
from graph.stores import counts
from graph.stores.generations import Generation, Generations

VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
BASE = "https://lienthong.gov.vn/"
WHOLE = URIRef(f"{BASE}.well-known/void#graph")
GRAPHS = [f"{BASE}graph/{name}" for name in ("a/open", "a/shared", "b/open")]
TYPE = str(RDF.type)


def quads() -> Iterator[TextQuad]:
    """Subjects in one, two and all three graphs; a class and a property in several."""
    for number in range(12):
        for place, graph in enumerate(GRAPHS):
            if number % (place + 1) == 0:
                subject = f"http://t/s{number}"
                yield TextQuad(subject, TYPE, f"http://t/Class{place // 2}{number % 2}", None, None, graph)
                yield TextQuad(subject, f"http://t/p{number % 3}", f"http://t/o{place}", None, None, graph)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    folder = tmp_path_factory.mktemp("counted")
    with Builder(folder / "version" / "columns.duckdb", memory_mb=256, threads=1) as builder:
        builder.stage({(one.s, one.p, one.o): one for one in quads()}.values())
        builder.finish()
    return Generations(folder / "data", memory_mb=256, threads=1).publish({"test": folder / "version"})


def stated(graphs: list[str]) -> rdflib.Graph:
    """The merge of graphs, made without any of the code that is tested."""
    kept = {(one.s, one.p, one.o): one for one in quads()}.values()
    merged = rdflib.Graph()
    for one in kept:
        if one.g in graphs:
            merged.add((URIRef(one.s), URIRef(one.p), URIRef(one.o)))
    return merged


@pytest.mark.parametrize("permitted", [GRAPHS, GRAPHS[:1], GRAPHS[1:], [GRAPHS[0], GRAPHS[2]], []])
def test_counts_are_those_of_what_may_be_seen(generation: Generation, permitted: list[str]) -> None:
    known = knowledge.load(Settings())
    caller = Principal("test", frozenset([*permitted, f"{BASE}graph/absent/open"]))
    told = void.describe(known, generation, caller, "http://t/sparql")
    assert {str(name) for name in told.objects(WHOLE, VOID.subset)} == set(permitted)
    for node, graphs in [(WHOLE, permitted), *((URIRef(one), [one]) for one in permitted)]:
        data = stated(graphs)
        assert told.value(node, VOID.triples) == Literal(len(data))
        assert told.value(node, VOID.distinctSubjects) == Literal(len(set(data.subjects())))
        assert told.value(node, VOID.properties) == Literal(len(set(data.predicates())))
        assert told.value(node, VOID.classes) == Literal(len(set(data.objects(None, RDF.type))))
        for part, name, number, pattern in (
            (VOID.propertyPartition, VOID.property, VOID.triples, lambda one: (None, one, None)),
            (VOID.classPartition, VOID["class"], VOID.entities, lambda one: (None, RDF.type, one)),
        ):
            parts = {told.value(one, name): told.value(one, number) for one in told.objects(node, part)}
            expected = {one: Literal(len(list(data.triples(pattern(one))))) for one in parts}
            assert parts == expected
            assert len(parts) == len(list(told.objects(node, part)))
    seen = "".join(map(str, told.all_nodes()))
    assert not any(hidden in seen for hidden in GRAPHS if hidden not in permitted)


@pytest.mark.parametrize(
    ("accept", "parser"), [("text/turtle", "turtle"), ("application/ld+json", "json-ld")]
)
def test_over_http(small_service: httpx.Client, accept: str, parser: str) -> None:
    response = small_service.get("/.well-known/void", headers={"Accept": accept})
    assert response.headers["content-type"].split(";")[0] == accept
    told = rdflib.Graph().parse(data=response.content, format=parser)
    [graph] = told.objects(WHOLE, VOID.subset)
    assert graph == URIRef(f"{BASE}graph/test/open")
    for node in (WHOLE, graph):
        assert told.value(node, VOID.triples) == Literal(400)
        assert told.value(node, VOID.distinctSubjects) == Literal(200)
    assert told.value(WHOLE, VOID.sparqlEndpoint) == URIRef(f"{small_service.base_url}/sparql")
    assert "secret" not in response.text
    tag = {"If-None-Match": response.headers["etag"], "Accept": accept}
    again = small_service.get("/.well-known/void", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert small_service.head("/.well-known/void").headers["etag"]
    assert small_service.get("/.well-known/void", headers={"Accept": "text/csv"}).status_code == 406


def test_the_service_description_links_there(small_service: httpx.Client) -> None:
    response = small_service.get("/sparql")
    assert response.headers["link"] == '</.well-known/void>; rel="describedby"'
    told = rdflib.Graph().parse(data=response.content, format="turtle")
    [service] = told.subjects(RDF.type, SD.Service)
    assert told.value(service, RDFS.seeAlso) == URIRef(f"{BASE}.well-known/void")
    assert told.value(told.value(service, SD.defaultDataset), SD.defaultGraph) == WHOLE
    [available] = told.objects(service, SD.availableGraphs)
    names = {told.value(one, SD.name) for one in told.objects(available, SD.namedGraph)}
    assert names == {URIRef(f"{BASE}graph/test/open")}


def test_a_generation_of_an_earlier_release(tmp_path: Path, generation: Generation) -> None:
    with pytest.raises(SourceError, match="lienthong ingest"):
        counts.load(tmp_path / "g000001" / "counts.json", generation.manifest.created)
