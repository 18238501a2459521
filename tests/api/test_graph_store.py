"""Whole graphs over HTTP (SPARQL 1.1 Graph Store Protocol): who may read what, in which format."""

import json

import httpx
import pytest
import rdflib

GRAPH = "https://lienthong.gov.vn/graph/test/"
STORE = "/rdf-graph-store"
FORMATS = [
    ("text/turtle", "ttl", "turtle"),
    ("application/n-triples", "nt", "nt"),
    ("application/ld+json", "jsonld", "json-ld"),
    ("application/rdf+xml", "rdf", "xml"),
]


def read(response: httpx.Response, parser: str = "turtle") -> rdflib.Graph:
    assert response.status_code == 200, response.text
    return rdflib.Graph().parse(data=response.content, format=parser)


@pytest.mark.parametrize(("media_type", "extension", "parser"), FORMATS)
def test_a_graph_in_every_format(
    small_service: httpx.Client, media_type: str, extension: str, parser: str
) -> None:
    named = {"graph": f"{GRAPH}open"}
    asked = f"text/html;q=0.1, {media_type}, text/turtle;q=0.5, application/n-triples;q=0.4"
    for response in (
        small_service.get(STORE, params=named, headers={"Accept": asked}),
        small_service.get(STORE, params={**named, "format": extension}),
        small_service.get(f"/graph/test/open.{extension}"),
        small_service.get("/graph/test/open", headers={"Accept": media_type}),
    ):
        assert response.headers["content-type"].split(";")[0] == media_type
        graph = read(response, parser)
        assert len(graph) == 400
        subject = rdflib.URIRef("http://t/s7")
        assert graph.value(subject, rdflib.RDFS.label) == rdflib.Literal("Phường 7 <&>", lang="vi")


def test_the_default_graph_is_what_the_caller_may_read(small_service: httpx.Client) -> None:
    graph = read(small_service.get(f"{STORE}?default"))
    assert len(graph) == 400
    assert not list(graph.triples((None, rdflib.URIRef("http://t/secret"), None)))


def test_graphs_that_may_not_be_read_are_not_there(small_service: httpx.Client) -> None:
    said = set()
    for name in ("shared", "restricted", "never"):
        iri = f"{GRAPH}{name}"
        for response in (
            small_service.get(STORE, params={"graph": iri}),
            small_service.get(f"/graph/test/{name}"),
            small_service.get(f"/graph/test/{name}.nt"),
        ):
            assert response.status_code == 404
            told = {key: value for key, value in response.json().items() if key != "requestId"}
            kept = {key: value for key, value in response.headers.items() if key in ("etag", "vary", "link")}
            said.add(json.dumps([told, kept]).replace(iri, "G"))
        assert small_service.head(STORE, params={"graph": iri}).status_code == 404
    assert len(said) == 1


@pytest.mark.parametrize("query", ["", "?graph=", "?graph=open", "?default&graph=http://t/g"])
def test_exactly_one_graph_is_named(small_service: httpx.Client, query: str) -> None:
    response = small_service.get(f"{STORE}{query}")
    assert response.status_code == 400
    assert response.json()["hint"]


def test_formats_that_are_not_written(small_service: httpx.Client) -> None:
    response = small_service.get(f"{STORE}?default", headers={"Accept": "text/csv"})
    assert response.status_code == 406
    assert "text/turtle" in response.json()["hint"]


def test_head_tells_what_get_would(small_service: httpx.Client) -> None:
    for address in (f"{STORE}?graph={GRAPH}open", f"{STORE}?default", "/graph/test/open.nt"):
        got, head = small_service.get(address), small_service.head(address)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length", "etag", "lienthong-generation", "link"):
            assert head.headers[name] == got.headers[name]


def test_what_the_caller_has_is_not_sent_again(small_service: httpx.Client) -> None:
    address = f"{STORE}?graph={GRAPH}open"
    tag = small_service.get(address).headers["etag"]
    again = small_service.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = small_service.get(address, headers={"If-None-Match": tag, "Accept": "application/n-triples"})
    assert other.status_code == 200
    hidden = small_service.get(f"{STORE}?graph={GRAPH}shared", headers={"If-None-Match": "*"})
    assert hidden.status_code == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nobody_in_particular_writes(small_service: httpx.Client, method: str) -> None:
    for address in (f"{STORE}?graph={GRAPH}open", "/graph/test/open"):
        refused = small_service.request(method, address, content=b"")
        assert refused.status_code == (405 if method == "PATCH" else 401)
        if method == "PATCH":
            assert refused.headers["allow"] == "DELETE, GET, HEAD, POST, PUT"


def test_a_browser_gets_the_page_of_the_data_set(small_service: httpx.Client) -> None:
    response = small_service.get("/graph/test/open", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (response.status_code, response.headers["location"]) == (303, "/dataset/test")


def test_before_the_first_generation(empty_service: httpx.Client) -> None:
    assert empty_service.get(f"{STORE}?default").status_code == 503
