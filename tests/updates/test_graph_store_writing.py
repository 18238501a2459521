"""Whole graphs written by the Graph Store Protocol, by those who may."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tests.updates.conftest import LOGS, MAPPED, NOTES, Headers, NewKey, graph

AT = "/rdf-graph-store"
TURTLE = {"Content-Type": "text/turtle"}
# Read and written here alone.
SHARED = graph(NOTES, "shared")
FORMATS = {
    "text/turtle": "<urn:f> <urn:p> [ <urn:q> '{n}' ] .",
    "application/n-triples": '<urn:f> <urn:p> "{n}" .',
    "application/ld+json": '{{"@id": "urn:f", "urn:p": "{n}"}}',
    "application/rdf+xml": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
    '<rdf:Description rdf:about="urn:f"><u:p>{n}</u:p></rdf:Description></rdf:RDF>',
}


def send(
    client: TestClient, method: str, iri: str, headers: Headers, body: str = "", **parameters: str
) -> Response:
    return client.request(
        method, AT, params={"graph": iri, **parameters}, headers=headers, content=body.encode() or None
    )


def test_a_graph_comes_grows_and_goes(client: TestClient, writer: Headers) -> None:
    first = send(client, "PUT", SHARED, writer | TURTLE, "<urn:g> <urn:p> 01 .")
    assert first.status_code == 201, first.text
    grown = send(client, "POST", SHARED, writer | TURTLE, "<urn:g> <urn:p> 02 .")
    assert grown.status_code == 200
    read = client.get("/graph/test-notes/shared.nt", headers=writer)
    assert sorted(map(int, read.text.split('"')[1::2])) == [1, 2]
    replaced = client.put("/graph/test-notes/shared", headers=writer | TURTLE, content="<urn:g> <urn:p> 3 .")
    assert (replaced.status_code, replaced.json()["added"], replaced.json()["removed"]) == (200, 1, 2)
    same = send(client, "PUT", SHARED, writer | TURTLE, "<urn:g> <urn:p> 3 .")
    assert same.json()["changed"] is False
    assert send(client, "DELETE", SHARED, writer).status_code == 200
    assert send(client, "GET", SHARED, writer).status_code == 404
    assert send(client, "DELETE", SHARED, writer).status_code == 404


@pytest.mark.parametrize("media_type", FORMATS)
def test_graphs_are_taken_in_every_format_that_is_written(
    client: TestClient, writer: Headers, media_type: str
) -> None:
    body = FORMATS[media_type].format(n=media_type)
    headers = writer | {"Content-Type": media_type}
    response = send(client, "POST", graph(LOGS), headers, body, **{"dry-run": "true"})
    assert response.status_code == 200, response.text
    assert media_type in response.json()["changes"]["added"]


def test_blank_nodes_of_an_equal_document_are_the_same(client: TestClient, writer: Headers) -> None:
    document = "<urn:g> <urn:p> [ <urn:q> 1 ] , [ <urn:q> 2 ] ."
    assert send(client, "PUT", SHARED, writer | TURTLE, document).json()["changed"] is True
    assert send(client, "PUT", SHARED, writer | TURTLE, document).json()["changed"] is False
    parted = "<urn:g> <urn:p> _:b . _:b <urn:q> 1 ."
    grown = send(client, "POST", SHARED, writer | TURTLE, parted, **{"dry-run": "true"}).json()
    assert grown["added"] == 2


def test_a_graph_is_replaced_only_as_it_was_seen(client: TestClient, writer: Headers) -> None:
    send(client, "PUT", SHARED, writer | TURTLE, "<urn:seen> <urn:p> 1 .")
    tag = send(client, "GET", SHARED, writer).headers["ETag"]
    match = writer | TURTLE | {"If-Match": tag}
    assert send(client, "PUT", SHARED, match, "<urn:seen> <urn:p> 2 .").status_code == 200
    assert send(client, "PUT", SHARED, match, "<urn:seen> <urn:p> 3 .").status_code == 412
    anything = writer | TURTLE | {"If-Match": "*"}
    missing = graph(NOTES, "open").replace("/open", "/restricted")
    assert send(client, "PUT", missing, anything, "<urn:x> <urn:p> 3 .").status_code == 412
    new = writer | TURTLE | {"If-None-Match": "*"}
    assert send(client, "PUT", SHARED, new, "<urn:seen> <urn:p> 3 .").status_code == 412


@pytest.mark.parametrize(
    ("body", "media_type", "status", "line"),
    [
        ("<urn:a> <urn:b>\n\n oops", "text/turtle", 400, 3),
        ('{"@graph": [', "application/ld+json", 400, None),
        ('{"@id": "urn:g", "@graph": [{"@id": "urn:s", "urn:p": "x"}]}', "application/ld+json", 400, None),
        ("<urn:a> <urn:b> <urn:c> .", "text/csv", 415, None),
        ("<urn:a> <urn:b> <urn:c> .", "", 415, None),
    ],
)
def test_bad_bodies_are_told_with_their_line(
    client: TestClient, writer: Headers, body: str, media_type: str, status: int, line: int | None
) -> None:
    response = send(client, "PUT", SHARED, writer | {"Content-Type": media_type}, body)
    assert response.status_code == status, response.text
    if line is not None:
        assert response.json()["place"]["line"] == line


def test_large_bodies_are_refused_before_they_are_read(client: TestClient, writer: Headers) -> None:
    headers = writer | TURTLE | {"Content-Length": str(17 << 20)}
    assert client.put(AT, params={"graph": SHARED}, headers=headers, content=b"").status_code == 413


def test_only_those_who_were_granted_it_may_write(
    client: TestClient, new_key: NewKey, generation: Callable[[], str]
) -> None:
    before = generation()
    other, body = new_key(f"{LOGS}:open:write", f"{NOTES}:shared"), "<urn:a> <urn:b> <urn:c> ."
    for method in ("PUT", "POST", "DELETE"):
        assert send(client, method, SHARED, TURTLE, body).status_code == 401
        assert send(client, method, SHARED, other | TURTLE, body).status_code == 403
        assert send(client, method, graph("no-such"), other | TURTLE, body).status_code == 403
    assert generation() == before


def test_data_sets_made_from_files_refuse(client: TestClient, writer: Headers) -> None:
    response = send(client, "DELETE", graph(MAPPED), writer)
    assert response.status_code == 409


def test_there_is_no_default_graph_unless_it_was_chosen(client: TestClient, writer: Headers) -> None:
    response = client.put(AT + "?default", headers=writer | TURTLE, content="<urn:a> <urn:b> <urn:c> .")
    assert response.status_code == 400


def test_patch_is_not_there(client: TestClient, writer: Headers) -> None:
    response = client.patch(AT, params={"graph": SHARED}, headers=writer)
    assert response.status_code == 405
    assert {"PUT", "POST", "DELETE"} <= set(response.headers["Allow"].split(", "))


def test_writing_is_described_to_those_who_may(client: TestClient, writer: Headers) -> None:
    word = "SPARQL11Update"
    assert word not in client.get("/sparql?format=ttl").text
    assert word in client.get("/sparql?format=ttl", headers=writer).text
