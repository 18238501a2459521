"""Resources written through their collection, by those who may: of a class that only a shape knows."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from api.app import create_app
from api.audit import Audit
from graph import settings
from graph.access import parse_grant
from graph.registry import Keys, Registry
from graph.settings import Settings
from ingest import pipeline, scaffold

AT, BASE = "/api/v1/notices", "https://lienthong.gov.vn/"
OURS, THEIRS, MAPPED = "test-notices", "test-others", "test-mapped"
MERGE = {"Content-Type": "application/merge-patch+json"}
PLAIN = {"name": {"vi": "Thông báo", "en": "Notice"}, "code": "TB-1"}
FULL: dict[str, Any] = {
    **PLAIN,
    "pages": 7,
    "fee": 1.5,
    "urgent": False,
    "signedOn": "2026-11-28",
    "period": "quarterly",
    "phone": ["024 1", "024 2"],
    "secret": "Mật",
}
Headers = dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("corrections")
    (folder / "shapes").mkdir()
    (folder / "datasets").mkdir()
    shutil.copy(Path(__file__).with_name("corrections.shapes.ttl"), folder / "shapes" / "test.ttl")
    made = settings.load(
        shapes_dir=folder / "shapes",
        data_dir=folder / "data",
        datasets_dir=folder / "datasets",
        columns_threads=1,
        columns_memory_mb=256,
        workers=1,
    )
    for name in (OURS, THEIRS):
        scaffold.create_kept_by_update(name, made)
    assert not pipeline.run(made).failed
    return made


@pytest.fixture(scope="module")
def key(place: Settings) -> Iterator[Callable[..., Headers]]:
    registry = Registry(place.data_dir)

    def new(*grants: str) -> Headers:
        made = Keys(registry).create("thử", "Bộ thử", [*map(parse_grant, grants)], timedelta(days=1))
        return {"Authorization": f"Bearer {made[1].text}"}

    yield new
    registry.close()


@pytest.fixture(scope="module")
def client(place: Settings, key: Callable[..., Headers]) -> Iterator[TestClient]:
    """A service on the notices of `corrections.rq`: each publication takes seconds."""
    both = key(f"{OURS}:restricted:write", f"{THEIRS}:open:write")
    seed = Path(__file__).with_name("corrections.rq").read_text(encoding="utf-8")
    with TestClient(create_app(place), headers={"Accept-Language": "en"}) as session:
        seeded = session.post(
            "/sparql", content=seed.encode(), headers=both | {"Content-Type": "application/sparql-update"}
        )
        assert seeded.status_code == 200, seeded.text
        yield session


@pytest.fixture(scope="module")
def editor(key: Callable[..., Headers]) -> Headers:
    """May write all of our data set."""
    return key(f"{OURS}:restricted:write")


@pytest.fixture(scope="module")
def clerk(key: Callable[..., Headers]) -> Headers:
    """May write what is open of our data set, and read no more."""
    return key(f"{OURS}:open:write")


def put(client: TestClient, name: str, body: object, headers: Headers) -> Response:
    return client.put(f"{AT}/{name}", json=body, headers={"If-None-Match": "*"} | headers)


def get(client: TestClient, name: str, headers: Headers) -> tuple[dict[str, Any], Headers]:
    answer = client.get(f"{AT}/{name}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json(), headers | {"If-Match": answer.headers["etag"]}


def generation(client: TestClient) -> str:
    return str(client.get(f"{AT}?limit=1").headers["lienthong-generation"])


def test_what_is_put_is_got(client: TestClient, editor: Headers, clerk: Headers, place: Settings) -> None:
    ways = ["first", f"{AT}/first", "id/notice/first", {"id": f"{BASE}id/notice/first", "label": None}]
    made = put(client, "full", FULL | {"follows": ways}, editor)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"{AT}/full"
    read, match = get(client, "full", editor)
    assert read == made.json()
    assert made.headers["etag"] == match["If-Match"]
    plain = FULL.keys() - {"period"}
    assert {key: read[key] for key in plain} == {key: FULL[key] for key in plain}
    assert read["period"]["code"] == "quarterly"
    assert read["type"] == ["Notice"]
    assert [one["href"] for one in read["follows"]] == [f"{AT}/first"]
    # What was got can be put, and changes nothing; what another says of it is not written here.
    again = client.put(f"{AT}/full", json=read, headers=match)
    assert (again.status_code, again.headers["etag"]) == (200, match["If-Match"])
    first, match = get(client, "first", editor)
    assert [one["href"] for one in first["followedBy"]] == [f"{AT}/full"]
    refused = client.patch(f"{AT}/first", json={"followedBy": []}, headers=match | MERGE)
    assert refused.status_code == 403
    # Each field is in the graph of its class of access.
    assert get(client, "full", clerk)[0].keys() == read.keys() - {"secret", "phone"}
    query = f"SELECT ?g ?p {{ GRAPH ?g {{ <{BASE}id/notice/full> ?p ?o }} }}"
    rows = client.get("/sparql", headers=editor, params={"query": query, "format": "csv"}).text
    by_field = {
        line.rsplit("#", 1)[1]: line.split(",")[0].rsplit("/", 1)[1] for line in rows.split("\r\n")[1:-1]
    }
    assert (by_field["phone"], by_field["secret"], by_field["code"]) == ("shared", "restricted", "open")
    # And it is noted who wrote it.
    (noted,) = Audit(place.data_dir).lines(f"{BASE}id/notice/full")
    assert (noted["how"], noted["title"]) == ("PUT", "thử")
    assert set(noted["keys"]) == {*FULL, "follows", "type"}
    assert noted["request"] == made.headers["x-request-id"]
    report = place.data_dir / "runs" / noted["run"] / "report.json"
    assert json.loads(report.read_text(encoding="utf-8"))["datasets"][0]["update"]["agent"] == noted["who"]
    for file in (place.data_dir / "audit").iterdir():
        assert file.stat().st_mode & 0o077 == 0


def test_a_change_says_what_it_was_made_from(client: TestClient, editor: Headers, clerk: Headers) -> None:
    hidden, seen = get(client, "hidden", clerk)
    assert not {"secret", "phone"} & hidden.keys()
    # A patch changes what it names.
    before, match = get(client, "patched", editor)
    patch = {"name": {"en": None}, "period": {"code": "yearly"}, "phone": ["024 2"], "fee": None, "pages": 8}
    answer = client.patch(f"{AT}/patched", json=patch, headers=match | MERGE)
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert after["name"] == {"vi": "Thông báo"}
    assert after["period"]["code"] == "yearly"
    assert (after["phone"], after["fee"], after["pages"]) == (["024 2"], None, 8)
    untouched = ("code", "urgent", "signedOn", "secret")
    assert [after[key] for key in untouched] == [before[key] for key in untouched]
    # What was seen of another resource before that still holds; what is hidden is not lost by it.
    assert client.put(f"{AT}/hidden", json=PLAIN | {"pages": 9}, headers=seen).status_code == 200
    whole, match = get(client, "hidden", editor)
    assert (whole["secret"], whole["phone"], whole["pages"]) == ("Mật", ["024 1", "024 2"], 9)
    assert whole["fee"] is None
    # But now it no longer does.
    published = generation(client)
    assert client.put(f"{AT}/hidden", json=PLAIN | {"pages": 10}, headers=seen).status_code == 412
    # Nobody changes by a tag that somebody else was given, or by none.
    other = match | MERGE | clerk
    assert client.patch(f"{AT}/hidden", json={"pages": 5}, headers=other).status_code == 412
    assert client.patch(f"{AT}/hidden", json={"pages": 5}, headers=editor | MERGE).status_code == 428
    assert client.put(f"{AT}/hidden", json=PLAIN, headers=editor).status_code == 428
    assert put(client, "hidden", PLAIN, editor).status_code == 412
    missing = {"If-Match": "*"} | editor
    assert client.put(f"{AT}/nothing", json=PLAIN, headers=missing).status_code == 412
    assert client.patch(f"{AT}/nothing", json={"pages": 1}, headers=missing | MERGE).status_code == 404
    assert generation(client) == published


WRONG: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "unknown": ({"colour": "red"}, {"colour": "code, fee, followedBy"}),
    "no string": ({"code": 7}, {"code": "a string"}),
    "no whole number": ({"pages": 7.5}, {"pages": "whole number"}),
    "no number": ({"fee": "free"}, {"fee": "a number"}),
    "no boolean": ({"urgent": "yes"}, {"urgent": "true, false"}),
    "no code": ({"period": "daily"}, {"period": "monthly, quarterly, yearly"}),
    "no list": ({"phone": "024"}, {"phone": "a list"}),
    "no language": ({"name": "Tên"}, {"name": '"vi"'}),
    "another's name": ({"id": f"{BASE}id/notice/other"}, {"id": "id/notice/wrong"}),
    "another's address": ({"href": f"{AT}/other"}, {"href": "notices/wrong"}),
    "another class": ({"type": ["Regime"]}, {"type": "Notice"}),
    "two at once": ({"pages": "x", "fee": "y"}, {"pages": "whole", "fee": "number"}),
    "against the shapes": (
        {"code": "7", "pages": 0, "signedOn": "2026-02-30", "follows": ["nobody"]},
        {"code": "TB-7", "pages": "One page", "signedOn": "no such day", "follows": ""},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "faults"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_by_its_key_and_nothing_changes(
    client: TestClient, editor: Headers, body: dict[str, Any], faults: dict[str, str]
) -> None:
    before = generation(client)
    answer = put(client, "wrong", PLAIN | body, editor)
    assert answer.status_code == 422, answer.text
    told = {one["field"]: one for one in answer.json()["errors"]}
    assert set(told) == set(faults)
    for field, part in faults.items():
        assert part in told[field]["detail"]
        assert told[field]["pointer"] == f"#/{field}"
    assert generation(client) == before
    assert client.get(f"{AT}/wrong").status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[1]", b'{"a": 1, "a": 2}', b'{"fee": NaN}', b"[" * 9000, b"\xff"])
def test_a_body_that_is_no_object_is_refused(client: TestClient, editor: Headers, body: bytes) -> None:
    headers = {"If-None-Match": "*", "Content-Type": "application/json"} | editor
    answer = client.put(f"{AT}/wrong", content=body, headers=headers)
    assert answer.status_code == 400
    assert client.patch(f"{AT}/wrong", json={}, headers=editor | {"If-Match": "*"}).status_code == 415
    unknown = client.put(f"{AT}/wrong?colour=red", json=PLAIN, headers=headers)
    assert unknown.status_code == 400


def test_a_field_that_may_not_be_seen_is_as_one_that_there_is_not(client: TestClient, clerk: Headers) -> None:
    guesses = []
    for guess in ("secret", "no-such"):
        _, match = get(client, "patched", clerk)
        answer = client.patch(f"{AT}/patched", json={guess: "Mật"}, headers=match | MERGE)
        assert answer.status_code == 422
        told = answer.json()
        del told["requestId"]
        guesses.append(json.dumps(told).replace(guess, "GUESS"))
    assert guesses[0] == guesses[1]


def test_what_may_be_read_and_not_written_stays(
    client: TestClient, editor: Headers, key: Callable[..., Headers]
) -> None:
    reader = key(f"{OURS}:open:write", f"{OURS}:restricted")
    read, match = get(client, "kept", reader)
    assert read["secret"] == "Mật"
    for change in ({"secret": "Khác"}, {"secret": None}, {"phone": []}):
        answer = client.patch(f"{AT}/kept", json=change, headers=match | MERGE)
        assert answer.status_code == 403
        assert answer.json()["place"]["column"] in change
    without = {field: value for field, value in read.items() if field not in ("secret", "phone")}
    for body in (read, without):
        answer = client.put(f"{AT}/kept", json=body, headers=match)
        assert (answer.status_code, answer.headers["etag"]) == (200, match["If-Match"])


def test_what_another_data_set_states_stays_theirs(
    client: TestClient, editor: Headers, key: Callable[..., Headers]
) -> None:
    read, match = get(client, "common", editor)
    assert read["pages"] == 5
    for change in ({"pages": 6}, {"pages": None}):
        refused = client.patch(f"{AT}/common", json=change, headers=match | MERGE)
        assert refused.status_code == 403
        assert refused.json()["place"]["column"] == "pages"
    kept = client.put(f"{AT}/common", json=read, headers=match)
    assert (kept.status_code, kept.headers["etag"]) == (200, match["If-Match"])
    both = key(f"{OURS}:open:write", f"{THEIRS}:open:write")
    unnamed = put(client, "new", PLAIN, both)
    assert unnamed.status_code == 400
    assert OURS in unnamed.json()["hint"]
    assert THEIRS in unnamed.json()["hint"]


def test_who_may_not_write_is_told_so_and_nothing_else(
    client: TestClient, key: Callable[..., Headers]
) -> None:
    published = generation(client)
    grants = {
        "reader": f"{OURS}:restricted",
        "of-another": f"{THEIRS}:restricted:write",
        "ended": f"{OURS}:open:write@2020-01-01",
    }
    callers = {"nobody": {}, **{name: key(grant) for name, grant in grants.items()}}
    for name, headers in callers.items():
        expected = 403 if headers else 401
        there = {"If-Match": "*"} | headers
        assert client.put(f"{AT}/kept", json=PLAIN, headers=there).status_code == expected, name
        assert client.patch(f"{AT}/kept", json={"pages": 1}, headers=there | MERGE).status_code == expected
        ours = client.post(f"{AT}?dataset={OURS}", json=PLAIN, headers=headers | {"Idempotency-Key": name})
        assert ours.status_code == expected
    assert generation(client) == published


def test_a_new_resource_is_made_once(client: TestClient, editor: Headers, place: Settings) -> None:
    once = editor | {"Idempotency-Key": '"a-1"'}
    assert client.post(AT, json=PLAIN, headers=editor).status_code == 400
    assert client.post(AT, json=PLAIN | {"code": 7}, headers=once).status_code == 422  # the key stays free
    made = client.post(AT, json=PLAIN, headers=once)
    assert made.status_code == 201, made.text
    assert client.post(AT, json=PLAIN | {"pages": 2}, headers=once).status_code == 422
    published = generation(client)
    # The service is started anew; and a process ended before it could remember what came of it.
    (file,) = (
        file for file in (place.data_dir / "idempotency").iterdir() if made.json()["id"] in file.read_text()
    )
    remembered = file.read_text()
    with TestClient(create_app(place)) as restarted:
        answers = [restarted.post(AT, json=PLAIN, headers=once)]
    file.write_text(json.dumps(json.loads(remembered) | {"made": None}))
    answers.append(client.post(AT, json=PLAIN, headers=once))
    for again in answers:
        assert (again.status_code, again.json()) == (201, made.json())
        assert again.headers["location"] == made.headers["location"]
    named = PLAIN | {"id": f"{BASE}id/notice/first"}
    assert client.post(AT, json=named, headers=editor | {"Idempotency-Key": "a-3"}).status_code == 409
    elsewhere = PLAIN | {"id": f"{BASE}id/agency/named"}
    assert client.post(AT, json=elsewhere, headers=editor | {"Idempotency-Key": "a-4"}).status_code == 422
    assert generation(client) == published


def test_bodies_are_described(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    item = paths[f"{AT}/{{key}}"]
    body = item["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["required"]) == {"name", "code"}
    assert body["properties"]["code"]["pattern"] == "^TB-[0-9]+$"
    assert body["additionalProperties"] is False
    assert "monthly" in json.dumps(body["properties"]["period"])
    patch = item["patch"]["requestBody"]["content"]["application/merge-patch+json"]["schema"]
    assert "required" not in patch
    assert {"type": "null"} in patch["properties"]["code"]["anyOf"]
    assert {"201", "401", "403", "409", "412", "422", "428"} <= item["put"]["responses"].keys()
