"""`/access/explain` says what the caller may read and why, and nothing of what the caller may not know."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.principals.explaining import decide
from graph.access import CLASSES, Identity, parse_grant
from graph.iris import Iris
from tests.access.conftest import BASE, SECRET_GRAPH, NewKey
from tests.quality.conftest import AGENCIES, REGIMES

OPEN_GRAPH = f"{BASE}graph/{AGENCIES}/open"
VARYING = ("x-request-id", "content-length")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
GRAPHS = [Iris().graph(name, access) for name in ("one", "two") for access in CLASSES]
GRANTS = [
    "one:shared",
    "one:restricted",
    "*:shared",
    "*:restricted@2020-01-01",
    "two:open",
    "two:shared@2026-03-01",
]


def explained(client: TestClient, *graphs: str, **headers: str) -> dict[str, object]:
    answer = client.get("/access/explain", params={"graph": graphs}, headers=headers)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    told: dict[str, object] = answer.json()
    return told


def one(told: dict[str, object]) -> dict[str, object]:
    [graph] = told["graphs"]  # type: ignore[misc]  # parsed JSON
    return graph  # type: ignore[return-value]  # parsed JSON


def test_an_open_graph_is_everybodys(client: TestClient) -> None:
    told = explained(client, OPEN_GRAPH, **{"Accept-Language": "en"})
    assert told["caller"] == {
        "kind": "anonymous",
        "name": "anonymous",
        "title": None,
        "expires": None,
        "grants": [],
    }
    assert one(told) == {
        "graph": OPEN_GRAPH,
        "permitted": True,
        "reason": "It is open: everyone may read it.",
        "remedy": None,
        "grant": None,
        "until": None,
    }


def test_a_grant_is_named_with_its_last_day(client: TestClient, new_key: NewKey) -> None:
    grant = f"{REGIMES}:restricted@2999-12-31"
    told = explained(client, SECRET_GRAPH, **new_key(grant))
    assert one(told) | {"reason": ""} == {
        "graph": SECRET_GRAPH,
        "permitted": True,
        "reason": "",
        "remedy": None,
        "grant": grant,
        "until": "2999-12-31",
    }
    caller = told["caller"]
    assert isinstance(caller, dict)
    assert (caller["kind"], caller["title"], caller["grants"]) == ("key", "thử", [grant])
    assert caller["expires"] is not None


def test_without_a_graph_all_that_may_be_read_are_told(client: TestClient, new_key: NewKey) -> None:
    unknown, known = explained(client), explained(client, **new_key(f"{REGIMES}:restricted"))
    names = [[graph["graph"] for graph in told["graphs"]] for told in (unknown, known)]  # type: ignore[attr-defined]  # parsed JSON
    assert OPEN_GRAPH in names[0]
    assert sorted([*names[0], SECRET_GRAPH]) == names[1]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("grants", [None, [], ["*:open"], [f"{AGENCIES}:restricted"], [f"{REGIMES}:shared"]])
def test_forbidden_and_unknown_are_told_alike(
    client: TestClient, new_key: NewKey, language: str, grants: list[str] | None
) -> None:
    headers = {"Accept-Language": language} | (new_key(*grants) if grants is not None else {})
    told = []
    for name in (REGIMES, "no-regimes!"):
        answer = client.get(f"/access/explain?graph={BASE}graph/{name}/restricted", headers=headers)
        kept = {key: value for key, value in answer.headers.items() if key not in VARYING}
        told.append((kept, str(answer.json()["graphs"]).replace(name, "NAME")))
    assert told[0] == told[1]
    assert "'permitted': False" in told[0][1]


@given(
    st.lists(st.sampled_from(GRANTS), max_size=3),
    st.sampled_from([*GRAPHS, "urn:x", "shared", f"{BASE}graph/one/secret", ""]),
    st.sets(st.sampled_from(GRAPHS)),
)
def test_what_is_not_permitted_is_told_without_a_look_at_what_there_is(
    grants: list[str], graph: str, existing: set[str]
) -> None:
    identity = Identity("key", "key:1", grants=[*map(parse_grant, grants)])
    decision = decide(identity, graph, existing, NOW)
    if not decision.permitted:
        assert decision == decide(identity, graph, existing - {graph}, NOW)
        assert decision.remedy is not None


@pytest.mark.parametrize(
    ("grants", "graph", "said"),
    [
        ([], "one/shared", "registers once"),
        ([], "one/restricted", "ask its owner"),
        ([], "one/open", "Check the IRI"),
        (["one:shared@2026-02-28"], "one/shared", "has ended"),
        (["one:restricted"], "one/shared", "nothing is published"),
    ],
)
def test_a_remedy_goes_with_the_class(grants: list[str], graph: str, said: str) -> None:
    identity = Identity("key", "key:1", grants=[*map(parse_grant, grants)])
    decision = decide(identity, f"{BASE}graph/{graph}", [], NOW)
    assert decision.remedy is not None
    assert said in f"{decision.reason.en} {decision.remedy.en}"


def test_whoever_shows_nothing_is_told_so(client: TestClient) -> None:
    told = one(explained(client, SECRET_GRAPH, **{"Accept-Language": "en"}))
    assert str(told["remedy"]).startswith("This request shows neither key nor token")
    assert f"{REGIMES}:restricted" in str(told["remedy"])


def test_many_graphs_are_asked_for_at_once_but_not_too_many(client: TestClient) -> None:
    assert len(explained(client, OPEN_GRAPH, SECRET_GRAPH, OPEN_GRAPH)["graphs"]) == 2  # type: ignore[arg-type]  # parsed JSON
    asked = [("graph", f"urn:{number}") for number in range(101)]
    assert client.get("/access/explain", params=asked).status_code == 422
