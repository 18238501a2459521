"""SPARQL Update through the whole service: who may write what, what is refused, what is published."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from graph.columns import Columns
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import comparison, versions
from tests.updates.conftest import BASE, LOGS, MAPPED, NOTES, SECRETS, Headers, NewKey, graph

UPDATE = "application/sparql-update"
G = graph(NOTES)


def update(client: TestClient, text: str, headers: Headers | None = None, **parameters: str) -> Response:
    return client.post(
        "/sparql",
        content=text.encode(),
        headers={**(headers or {}), "Content-Type": UPDATE},
        params=parameters,
    )


def ask(client: TestClient, pattern: str, headers: Headers | None = None) -> bool:
    response = client.get("/sparql", params={"query": f"ASK {{ {pattern} }}"}, headers=headers or {})
    assert response.status_code == 200, response.text
    return bool(response.json()["boolean"])


def test_what_is_inserted_is_published_with_its_author(
    client: TestClient, writer: Headers, place: Settings
) -> None:
    response = update(client, f"INSERT DATA {{ GRAPH <{G}> {{ <urn:a> <urn:p> 1.50 , 007 }} }}", writer)
    told = response.json()
    assert response.status_code == 200, told
    assert told["changed"] is True
    assert (told["added"], told["removed"]) == (2, 0)
    assert response.headers["Lienthong-Generation"] == told["generation"]
    assert ask(client, "<urn:a> <urn:p> ?a , ?b FILTER(?a = 1.5 && ?b = 7)")
    current = Generations(place.data_dir).require_current()
    assert current.id == told["generation"]
    folder = versions.published(place, current, NOTES)
    assert folder is not None
    with Columns(folder / "columns.duckdb") as columns:
        assert {quad.o for quad in columns.quads() if quad.s == "urn:a"} == {"1.50", "007"}
    provenance = (folder / "provenance.ttl").read_text(encoding="utf-8")
    assert "prov:wasAttributedTo" in provenance
    assert "thử" in provenance
    report = json.loads((place.data_dir / "runs" / told["run"] / "report.json").read_text(encoding="utf-8"))
    assert report["datasets"][0]["update"]["verb"] == "update"


def test_what_changes_nothing_publishes_nothing(
    client: TestClient, writer: Headers, generation: Callable[[], str]
) -> None:
    text = f"INSERT DATA {{ GRAPH <{G}> {{ <urn:same> <urn:p> 'x' }} }}"
    assert update(client, text, writer).json()["changed"] is True
    before = generation()
    told = update(client, text, writer).json()
    assert told == {"changed": False, "generation": before, "run": None, "added": 0, "removed": 0}
    assert generation() == before


def test_an_update_is_a_version_that_can_be_compared(
    client: TestClient, writer: Headers, place: Settings
) -> None:
    update(client, f"INSERT DATA {{ GRAPH <{G}> {{ <urn:compared> <urn:p> 'x' }} }}", writer)
    update(client, f"DELETE WHERE {{ GRAPH <{G}> {{ <urn:compared> ?p ?o }} }}", writer)
    found = comparison.compare(place, NOTES, *comparison.last_two(place, NOTES), values=True)
    assert list(found.removed) == ["urn:compared"]
    assert not found.added


def test_the_catalogue_tells_how_large_the_data_set_is_now(
    client: TestClient, writer: Headers, place: Settings
) -> None:
    update(client, f"INSERT DATA {{ GRAPH <{G}> {{ <urn:counted> <urn:p> 'x' }} }}", writer)
    quads = Generations(place.data_dir).require_current().manifest.datasets[NOTES].quads
    assert ask(client, f"<{BASE}dataset/{NOTES}> <http://rdfs.org/ns/void#triples> {quads}")


@pytest.mark.parametrize(
    ("grants", "status"),
    [
        (None, 401),
        ((), 403),
        ((f"{NOTES}:shared", "*:open"), 403),
        ((f"{LOGS}:open:write",), 403),
        ((f"{NOTES}:open:write@2020-01-01",), 403),
        ((f"{NOTES}:open:write",), 200),
        (("*:open:write",), 200),
    ],
)
def test_only_those_who_were_granted_it_may_write(
    client: TestClient,
    new_key: NewKey,
    generation: Callable[[], str],
    grants: tuple[str, ...] | None,
    status: int,
) -> None:
    headers = {} if grants is None else new_key(*grants)
    before = generation()
    text = f"INSERT DATA {{ GRAPH <{G}> {{ <urn:by> <urn:p> {len(grants or ())} }} }}"
    response = update(client, text, headers, **{"dry-run": "true"})
    assert response.status_code == status, response.text
    assert generation() == before
    if status == 401:
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="lienthong"'


def test_one_graph_may_be_written_and_not_another(
    client: TestClient, new_key: NewKey, generation: Callable[[], str]
) -> None:
    one = new_key(f"{LOGS}:open:write")
    before = generation()
    both = f"GRAPH <{graph(LOGS)}> {{ <urn:l> <urn:p> 'l' }} GRAPH <{G}> {{ <urn:l> <urn:p> 'n' }}"
    assert update(client, f"INSERT DATA {{ {both} }}", one).status_code == 403
    found = "INSERT { GRAPH ?g { <urn:l> <urn:p> 'l' } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert update(client, found, one).status_code == 403
    assert generation() == before
    assert update(
        client, f"INSERT DATA {{ GRAPH <{graph(LOGS)}> {{ <urn:l> <urn:p> 'l' }} }}", one
    ).is_success


def test_refusals_do_not_tell_whether_there_is_a_graph(client: TestClient, new_key: NewKey) -> None:
    one = new_key(f"{LOGS}:open:write")
    told = []
    for there in (graph(SECRETS, "restricted"), graph("no-such", "restricted"), "urn:none"):
        for text in (
            f"INSERT DATA {{ GRAPH <{there}> {{ <urn:l> <urn:p> 'l' }} }}",
            f"CLEAR GRAPH <{there}>",
            f"DROP SILENT GRAPH <{there}>",
            f"MOVE <{there}> TO <{graph(LOGS)}>",
            f"WITH <{there}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        ):
            response = update(client, text, one)
            assert response.status_code == 403, response.text
            problem = response.json()
            del problem["requestId"]
            told.append(json.dumps(problem).replace(there, "…"))
    assert len(set(told)) == 1


def test_data_sets_made_from_files_refuse(client: TestClient, writer: Headers) -> None:
    response = update(client, f"INSERT DATA {{ GRAPH <{graph(MAPPED)}> {{ <urn:l> <urn:p> 'l' }} }}", writer)
    assert response.status_code == 409
    assert "ingest" in response.json()["hint"]


def test_where_sees_only_what_the_caller_may_read(
    client: TestClient, writer: Headers, new_key: NewKey
) -> None:
    secret = graph(SECRETS, "restricted")
    insider = new_key(f"{SECRETS}:restricted:write")
    assert update(
        client, f"INSERT DATA {{ GRAPH <{secret}> {{ <urn:secret> <urn:is> 'Mật danh' }} }}", insider
    ).is_success
    for where in (
        "?s ?p ?o",
        "GRAPH ?any { ?s ?p ?o }",
        f"GRAPH <{secret}> {{ ?s ?p ?o }}",
        f"{{ SELECT * {{ GRAPH <{secret}> {{ ?s ?p ?o }} }} }}",
    ):
        text = f"INSERT {{ GRAPH <{G}> {{ ?s <urn:leaked> ?o }} }} WHERE {{ {where} FILTER(?p = <urn:is>) }}"
        assert update(client, text, writer).json()["changed"] is False, where
    for there in (secret, graph("no-such", "restricted")):
        copied = update(client, f"COPY GRAPH <{there}> TO GRAPH <{graph(NOTES, 'shared')}>", writer)
        assert copied.status_code == 400
        assert copied.json()["place"]["value"] == there
        silent = f"COPY SILENT GRAPH <{there}> TO GRAPH <{graph(NOTES, 'shared')}>"
        assert update(client, silent, writer).json()["changed"] is False
    for named in (f"USING <{secret}>", f"USING NAMED <{secret}>"):
        text = f"INSERT {{ GRAPH <{G}> {{ ?s ?p ?o }} }} {named} WHERE {{ ?s ?p ?o }}"
        assert update(client, text, writer).status_code == 403
    text = f"INSERT {{ GRAPH <{G}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    assert update(client, text, writer, **{"using-graph-uri": secret}).status_code == 403
    assert not ask(client, "?s <urn:leaked> ?o")


def test_an_update_that_breaks_a_shape_is_refused(
    client: TestClient, writer: Headers, generation: Callable[[], str]
) -> None:
    before = generation()
    thing = f"<{BASE}id/agency/X> a <{BASE}ont/reporting#Regime> ; <urn:p> 'x'"
    text = f"INSERT DATA {{ GRAPH <{G}> {{ {thing} }} }}"
    response = update(client, text, writer)
    assert response.status_code == 422, response.text
    problem = response.json()
    foreseen = update(client, text, writer, **{"dry-run": "true"})
    assert foreseen.status_code == 422, foreseen.text
    assert foreseen.json()["detail"] == problem["detail"]
    assert problem["type"].endswith("/update-refused")
    assert f"<{BASE}id/agency/X>" in problem["detail"]
    assert generation() == before
    assert not ask(client, f"<{BASE}id/agency/X> ?p ?o")
    # The process goes on with what may be published.
    assert update(client, f"INSERT DATA {{ GRAPH <{G}> {{ <urn:after> <urn:p> 'x' }} }}", writer).is_success


def test_a_fact_of_another_graph_is_refused(
    client: TestClient, writer: Headers, generation: Callable[[], str]
) -> None:
    update(client, f"INSERT DATA {{ GRAPH <{G}> {{ <urn:once> <urn:p> 'x' }} }}", writer)
    before = generation()
    response = update(client, f"INSERT DATA {{ GRAPH <{graph(LOGS)}> {{ <urn:once> <urn:p> 'x' }} }}", writer)
    assert response.status_code == 422
    assert generation() == before
    fact = "<urn:once> <urn:p> 'x'"
    moved = (
        f"DELETE DATA {{ GRAPH <{G}> {{ {fact} }} }} ; INSERT DATA {{ GRAPH <{graph(LOGS)}> {{ {fact} }} }}"
    )
    told = update(client, moved, writer, **{"dry-run": "true"}).json()
    assert (told["added"], told["removed"]) == (1, 1)


def test_open_graphs_take_nothing_more_restricted(client: TestClient, new_key: NewKey) -> None:
    insider = new_key(f"{SECRETS}:restricted:write")
    response = update(
        client, f"INSERT DATA {{ GRAPH <{graph(SECRETS)}> {{ <urn:x> <urn:p> 'x' }} }}", insider
    )
    assert response.status_code == 422
    assert graph(SECRETS, "restricted") in response.json()["hint"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> } }", 1),
        ("\n\nDELETE WHERE { ?s ?p }", 3),
        ("LOAD <http://127.0.0.1:1/x> INTO GRAPH <urn:g>", 1),
        ("INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 1),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", 1),
        ("SELECT * { ?s ?p ?o }", 1),
        ("INSERTDATA { GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> } }", 1),
    ],
)
def test_what_is_no_update_is_told_with_its_place(
    client: TestClient, writer: Headers, text: str, line: int
) -> None:
    response = update(client, text, writer)
    assert response.status_code == 400, response.text
    assert response.json()["place"]["line"] == line


def test_two_updates_at_once_come_one_after_the_other(client: TestClient, writer: Headers) -> None:
    update(client, f"INSERT DATA {{ GRAPH <{G}> {{ <urn:n> <urn:is> 0 }} }}", writer)
    count = (
        f"WITH <{G}> DELETE {{ <urn:n> <urn:is> ?old }} INSERT {{ <urn:n> <urn:is> ?new }} "
        "WHERE { <urn:n> <urn:is> ?old BIND(?old + 1 AS ?new) }"
    )
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: update(client, count, writer), range(2)))
    assert all(one.is_success for one in done), [one.text for one in done]
    assert len({one.json()["generation"] for one in done}) == 2
    assert ask(client, "<urn:n> <urn:is> 2 FILTER NOT EXISTS { <urn:n> <urn:is> 1 }")


def test_an_update_that_takes_too_long_is_stopped(
    client: TestClient, writer: Headers, generation: Callable[[], str]
) -> None:
    before = generation()
    values = " ".join(f"({number})" for number in range(200))
    sets = " ".join(f"VALUES (?v{one}) {{ {values} }}" for one in range(4))
    text = f"INSERT {{ GRAPH <{G}> {{ <urn:big> <urn:p> ?v0 }} }} WHERE {{ {sets} FILTER(?v0 + ?v3 < 0) }}"
    response = update(client, text, writer, timeout="0.5")
    assert response.status_code == 504, response.text
    assert generation() == before
    again = f"INSERT DATA {{ GRAPH <{G}> {{ <urn:again> <urn:p> 'x' }} }}"
    assert update(client, again, writer, **{"dry-run": "true"}).is_success
