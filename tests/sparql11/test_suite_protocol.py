"""Protocol, service description and graph store protocol of the W3C's SPARQL 1.1 suite, over HTTP.

The service only reads. Operations of Update are left out. What a test of the graph store protocol writes is
published by this test instead, and what it reads is read over HTTP.
"""

import email
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
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
ELSEWHERE = {"urn:elsewhere": [ox.Triple(*[ox.NamedNode("urn:elsewhere")] * 3)]}
"""A generation holds something; this may not be read."""
KINDS = {
    "boolean": "application/sparql-results+json",
    "tabular": "application/sparql-results+json",
    "RDF": "text/turtle",
}

there = suite.FOLDER.is_dir()
needs_suite = pytest.mark.skipif(
    not there, reason=f"no test suites at {suite.FOLDER.parent}: set LIENTHONG_SUITES"
)
PROTOCOL = [one for one in exchanges("ProtocolTest") if "update" not in one[0]] if there else []
GRAPH_STORE = list(exchanges("GraphStoreProtocolTest")) if there else []


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
    known = {SD.SPARQL11Query: SD.Language, SD.UnionDefaultGraph: SD.Feature}
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


class Model:
    """The graph store as the suite expects it to be; what was changed is published before it is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.graphs: dict[str, list[ox.Triple]] = {}
        self.published: dict[str, list[ox.Triple]] | None = None

    def write(self, asked: Exchange, name: str) -> None:
        if asked.method == "DELETE":
            self.graphs.pop(name, None)
        else:
            before = self.graphs.get(name, []) if asked.method == "POST" else []
            self.graphs[name] = list(dict.fromkeys([*before, *triples(asked)]))

    def publish(self) -> None:
        if self.graphs != self.published:
            service.publish(self.folder, {**self.graphs, **ELSEWHERE})
            self.published = dict(self.graphs)


def triples(asked: Exchange) -> Iterator[ox.Triple]:
    head = "".join(f"{name}: {value}\r\n" for name, value in asked.headers)
    message = email.message_from_string(f"{head}\r\n{asked.body.decode()}")
    parts = message.get_payload() if message.is_multipart() else [message]
    for part in parts:
        text = part.get_payload()
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=LOCATION, rename_blank_nodes=True):
            yield quad.triple


def graph_of(path: str) -> str:
    """The graph that a path of the suite names; its own IRIs are ours below `/graph/`."""
    if path.startswith("/gsp/"):
        return SERVED + path.removeprefix("/gsp/").removesuffix(".ttl")
    named = httpx.URL(path).params
    return DEFAULT if "default" in named else named.get("graph", LOCATION)


def served(path: str) -> str:
    return re.sub(r"^/gsp\?", "/rdf-graph-store?", re.sub(r"^/gsp/", "/graph/", path))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    made = Model(tmp_path_factory.mktemp("graph-store") / "data")
    made.publish()
    return made


@pytest.fixture(scope="module")
def graph_store(model: Model) -> Iterator[httpx.Client]:
    every = itertools.chain.from_iterable(asked for _, asked in GRAPH_STORE)
    with service.serve(model.folder, {LOCATION, *(graph_of(one.path) for one in every)}) as client:
        yield client


@needs_suite
@pytest.mark.parametrize(("name", "asked"), GRAPH_STORE, ids=[name for name, _ in GRAPH_STORE])
def test_graph_store(
    model: Model,
    graph_store: httpx.Client,
    name: str,
    asked: tuple[Exchange, ...],
    count_for: Callable[[str], None],
) -> None:
    model.graphs.clear()
    for one in asked:
        path = one.path.replace("$LOCATION$", LOCATION)
        if one.method in ("PUT", "POST", "DELETE"):
            model.write(one, graph_of(path))
            continue
        model.publish()
        response = send(graph_store, one, served(path))
        if one.content is not None:
            wanted = re.sub(r"\$LOCATION\$", LOCATION, one.content).encode()
            assert stated(response.content) == stated(wanted)
    count_for("sparql11/graph store protocol (what is read, after publication)")


def stated(document: bytes) -> object:
    return meaning(document, "text/turtle", base=LOCATION, ordered=False)


def test_services_of_other_words_are_told() -> None:
    """The check of the schema can fail."""
    wrong = rdflib.Graph()
    wrong.add((rdflib.BNode(), SD.resultForm, rdflib.BNode()))
    wrong.add((SD.x, SD.namedGraph, SD.y))
    wrong.add((SD.x, RDFS.label, rdflib.Literal("x")))
    assert len(list(unlike_schema(wrong))) == 3
