"""A field that the caller may not see is a field that there is not, wherever it is named."""

import pytest
from fastapi.testclient import TestClient

from api.facade.sight import Sight
from graph.access import Principal
from graph.resources import Property
from graph.stores.manifest import GraphEntry
from graph.text import Text

BASE = "https://lienthong.gov.vn/"
OPEN, RESTRICTED = f"{BASE}graph/small/open", f"{BASE}graph/small/restricted"
PERSON = "0123456789abcdef0123456789abcdef"
Graphs = dict[str, frozenset[str]]

HIDDEN = (
    "representative={person}",
    "representative[exists]=true",
    "representative.citizenNumber=001188000007",
    "representative.citizenNumber[contains]=0011",
    "representative.residences.commune=2025-07-01/00004",
    "representativePosition=Giám đốc",
    "representativePosition~=giam",
    "facets=representative",
    "facets=representativePosition",
    "fields=representativePosition",
    "include=representative",
)


def asked(client: TestClient, query: str) -> tuple[int, str]:
    answer = client.get(
        f"/api/v1/enterprises?{query.replace('{person}', PERSON)}", headers={"Accept-Language": "en"}
    )
    body = answer.json()
    body.pop("requestId", None)
    return answer.status_code, str(body).replace("representative", "colour")


@pytest.mark.parametrize("query", HIDDEN)
def test_a_hidden_field_is_refused_as_one_that_is_not_there(client: TestClient, query: str) -> None:
    status, hidden = asked(client, query)
    assert status == 400
    assert (status, hidden) == asked(client, query.replace("representative", "colour"))


@pytest.mark.parametrize("query", HIDDEN)
def test_who_may_see_it_may_ask_it(client: TestClient, may_see: Graphs, query: str) -> None:
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    status, body = asked(client, query)
    assert status == 200, body
    assert "0100109106" in body


def test_a_hidden_field_does_not_sort(client: TestClient, may_see: Graphs) -> None:
    may_see["graphs"] = frozenset([OPEN])
    for key in ("birthDate", "-birthDate", "name"):
        assert client.get(f"/api/v1/persons?sort={key}").status_code == 400
        assert key not in client.get("/api/v1/persons?sort=colour").json()["hint"]
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    assert len(client.get("/api/v1/persons?sort=-birthDate,name").json()["items"]) == 1


def test_hints_offer_what_the_caller_may_see(client: TestClient, may_see: Graphs) -> None:
    may_see["graphs"] = frozenset([OPEN])
    hint = client.get("/api/v1/persons?colour=red").json()["hint"]
    assert "citizenNumber" not in hint
    assert " q," not in hint
    assert client.get("/api/v1/persons?q=tran").status_code == 400
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    hint = client.get("/api/v1/persons?colour=red").json()["hint"]
    assert "citizenNumber" in hint
    assert " q," in hint
    assert client.get("/api/v1/persons?q=tran").json()["items"][0]["citizenNumber"] == "001188000007"


@pytest.mark.parametrize("extension", ["json", "jsonld", "csv", "ttl"])
def test_no_format_tells_a_hidden_value(client: TestClient, extension: str) -> None:
    for path in ("enterprises", "enterprises/0100109106", "persons", f"persons/{PERSON}"):
        answer = client.get(f"/api/v1/{path}?format={extension}&{'count=true' if '/' not in path else ''}")
        for secret in ("Giám đốc", "001188000007", PERSON, "Mật"):
            assert secret not in answer.text.replace(f"persons/{PERSON}", "").replace(f"«{PERSON}»", "")


def test_a_grant_of_one_register_shows_no_fields_of_another() -> None:
    number = Property("number", "urn:number", False, "literal", Text("số", "number"), Text("số", "number"),
                      access=f"{BASE}code/access-class/restricted")  # fmt: skip
    entry = GraphEntry(1, "restricted", {"urn:number": ()}, (), ())
    other = GraphEntry(1, "restricted", {"urn:other": ()}, (), ())
    shared = GraphEntry(1, "shared", {"urn:number": ()}, (), ())
    published = {"g/a/restricted": entry, "g/b/restricted": other, "g/c/shared": shared}

    def sees(*graphs: str) -> bool:
        return Sight.of(Principal("test", frozenset(graphs)), published).sees(number)

    assert sees("g/a/restricted")
    assert not sees("g/b/restricted")
    assert not sees("g/c/shared")
    assert not sees("g/unpublished/restricted")
    assert not sees()
