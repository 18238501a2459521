"""Protocol, service description and graph store protocol of the W3C's SPARQL 1.1 suite, over HTTP."""

import itertools
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
import rdflib
from rdflib import RDF, RDFS, URIRef

from tests.sparql11 import service, suite
from tests.sparql11.exchanges import Exchange, exchanges
from tests.sparql11.results import meaning

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
SERVED = "https://lienthong.gov.vn/graph/"
LOCATION = "http://www.example/gsp/made"
DEFAULT = "http://www.example/default"
LEFT_OUT = {"post_get_new_graph": "requires mf:POSTGraphCreation: graphs are named by data set and class"}
KINDS = {
    "boolean": "application/sparql-results+json",
    "tabular": "application/sparql-results+json",
    "RDF": "text/turtle",
}

there = suite.FOLDER.is_dir()
needs_suite = pytest.mark.skipif(
    not there, reason=f"no test suites at {suite.FOLDER.parent}: set LIENTHONG_SUITES"
)
EVERY = list(exchanges("ProtocolTest")) if there else []
PROTOCOL = [one for one in EVERY if "update" not in one[0]]
UPDATES = [one for one in EVERY if "update" in one[0]]
GRAPH_STORE = [one for one in exchanges("GraphStoreProtocolTest") if one[0] not in LEFT_OUT] if there else []


def send(client: httpx.Client, asked: Exchange, path: str) -> httpx.Response:
    response = client.request(asked.method, path, headers=list(asked.headers), content=asked.body or None)
    assert asked.allows(response.status_code), response.text
    if asked.content_type:
        assert response.headers["content-type"] == asked.content_type
    return response


@needs_suite
@pytest.mark.parametrize(("name", "asked"), PROTOCOL, ids=[name for name, _ in PROTOCOL])
def test_protocol(
    suite_service: httpx.Client, name: str, asked: tuple[Exchange, ...], count_for: Callable[[str], None]
) -> None:
    for one in asked:
        response = send(suite_service, one, one.path.replace("/sparql/", "/sparql", 1))
        if one.format:
            assert response.headers["content-type"].split(";")[0] == KINDS[one.format]
        if one.boolean is not None:
            assert response.json()["boolean"] is one.boolean
    count_for("sparql11/protocol (query operation)")


@pytest.fixture(scope="module")
def described(suite_service: httpx.Client) -> rdflib.Graph:
    response = suite_service.get("/sparql")
    assert response.headers["content-type"].split(";")[0] == "text/turtle"
    return rdflib.Graph().parse(data=response.content, format="turtle")


@needs_suite
@pytest.mark.parametrize("name", ["returns-rdf", "has-endpoint-triple", "conforms-to-schema"])
def test_service_description(
    suite_service: httpx.Client, described: rdflib.Graph, name: str, count_for: Callable[[str], None]
) -> None:
    [node] = described.subjects(RDF.type, SD.Service)
    if name == "has-endpoint-triple":
        assert (node, SD.endpoint, URIRef(f"{suite_service.base_url}/sparql")) in described
    elif name == "conforms-to-schema":
        assert not list(unlike_schema(described))
    count_for("sparql11/service description")


def unlike_schema(described: rdflib.Graph) -> Iterator[str]:
    """What the Recommendation's vocabulary (§3.2 – §3.4) does not allow: terms, classes at either end."""
    ends = {
        SD.endpoint: (SD.Service, None),
        SD.feature: (SD.Service, SD.Feature),
        SD.defaultEntailmentRegime: (SD.Service, SD.EntailmentRegime),
        SD.supportedLanguage: (SD.Service, SD.Language),
        SD.resultFormat: (SD.Service, None),
        SD.defaultDataset: (SD.Service, SD.Dataset),
        SD.availableGraphs: (SD.Service, SD.GraphCollection),
        SD.defaultGraph: (SD.Dataset, SD.Graph),
        SD.namedGraph: (SD.GraphCollection, SD.NamedGraph),
        SD.name: (SD.NamedGraph, None),
        SD.graph: (SD.NamedGraph, SD.Graph),
    }
    known = {SD.SPARQL11Query: SD.Language, SD.SPARQL11Update: SD.Language}
    known[SD.UnionDefaultGraph] = SD.Feature
    known[URIRef("http://www.w3.org/ns/entailment/Simple")] = SD.EntailmentRegime
    kinds = {SD.Dataset: SD.GraphCollection}
    for s, p, o in described:
        if not str(p).startswith(str(SD)):
            continue
        if p not in ends:
            yield f"{p} is no property of the vocabulary"
            continue
        for node, wanted in zip((s, o), ends[p], strict=True):
            classes = {*described.objects(node, RDF.type), known.get(node)}
            classes |= {kinds.get(one) for one in classes}
            if wanted is not None and wanted not in classes:
                yield f"{node} of {p} is no {wanted}"
    for node in described.subjects(RDF.type, SD.Service):
        if len(set(described.objects(node, SD.endpoint))) != 1:
            yield f"{node} has not one endpoint"


def graph_of(path: str) -> str:
    """The graph that a path of the suite names; its own IRIs are ours below `/graph/`."""
    if path.startswith("/gsp/"):
        return SERVED + path.removeprefix("/gsp/").removesuffix(".ttl")
    named = httpx.URL(path).params
    return DEFAULT if "default" in named else named.get("graph", LOCATION)


def served(path: str) -> str:
    return re.sub(r"^/gsp\?", "/rdf-graph-store?", re.sub(r"^/gsp/", "/graph/", path))


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    every = itertools.chain.from_iterable(asked for _, asked in (*GRAPH_STORE, *UPDATES))
    graphs = {graph_of(one.path) for one in every if one.path.startswith("/gsp")} | {DEFAULT}
    for _, asked in UPDATES:
        for one in asked:
            graphs |= set(re.findall(r"GRAPH\s*<([^>]+)>", one.body.decode(errors="replace")))
            graphs |= {value for _, value in httpx.URL(one.path).params.multi_items()}
    with service.serve(tmp_path_factory.mktemp("graph-store") / "data", graphs, DEFAULT) as client:
        write(client, "INSERT DATA { <urn:elsewhere> <urn:elsewhere> <urn:elsewhere> }")
        yield client


def write(client: httpx.Client, update: str) -> None:
    response = client.post("/sparql", data={"update": update})
    assert response.is_success, response.text


@needs_suite
@pytest.mark.parametrize(("name", "asked"), UPDATES, ids=[name for name, _ in UPDATES])
def test_protocol_of_updates(
    writable: httpx.Client, name: str, asked: tuple[Exchange, ...], count_for: Callable[[str], None]
) -> None:
    for one in asked:
        response = send(writable, one, one.path.replace("/sparql/", "/sparql", 1))
        if one.boolean is not None:
            assert response.json()["boolean"] is one.boolean
    count_for("sparql11/protocol (update operation)")


@needs_suite
@pytest.mark.parametrize(("name", "asked"), GRAPH_STORE, ids=[name for name, _ in GRAPH_STORE])
def test_graph_store(
    writable: httpx.Client,
    name: str,
    asked: tuple[Exchange, ...],
    count_for: Callable[[str], None],
) -> None:
    write(writable, "DROP ALL")
    for one in asked:
        response = send(writable, one, served(one.path))
        if one.content is not None:
            assert stated(response.content) == stated(one.content.encode())
    count_for("sparql11/graph store protocol")


def stated(document: bytes) -> object:
    return meaning(document, "text/turtle", base=LOCATION, ordered=False)


def test_services_of_other_words_are_told() -> None:
    """The check of the schema can fail."""
    wrong = rdflib.Graph()
    wrong.add((rdflib.BNode(), SD.resultForm, rdflib.BNode()))
    wrong.add((SD.x, SD.namedGraph, SD.y))
    wrong.add((SD.x, RDFS.label, rdflib.Literal("x")))
    assert len(list(unlike_schema(wrong))) == 3
