"""Clients that people use speak with the service as they are: curl, SPARQLWrapper, rdflib's SPARQLStore."""

import csv
import io
import json
import subprocess

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

ROWS = "SELECT ?s ?o { ?s <http://t/number> ?o } ORDER BY ?o LIMIT 3"
SUBJECTS = ["http://t/s0", "http://t/s1", "http://t/s2"]
ONE = "CONSTRUCT { <http://t/s7> ?p ?o } WHERE { <http://t/s7> ?p ?o }"
OPEN = "https://lienthong.gov.vn/graph/test/open"
LABEL = rdflib.Literal("Phường 7 <&>", lang="vi")


@pytest.fixture
def endpoint(small_service: httpx.Client) -> str:
    return f"{small_service.base_url}/sparql"


@pytest.fixture
def wrapper(endpoint: str) -> Wrapper:
    return Wrapper(endpoint)


def curl(*words: str) -> str:
    return subprocess.run(["curl", "-sS", *words], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("method", "how"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_wrapper_by_every_operation(wrapper: Wrapper, method: str, how: str) -> None:
    wrapper.setMethod(method)
    wrapper.setRequestMethod(how)
    wrapper.setReturnFormat(JSON)
    wrapper.addParameter("default-graph-uri", OPEN)
    wrapper.setQuery(ROWS)
    bindings = wrapper.queryAndConvert()["results"]["bindings"]
    assert [row["s"]["value"] for row in bindings] == SUBJECTS


@pytest.mark.parametrize("chosen", [JSON, XML, CSV, TSV])
def test_wrapper_reads_every_format_of_solutions(wrapper: Wrapper, chosen: str) -> None:
    wrapper.setReturnFormat(chosen)
    wrapper.setQuery(ROWS)
    found = wrapper.queryAndConvert()
    text = {JSON: json.dumps, XML: lambda document: document.toxml()}.get(chosen, bytes.decode)(found)
    assert all(subject in text for subject in SUBJECTS)


@pytest.mark.parametrize(("chosen", "parser"), [(TURTLE, "turtle"), (RDFXML, None)])
def test_wrapper_reads_graphs(wrapper: Wrapper, chosen: str, parser: str | None) -> None:
    wrapper.setReturnFormat(chosen)
    wrapper.setQuery(ONE)
    found = wrapper.queryAndConvert()
    graph = rdflib.Graph().parse(data=found, format=parser) if parser else found
    assert graph.value(rdflib.URIRef("http://t/s7"), rdflib.RDFS.label) == LABEL


def test_wrapper_shows_what_is_wrong(wrapper: Wrapper) -> None:
    wrapper.setQuery("SELECT * { ?s t:p ?o }")
    with pytest.raises(QueryBadFormed, match="t:"):
        wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_sees_a_graph(endpoint: str, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    subject = rdflib.URIRef("http://t/s7")
    assert len(graph) == 400
    assert graph.value(subject, rdflib.RDFS.label) == LABEL
    assert (subject, rdflib.URIRef("http://t/number"), rdflib.Literal(7)) in graph
    assert (subject, rdflib.URIRef("http://t/number"), rdflib.Literal(8)) not in graph
    assert [str(row.s) for row in graph.query(ROWS)] == SUBJECTS
    assert graph.query("ASK { ?s <http://t/number> 7 }").askAnswer
    assert len(graph.query(ONE).graph) == 2


def test_rdflib_sees_named_graphs(endpoint: str) -> None:
    dataset = rdflib.Graph(SPARQLStore(endpoint), identifier=rdflib.URIRef(OPEN))
    found = dataset.query("SELECT ?g { GRAPH ?g { ?s <http://t/number> 7 } }")
    assert [str(row.g) for row in found] == []  # the named graph is the default graph, and there is no other
    assert [str(row.s) for row in dataset.query(ROWS)] == SUBJECTS


def test_curl_by_every_operation(endpoint: str) -> None:
    accept = ("-H", "Accept: text/csv")
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary")
    for words in (
        ("-G", endpoint, *accept, "--data-urlencode", f"query={ROWS}"),
        (endpoint, *accept, "--data-urlencode", f"query={ROWS}"),
        (endpoint, *accept, *direct, ROWS),
    ):
        header, *rows = csv.reader(io.StringIO(curl(*words)))
        assert header == ["s", "o"]
        assert [row[0] for row in rows] == SUBJECTS


def test_curl_compressed(endpoint: str) -> None:
    words = ("-G", endpoint, "-H", "Accept: text/csv", "--data-urlencode", "query=SELECT * { ?s ?p ?o }")
    plain, packed = curl(*words), curl(*words, "--compressed")
    assert sorted(plain.splitlines()) == sorted(packed.splitlines())
    told = ("-o", "/dev/null", "-w", "%{size_download}")
    assert int(curl(*words, *told, "--compressed")) < int(curl(*words, *told)) / 3


def test_curl_reads_a_whole_graph(small_service: httpx.Client) -> None:
    address = f"{small_service.base_url}/rdf-graph-store"
    lines = curl("-G", address, "--data-urlencode", f"graph={OPEN}", "-H", "Accept: application/n-triples")
    assert len(lines.splitlines()) == 400
    assert curl("-I", f"{address}?default").startswith("HTTP/1.1 200")
