"""Verifying a person, and what a person need not hand in."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.audit import Audit
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest.demo import Manifest, procedures
from tests.facade.conftest import permitting

OPEN = "https://lienthong.gov.vn/graph/small/open"
RESTRICTED = "https://lienthong.gov.vn/graph/small/restricted"
VERIFY = "/api/v1/persons/verify"
NUMBER, NAME, BORN = "001188000007", "Trần Thị Mật", "1988-10-29"
Graphs = dict[str, frozenset[str]]

VERDICTS: list[tuple[dict[str, str], dict[str, bool]]] = [
    ({"number": NUMBER, "name": NAME, "birthDate": BORN}, {"number": True, "name": True, "birthDate": True}),
    ({"number": NUMBER, "name": " TRẦN  thị mật "}, {"number": True, "name": True}),
    ({"number": NUMBER, "name": "Tran Thi Mat"}, {"number": True, "name": False}),
    ({"number": NUMBER, "birthDate": "1988-10-28"}, {"number": True, "birthDate": False}),
    ({"number": "001188000008", "name": NAME}, {"number": False, "name": False}),
    ({"number": '"} UNION {?item ?p ?o', "name": NAME}, {"number": False, "name": False}),
]


@pytest.mark.parametrize(("claim", "verdict"), VERDICTS)
def test_each_field_matches_or_not(
    client: TestClient, may_see: Graphs, claim: dict[str, str], verdict: dict[str, bool]
) -> None:
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    answer = client.post(VERIFY, json=claim)
    assert (answer.status_code, answer.json()) == (200, verdict)
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("graphs", [frozenset(), frozenset([OPEN])])
def test_without_the_grant_no_answer_depends_on_the_register(
    client: TestClient, may_see: Graphs, graphs: frozenset[str]
) -> None:
    may_see["graphs"] = graphs
    answers = [client.post(VERIFY, json=claim, headers={"X-Request-Id": "same"}) for claim, _ in VERDICTS]
    answers.append(client.post(VERIFY, json={"nothing": "right"}, headers={"X-Request-Id": "same"}))
    assert {(one.status_code, one.text) for one in answers} == {(403, answers[0].text)}
    assert "/access/explain" in answers[0].json()["hint"]


def test_who_asked_about_whom_and_what_for_is_noted(
    client: TestClient, may_see: Graphs, small: Settings
) -> None:
    person = "https://lienthong.gov.vn/id/person/0123456789abcdef0123456789abcdef"
    audit = Audit(small.data_dir)
    before = len([*audit.lines()])
    client.post(VERIFY, json={"number": NUMBER, "name": NAME})
    assert len([*audit.lines()]) == before  # it was refused
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    asked = client.post(VERIFY, json={"number": NUMBER, "name": NAME, "purpose": "Hồ sơ 1"})
    client.post(VERIFY, json={"number": "1", "name": NAME})
    first, second = [*audit.lines()][before:]
    assert (first["action"], first["about"], first["purpose"]) == ("verify", person, "Hồ sơ 1")
    assert (first["who"], first["fields"]) == ("anonymous", ["number", "name"])
    assert first["request"] == asked.headers["x-request-id"]
    assert (second["about"], second["purpose"]) == (None, None)
    assert NUMBER not in json.dumps([first, second])


WRONG: dict[str, bytes] = {
    "no JSON": b"{",
    "no object": b'["001188000007"]',
    "a number alone": b'{"number": "001188000007"}',
    "no number": b'{"name": "A", "birthDate": "1988-10-29"}',
    "a number that is none": b'{"number": 1188000007, "name": "A"}',
    "a purpose alone": b'{"number": "1", "purpose": "x"}',
    "a purpose without end": b'{"number": "1", "name": "A", "purpose": "%s"}' % (b"x" * 501),
    "another field": b'{"number": "1", "name": "A", "gender": "male"}',
    "no date": b'{"number": "1", "birthDate": "29/10/1988"}',
    "nested deeply": b"[" * 9000,
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_a_claim_that_is_not_one_is_refused(client: TestClient, may_see: Graphs, body: bytes) -> None:
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    answer = client.post(VERIFY, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "number" in answer.json()["hint"] or "birthDate" in answer.json()["hint"]


def test_a_claim_is_json_and_small(client: TestClient, may_see: Graphs) -> None:
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    assert client.post(VERIFY, data={"number": NUMBER, "name": NAME}).status_code == 415
    large = {"number": NUMBER, "name": "a" * 20_000}
    assert client.post(VERIFY, json=large).status_code == 413
    assert client.get(VERIFY).status_code == 404  # no person has that key


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """Of the service on the made-up agencies: nobody writes into their folder."""
    return Audit(tmp_path_factory.mktemp("audited"))


@pytest.fixture(scope="module")
def demo(published: Settings, audit: Audit) -> Iterator[tuple[TestClient, dict[str, frozenset[str]]]]:
    """A service on the made-up agencies; its caller may see the graphs that are put in."""
    app = create_app(published)
    app.state.audit = audit
    every = frozenset(Generations(published.data_dir).require_current().manifest.graphs)
    chosen = {"graphs": every}
    with permitting(app, lambda: chosen["graphs"]), TestClient(app) as session:
        yield session, chosen


def short(papers: list[dict[str, Any]]) -> set[str]:
    return {one["id"].rsplit("/", 1)[1] for one in papers}


@pytest.fixture(scope="module")
def held(published: Settings) -> dict[str, dict[str, str]]:
    """By procedure, the papers that a data set holds, as the generator says."""
    manifest = Manifest.load(published.sources_dir)
    assert manifest is not None
    facts: dict[str, dict[str, str]] = manifest.datasets["gov-public-services"].facts[
        "papers that a data set holds"
    ]
    return facts


@pytest.mark.parametrize(
    ("represents", "holders"),
    [(False, {"mps-population"}), (True, {"mps-population", "mof-enterprises"})],
    ids=["a person", "a person who represents an enterprise"],
)
def test_what_the_state_knows_of_a_person_is_not_asked_again(
    demo: tuple[TestClient, dict[str, frozenset[str]]],
    held: dict[str, dict[str, str]],
    represents: bool,
    holders: set[str],
) -> None:
    """For every procedure of the made-up portal: all papers that need not be handed in, and no other."""
    client, _ = demo
    person = one_who(client, represents)
    saving = 0
    for procedure in procedures.load():
        answer = client.get(f"{person}/known-facts?for={procedure.code}")
        assert answer.status_code == 200, answer.text
        asked = {one.evidence for one in procedure.requirements}
        of_the_manifest = held.get(procedure.code, {})
        known = {paper: name for paper, name in of_the_manifest.items() if name in holders}
        assert short(answer.json()["known"]) == set(known), procedure.code
        assert short(answer.json()["toHandIn"]) == asked - set(known), procedure.code
        for paper in answer.json()["known"]:
            (source,) = paper["sources"]
            assert source["id"].rsplit("/", 1)[1] == known[paper["id"].rsplit("/", 1)[1]]
            assert source["publisher"]["vi"] == "Dự án Liên thông"
            assert source["date"].startswith("20")
            assert client.get(paper["href"]).json()["name"]["vi"] == paper["label"]["vi"]
        saving += bool(known)
    assert saving >= 3


def one_who(client: TestClient, represents: bool) -> str:
    """The address of a person who represents an enterprise, or of one who represents none."""
    if represents:
        (found,) = client.get("/api/v1/enterprises?representative[exists]=true&limit=1").json()["items"]
        return str(found["representative"][0]["href"])
    for person in client.get("/api/v1/persons?limit=50").json()["items"]:
        asked = f"/api/v1/enterprises?representative={person['id']}&limit=1"
        if not client.get(asked).json()["items"]:
            return str(person["href"])
    raise AssertionError("everybody represents an enterprise")


def test_a_paper_is_known_to_those_who_may_read_it(
    demo: tuple[TestClient, dict[str, frozenset[str]]], audit: Audit
) -> None:
    client, chosen = demo
    person = client.get("/api/v1/persons?limit=1").json()["items"][0]
    address = f"{person['href']}/known-facts?for=1.000894"
    before = len([*audit.lines()])
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    noted = [*audit.lines(person["id"])][-2:]
    assert len([*audit.lines()]) == before + 2
    assert {(one["action"], one["purpose"].rsplit("/", 1)[1]) for one in noted} == {
        ("known-facts", "1.000894")
    }
    assert client.get(f"{person['href']}/known-facts?for=9.999999").status_code == 404
    assert client.get(f"{person['href']}/known-facts").status_code == 400
    every = chosen["graphs"]
    try:
        chosen["graphs"] = frozenset(graph for graph in every if graph.endswith("/open"))
        hidden = client.get(address, headers={"X-Request-Id": "same"})
        other = client.get(
            address.replace(person["href"].rsplit("/", 1)[1], "0" * 32), headers={"X-Request-Id": "same"}
        )
        assert hidden.status_code == other.status_code == 404
        assert hidden.text.replace(person["href"].rsplit("/", 1)[1], "0" * 32) == other.text
        assert client.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 404
    finally:
        chosen["graphs"] = every
