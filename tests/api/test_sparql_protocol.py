"""`/sparql` speaks the SPARQL 1.1 Protocol: operations, parameters, formats, headers, refusals."""

import csv
import io
import json
from xml.etree import ElementTree

import httpx
import pytest
import rdflib

from graph.stores.generations import Generation

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ROWS = "SELECT ?s ?o { ?s <http://t/number> ?o } ORDER BY ?o LIMIT 3"
OPEN = "https://lienthong.gov.vn/graph/test/open"
RESTRICTED = "https://lienthong.gov.vn/graph/test/restricted"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
QUERY = {"Content-Type": "application/sparql-query"}


def number(response: httpx.Response) -> int:
    assert response.status_code == 200, response.text
    return int(response.json()["results"]["bindings"][0]["n"]["value"])


def problem(response: httpx.Response, status: int) -> dict[str, str]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["title"]
    assert document["requestId"] == response.headers["x-request-id"]
    assert "Traceback" not in response.text
    return document


def test_the_three_query_operations_agree(small_service: httpx.Client) -> None:
    assert number(small_service.get("/sparql", params={"query": COUNT})) == 400
    assert number(small_service.post("/sparql", data={"query": COUNT})) == 400
    assert number(small_service.post("/sparql", content=COUNT, headers=QUERY)) == 400
    charset = {"Content-Type": "application/sparql-query; charset=utf-8"}
    assert number(small_service.post("/sparql", content=COUNT, headers=charset)) == 400


def test_vietnamese_text_survives_every_operation(small_service: httpx.Client) -> None:
    query = 'ASK { ?s ?p "Phường 7 <&>"@vi }'
    assert small_service.get("/sparql", params={"query": query}).json()["boolean"]
    assert small_service.post("/sparql", data={"query": query}).json()["boolean"]
    assert small_service.post("/sparql", content=query.encode(), headers=QUERY).json()["boolean"]


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_dataset_parameters(small_service: httpx.Client, name: str) -> None:
    expected = {"default-graph-uri": (400, 0), "named-graph-uri": (0, 400)}[name]
    plain, graph = COUNT, COUNT.replace("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }")
    for query, wanted in zip((plain, graph), expected, strict=True):
        assert number(small_service.get("/sparql", params={"query": query, name: OPEN})) == wanted
        assert number(small_service.post("/sparql", data={"query": query, name: OPEN})) == wanted
        direct = small_service.post("/sparql", params={name: OPEN}, content=query, headers=QUERY)
        assert number(direct) == wanted


def test_relative_iris_are_below_the_base(small_service: httpx.Client) -> None:
    named = COUNT.replace("{ ?s", "FROM <graph/test/open> { ?s")
    assert number(small_service.get("/sparql", params={"query": named})) == 400
    inside = COUNT.replace("{ ?s ?p ?o }", "{ GRAPH <graph/test/open> { ?s ?p ?o } }")
    assert number(small_service.get("/sparql", params={"query": inside})) == 400
    made = small_service.get("/sparql", params={"query": "CONSTRUCT { <a> <b> 1 } {}", "format": "nt"}).text
    assert made.startswith("<https://lienthong.gov.vn/a> <https://lienthong.gov.vn/b> ")
    hidden = COUNT.replace("{ ?s", "FROM <graph/test/shared> { ?s")
    problem(small_service.get("/sparql", params={"query": hidden}), 403)


@pytest.mark.parametrize(
    ("asked", "media_type"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/turtle;q=0.9, text/csv;q=0.1", "text/csv; charset=utf-8"),
    ],
)
def test_solutions_in_every_format(small_service: httpx.Client, asked: str, media_type: str) -> None:
    response = small_service.get("/sparql", params={"query": ROWS}, headers={"Accept": asked})
    assert response.headers["content-type"] == media_type
    kind = media_type.split(";")[0].rsplit("/", 1)[-1].rsplit("+", 1)[-1]
    result = rdflib.query.Result.parse(
        io.BytesIO(response.content), format={"tab-separated-values": "tsv"}.get(kind, kind)
    )
    assert [str(row[0]) for row in result] == ["http://t/s0", "http://t/s1", "http://t/s2"]
    ask = small_service.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": asked})
    assert b"true" in ask.content


@pytest.mark.parametrize(
    ("asked", "media_type", "parser"),
    [
        ("*/*", "text/turtle; charset=utf-8", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/json", "application/ld+json", "json-ld"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
    ],
)
@pytest.mark.parametrize(
    "query", ["CONSTRUCT WHERE { <http://t/s7> ?p ?o }", "PREFIX t: <http://t/> DESCRIBE t:s7"]
)
def test_graphs_in_every_format(
    small_service: httpx.Client, query: str, asked: str, media_type: str, parser: str
) -> None:
    response = small_service.get("/sparql", params={"query": query}, headers={"Accept": asked})
    assert response.headers["content-type"] == media_type
    graph = rdflib.Graph().parse(data=response.content, format=parser)
    subject = rdflib.URIRef("http://t/s7")
    assert set(graph) == {
        (subject, rdflib.RDFS.label, rdflib.Literal("Phường 7 <&>", lang="vi")),
        (subject, rdflib.URIRef("http://t/number"), rdflib.Literal(7)),
    }


@pytest.mark.parametrize(
    ("shortcut", "select", "construct"),
    [
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("csv", "text/csv; charset=utf-8", None),
        ("tsv", "text/tab-separated-values; charset=utf-8", None),
        ("ttl", None, "text/turtle; charset=utf-8"),
        ("nt", None, "application/n-triples"),
        ("jsonld", None, "application/ld+json"),
        ("rdf", None, "application/rdf+xml"),
    ],
)
def test_format_stands_before_accept(
    small_service: httpx.Client, shortcut: str, select: str | None, construct: str | None
) -> None:
    for query, media_type in ((ROWS, select), ("CONSTRUCT WHERE { ?s ?p 7 }", construct)):
        response = small_service.get(
            "/sparql", params={"query": query, "format": shortcut}, headers={"Accept": "image/png"}
        )
        if media_type is None:
            assert "application/" in problem(response, 406)["hint"]
        else:
            assert response.headers["content-type"] == media_type


def test_csv_is_what_spreadsheets_read(small_service: httpx.Client) -> None:
    text = small_service.get("/sparql", params={"query": ROWS, "format": "csv"}).text
    assert [*csv.reader(io.StringIO(text))][:2] == [["s", "o"], ["http://t/s0", "0"]]


def test_xml_is_well_formed(small_service: httpx.Client) -> None:
    query = "SELECT ?o { <http://t/s7> <http://www.w3.org/2000/01/rdf-schema#label> ?o }"
    text = small_service.get("/sparql", params={"query": query, "format": "xml"}).text
    literal = ElementTree.fromstring(text).find(".//{*}literal")
    assert literal is not None
    assert literal.text == "Phường 7 <&>"


def test_answers_say_what_they_are(small_service: httpx.Client, small_generation: Generation) -> None:
    headers = small_service.get("/sparql", params={"query": COUNT}).headers
    assert headers["lienthong-generation"] == small_generation.id
    assert headers["lienthong-engine"] == "oxigraph"
    assert headers["lienthong-complete"] == "true"
    assert "query;dur=" in headers["server-timing"]
    assert "Accept" in headers["vary"]
    assert headers["etag"].startswith('W/"g')


def test_other_sites_may_read(small_service: httpx.Client) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    response = small_service.get("/sparql", params={"query": COUNT}, headers=origin)
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Lienthong-Generation" in response.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in response.headers


def test_head_has_the_headers_of_get_and_no_body(small_service: httpx.Client) -> None:
    got = small_service.get("/sparql", params={"query": COUNT})
    head = small_service.head("/sparql", params={"query": COUNT})
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "lienthong-generation"):
        assert head.headers[name] == got.headers[name]


def test_what_the_caller_has_is_not_sent_again(small_service: httpx.Client) -> None:
    tag = small_service.get("/sparql", params={"query": COUNT}).headers["etag"]
    again = small_service.get("/sparql", params={"query": COUNT}, headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = small_service.get("/sparql", params={"query": ROWS}, headers={"If-None-Match": tag})
    assert other.status_code == 200
    volatile = small_service.get("/sparql", params={"query": "SELECT (NOW() AS ?t) {}"})
    assert "etag" not in volatile.headers
    assert volatile.headers["cache-control"] == "no-store"


def test_service_description(small_service: httpx.Client) -> None:
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    for asked, parser in (
        (None, "turtle"),
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
    ):
        response = small_service.get("/sparql", headers={"Accept": asked} if asked else {})
        graph = rdflib.Graph().parse(data=response.content, format=parser)
        service = graph.value(predicate=rdflib.RDF.type, object=sd.Service)
        assert graph.value(service, sd.endpoint) == rdflib.URIRef(str(small_service.base_url) + "/sparql")
        assert {str(name) for name in graph.objects(None, sd.name)} == {OPEN}
        assert len({*graph.objects(service, sd.resultFormat)}) == 8


def test_a_browser_without_a_query_gets_the_editor(small_service: httpx.Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = small_service.get("/sparql", headers={"Accept": accept})
    assert (response.status_code, response.headers["location"]) == (303, "/")


def test_in_the_openapi_document(small_service: httpx.Client) -> None:
    document = small_service.get("/openapi.json").json()
    operations = document["paths"]["/sparql"]
    assert set(operations) == {"get", "post"}
    assert {parameter["name"] for parameter in operations["get"]["parameters"]} == {
        "query",
        "default-graph-uri",
        "named-graph-uri",
        "timeout",
        "explain",
        "format",
    }
    assert {"200", "400", "403", "406", "503", "504"} <= set(operations["get"]["responses"])
    assert set(operations["post"]["requestBody"]["content"]) == {
        "application/sparql-query",
        "application/sparql-update",
        "application/x-www-form-urlencoded",
    }


def test_bad_sparql_has_a_place(small_service: httpx.Client) -> None:
    wrong = problem(small_service.get("/sparql", params={"query": "SELECT * {\n ?s ?p }"}), 400)
    assert wrong["place"] == {"line": 2, "column": "8", "value": "}"}
    assert wrong["type"] == "https://lienthong.gov.vn/problem/query"
    assert wrong["hint"]


@pytest.mark.parametrize(
    ("header", "language", "title"),
    [
        (None, "vi", "Truy vấn SPARQL chưa đúng"),
        ("en-US,en;q=0.9,vi;q=0.8", "en", "The SPARQL query is wrong"),
        ("fr, vi;q=0.5, en;q=0.4", "vi", "Truy vấn SPARQL chưa đúng"),
        ("fr", "vi", "Truy vấn SPARQL chưa đúng"),
    ],
)
def test_problems_speak_the_callers_language(
    small_service: httpx.Client, header: str | None, language: str, title: str
) -> None:
    headers = {"Accept-Language": header} if header else {}
    response = small_service.get("/sparql", params={"query": "SELEC"}, headers=headers)
    wrong = problem(response, 400)
    assert (wrong["language"], wrong["title"]) == (language, title)
    assert response.headers["content-language"] == language


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("INSERT DATA { <http://t/a> <http://t/b> 1 }", "only reads"),
        ("DROP ALL", "only reads"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * 200 + "}", "OPTIONAL"),
        ("SELECT * " + "{" * 5000 + "}" * 5000, "deeper"),
        ("SELECT * {}" + " " * 20_000, "characters"),
        ("SELECT * { ?s t:p ?o }", "t:"),
    ],
    ids=["insert", "drop", "service", "optionals", "depth", "length", "prefix"],
)
def test_the_guard_refuses(small_service: httpx.Client, query: str, says: str) -> None:
    english = {"Accept-Language": "en"}
    refused = problem(small_service.post("/sparql", data={"query": query}, headers=english), 400)
    assert says in refused["detail"]
    assert refused["hint"]


def test_graphs_that_are_not_permitted(small_service: httpx.Client) -> None:
    said = set()
    for graph in (RESTRICTED, RESTRICTED + "-not-there"):
        for parameters in (
            {"query": f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}"},
            {"query": f"SELECT * FROM NAMED <{graph}> {{ ?s ?p ?o }}"},
            {"query": COUNT, "default-graph-uri": graph},
            {"query": COUNT, "named-graph-uri": graph},
        ):
            refused = problem(small_service.get("/sparql", params=parameters), 403)
            del refused["requestId"]
            said.add(json.dumps(refused).replace(graph, "G"))
    assert len(said) == 1
    inside = COUNT.replace("{ ?s ?p ?o }", f"{{ GRAPH <{RESTRICTED}> {{ ?s ?p ?o }} }}")
    assert number(small_service.get("/sparql", params={"query": inside})) == 0


def test_nobody_in_particular_updates(small_service: httpx.Client) -> None:
    assert "query" in problem(small_service.post("/sparql", data={"nothing": "x"}), 400)["detail"]
    problem(small_service.get("/sparql", params={"update": "DROP ALL"}), 400)
    problem(small_service.post("/sparql", data={"update": "DROP ALL"}), 401)
    update = {"Content-Type": "application/sparql-update"}
    problem(small_service.post("/sparql", content="DROP ALL", headers=update), 401)
    put = small_service.put("/sparql", content="x")
    problem(put, 405)
    assert put.headers["allow"] == "GET, HEAD, POST"


def test_bodies_that_are_not_read(small_service: httpx.Client) -> None:
    json_body = small_service.post("/sparql", json={"query": COUNT}, headers={"Accept-Language": "en"})
    assert "application/sparql-query" in problem(json_body, 415)["hint"]
    problem(small_service.post("/sparql", content=b"SELECT \xff", headers=QUERY), 400)
    problem(small_service.post("/sparql", content=b"query=%FF", headers=FORM), 400)


def test_bodies_that_are_too_large(small_service: httpx.Client) -> None:
    large = b"#" * 1_000_000
    problem(small_service.post("/sparql", content=large, headers=QUERY), 413)
    chunks = (large[:100_000] for _ in range(10))
    problem(small_service.post("/sparql", content=chunks, headers=QUERY), 413)


@pytest.mark.parametrize(
    "parameters",
    [
        [("query", COUNT), ("query", COUNT)],
        [("query", COUNT), ("timeout", "soon")],
        [("query", COUNT), ("timeout", "-1")],
        [("query", COUNT), ("timeout", "nan")],
        [("query", COUNT), ("format", "pdf")],
        [("query", "")],
    ],
)
def test_wrong_parameters(small_service: httpx.Client, parameters: list[tuple[str, str]]) -> None:
    assert problem(small_service.get("/sparql", params=parameters), 400)["hint"]


def test_not_acceptable_lists_what_there_is(small_service: httpx.Client) -> None:
    response = small_service.get("/sparql", params={"query": COUNT}, headers={"Accept": "image/png"})
    assert "application/sparql-results+json" in problem(response, 406)["hint"]


def test_a_request_keeps_the_number_it_brings(small_service: httpx.Client) -> None:
    response = small_service.get("/health", headers={"X-Request-Id": "dossier-7"})
    assert response.headers["x-request-id"] == "dossier-7"
    forged = small_service.get("/health", headers={"X-Request-Id": "a b\u00e9".encode("latin-1")})
    assert forged.headers["x-request-id"] != "a b\u00e9"


def test_unknown_paths_are_problems_too(small_service: httpx.Client) -> None:
    assert "/openapi.json" in problem(small_service.get("/nowhere"), 404)["hint"]


def test_answers_are_packed_for_those_who_accept_it(small_service: httpx.Client) -> None:
    parameters = {"query": "SELECT * { ?s ?p ?o . ?a ?b 1 }", "format": "tsv"}
    answers = {}
    for coding in ("identity", "gzip"):
        response = small_service.get("/sparql", params=parameters, headers={"Accept-Encoding": coding})
        assert response.headers.get("content-encoding", "identity") == coding
        assert "Accept-Encoding" in response.headers["vary"]
        answers[coding] = sorted(response.text.splitlines())
    assert answers["gzip"] == answers["identity"]
    assert len(answers["gzip"]) == 401
    large = {"query": "SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 5000", "format": "tsv"}
    whole = small_service.get("/sparql", params=large, headers={"Accept-Encoding": "identity"})
    assert int(whole.headers["content-length"]) == len(whole.content) > 200_000
    assert whole.text == small_service.get("/sparql", params=large).text
    small = small_service.get("/sparql", params={"query": COUNT}, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers


def test_it_explains_instead_of_answering(small_service: httpx.Client) -> None:
    asked = {"query": "SELECT * { ?s ?p ?o }", "explain": "true"}
    told = small_service.get("/sparql", params=asked).json()
    assert (told["form"], told["engine"]) == ("select", "oxigraph")
    assert told["defaultGraphs"] == told["namedGraphs"]
    wrong = small_service.get("/sparql", params=asked | {"explain": "yes"}, headers={"Accept-Language": "en"})
    assert wrong.status_code == 400
    assert "explain=true" in wrong.json()["hint"]
