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
FULL = {
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
def client(place: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(place), headers={"Accept-Language": "en"}) as session:
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


def test_what_is_put_is_got(client: TestClient, editor: Headers) -> None:
    made = put(client, "full", FULL, editor)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"{AT}/full"
    read, match = get(client, "full", editor)
    assert read == made.json()
    assert made.headers["etag"] == match["If-Match"]
    assert {key: read[key] for key in FULL if key != "period"} == {
        key: value for key, value in FULL.items() if key != "period"
    }
    assert read["period"]["code"] == "quarterly"
    assert read["type"] == ["Notice"]
    again = client.put(f"{AT}/full", json=read, headers=match)
    assert again.status_code == 200, again.text
    assert again.headers["lienthong-generation"] == made.headers["lienthong-generation"]


def test_each_field_is_in_the_graph_of_its_class(client: TestClient, editor: Headers, clerk: Headers) -> None:
    put(client, "classes", FULL, editor)
    graphs = client.get(
        "/sparql",
        headers=editor,
        params={
            "query": f"SELECT ?g ?p {{ GRAPH ?g {{ <{BASE}id/notice/classes> ?p ?o }} }}",
            "format": "csv",
        },
    ).text
    by_field = {
        line.rsplit("#", 1)[1]: line.split(",")[0].rsplit("/", 1)[1] for line in graphs.split("\r\n")[1:-1]
    }
    assert (by_field["phone"], by_field["secret"], by_field["code"]) == ("shared", "restricted", "open")
    assert "secret" not in get(client, "classes", clerk)[0]


def test_a_patch_changes_what_it_names(client: TestClient, editor: Headers) -> None:
    put(client, "patched", FULL, editor)
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


def test_a_change_says_what_it_was_made_from(client: TestClient, editor: Headers, clerk: Headers) -> None:
    put(client, "seen", PLAIN, editor)
    put(client, "beside", PLAIN, editor)
    read, match = get(client, "seen", editor)
    for send in (client.put, client.patch):
        assert send(f"{AT}/seen", json=read, headers=editor | MERGE).status_code == 428
    # Another resource is changed: what was seen of this one still holds.
    _, other = get(client, "beside", editor)
    assert client.patch(f"{AT}/beside", json={"pages": 2}, headers=other | MERGE).status_code == 200
    assert client.put(f"{AT}/seen", json=read | {"pages": 3}, headers=match).status_code == 200
    stale = client.put(f"{AT}/seen", json=read | {"pages": 4}, headers=match)
    assert stale.status_code == 412
    assert get(client, "seen", editor)[0]["pages"] == 3
    # Nobody changes by a tag that somebody else was given.
    _, fresh = get(client, "seen", editor)
    assert client.patch(f"{AT}/seen", json={"pages": 5}, headers=fresh | MERGE | clerk).status_code == 412
    assert put(client, "seen", read, editor).status_code == 412
    missing = {"If-Match": "*"} | editor
    assert client.put(f"{AT}/nothing", json=PLAIN, headers=missing).status_code == 412
    assert client.patch(f"{AT}/nothing", json={"pages": 1}, headers=missing | MERGE).status_code == 404


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
    "pattern": ({"code": "7"}, {"code": "TB-7"}),
    "too little": ({"pages": 0}, {"pages": "One page"}),
    "no such day": ({"signedOn": "2026-02-30"}, {"signedOn": "no such day"}),
    "required": ({"code": None}, {"code": "TB-7"}),
    "points nowhere": ({"follows": ["nobody"]}, {"follows": ""}),
}  # fmt: skip


@pytest.mark.parametrize(("body", "faults"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_by_its_key_and_nothing_changes(
    client: TestClient, editor: Headers, body: dict[str, Any], faults: dict[str, str]
) -> None:
    before = client.get("/ready").json()["generation"]
    answer = put(client, "wrong", PLAIN | body, editor)
    assert answer.status_code == 422, answer.text
    told = {one["field"]: one for one in answer.json()["errors"]}
    assert set(told) == set(faults)
    for field, part in faults.items():
        assert part in told[field]["detail"]
        assert told[field]["pointer"] == f"#/{field}"
    assert client.get("/ready").json()["generation"] == before
    assert client.get(f"{AT}/wrong").status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[1]", b'{"a": 1, "a": 2}', b'{"fee": NaN}', b"[" * 9000, b"\xff"])
def test_a_body_that_is_no_object_is_refused(client: TestClient, editor: Headers, body: bytes) -> None:
    headers = {"If-None-Match": "*", "Content-Type": "application/json"} | editor
    answer = client.put(f"{AT}/wrong", content=body, headers=headers)
    assert answer.status_code == 400
    assert client.patch(f"{AT}/wrong", json={}, headers=editor | {"If-Match": "*"}).status_code == 415
    unknown = client.put(f"{AT}/wrong?colour=red", json=PLAIN, headers=headers)
    assert unknown.status_code == 400


def test_a_field_that_the_writer_may_not_see_is_neither_told_nor_lost(
    client: TestClient, editor: Headers, clerk: Headers
) -> None:
    put(client, "hidden", FULL, editor)
    read, match = get(client, "hidden", clerk)
    assert not {"secret", "phone"} & read.keys()
    assert client.put(f"{AT}/hidden", json=PLAIN | {"pages": 9}, headers=match).status_code == 200
    after, match = get(client, "hidden", editor)
    assert (after["secret"], after["phone"], after["pages"]) == ("Mật", ["024 1", "024 2"], 9)
    assert after["fee"] is None
    guesses = []
    for guess in ("secret", "no-such"):
        _, match = get(client, "hidden", clerk)
        answer = client.patch(f"{AT}/hidden", json={guess: "Mật"}, headers=match | MERGE)
        assert answer.status_code == 422
        told = answer.json()
        del told["requestId"]
        guesses.append(json.dumps(told).replace(guess, "GUESS"))
    assert guesses[0] == guesses[1]


def test_a_field_that_may_be_read_and_not_written_stays(
    client: TestClient, editor: Headers, key: Callable[..., Headers]
) -> None:
    reader = key(f"{OURS}:open:write", f"{OURS}:restricted")
    put(client, "read", FULL, editor)
    read, match = get(client, "read", reader)
    assert read["secret"] == "Mật"
    for change in ({"secret": "Khác"}, {"secret": None}, {"phone": []}):
        answer = client.patch(f"{AT}/read", json=change, headers=match | MERGE)
        assert answer.status_code == 403
        assert answer.json()["place"]["column"] in change
    assert client.put(f"{AT}/read", json=read | {"pages": 1}, headers=match).status_code == 200
    _, match = get(client, "read", reader)
    assert client.put(f"{AT}/read", json=PLAIN, headers=match).status_code == 200
    assert get(client, "read", editor)[0]["secret"] == "Mật"


def test_what_another_data_set_states_stays_theirs(
    client: TestClient, editor: Headers, key: Callable[..., Headers]
) -> None:
    both = key(f"{OURS}:open:write", f"{THEIRS}:open:write")
    put(client, "common", PLAIN, editor)
    _, match = get(client, "common", both)
    added = client.patch(f"{AT}/common?dataset={THEIRS}", json={"pages": 5}, headers=match | MERGE)
    assert added.status_code == 200, added.text
    read, match = get(client, "common", editor)
    assert read["pages"] == 5
    refused = client.patch(f"{AT}/common", json={"pages": 6}, headers=match | MERGE)
    assert refused.status_code == 403
    assert refused.json()["place"]["column"] == "pages"
    kept = client.put(f"{AT}/common", json=read | {"urgent": True}, headers=match)
    assert kept.status_code == 200, kept.text
    assert kept.json()["pages"] == 5


def test_links_are_written_by_key_path_or_iri_and_backwards_not_at_all(
    client: TestClient, editor: Headers
) -> None:
    put(client, "first", PLAIN, editor)
    ways = ["first", f"{AT}/first", "id/notice/first", {"id": f"{BASE}id/notice/first", "label": None}]
    made = put(client, "second", PLAIN | {"follows": ways}, editor)
    assert made.status_code == 201, made.text
    assert [one["href"] for one in made.json()["follows"]] == [f"{AT}/first"]
    read, match = get(client, "first", editor)
    assert [one["href"] for one in read["followedBy"]] == [f"{AT}/second"]
    assert client.put(f"{AT}/first", json=read | {"pages": 2}, headers=match).status_code == 200
    _, match = get(client, "first", editor)
    refused = client.patch(f"{AT}/first", json={"followedBy": []}, headers=match | MERGE)
    assert refused.status_code == 403


def test_who_may_not_write_is_told_so_and_nothing_else(
    client: TestClient, editor: Headers, key: Callable[..., Headers]
) -> None:
    put(client, "guarded", PLAIN, editor)
    readers = {
        "read": key(f"{OURS}:restricted"),
        "theirs": key(f"{THEIRS}:restricted:write"),
        "ended": key(f"{OURS}:open:write@2020-01-01"),
    }
    for name, headers in {"nobody": {}, **readers}.items():
        expected = 401 if name == "nobody" else 403
        existing = {"If-Match": "*"} | headers
        assert client.put(f"{AT}/guarded", json=PLAIN, headers=existing).status_code == expected, name
        assert (
            client.patch(f"{AT}/guarded", json={"pages": 1}, headers=existing | MERGE).status_code == expected
        )
        if name != "theirs":
            new = headers | {"Idempotency-Key": f"who-{name}"}
            assert client.post(AT, json=PLAIN, headers=new).status_code == expected
    assert get(client, "guarded", editor)[0]["pages"] is None


def test_a_new_resource_is_made_once(client: TestClient, editor: Headers, place: Settings) -> None:
    once = editor | {"Idempotency-Key": '"a-1"'}
    assert client.post(AT, json=PLAIN, headers=editor).status_code == 400
    made = client.post(AT, json=PLAIN, headers=once)
    assert made.status_code == 201, made.text
    with TestClient(create_app(place)) as restarted:
        again = restarted.post(AT, json=PLAIN, headers=once)
    assert (again.status_code, again.json()) == (201, made.json())
    assert again.headers["location"] == made.headers["location"]
    assert client.post(AT, json=PLAIN | {"pages": 2}, headers=once).status_code == 422
    named = PLAIN | {"id": f"{BASE}id/notice/named"}
    assert client.post(AT, json=named, headers=editor | {"Idempotency-Key": "a-2"}).status_code == 201
    assert client.post(AT, json=named, headers=editor | {"Idempotency-Key": "a-3"}).status_code == 409
    elsewhere = PLAIN | {"id": f"{BASE}id/agency/named"}
    assert client.post(AT, json=elsewhere, headers=editor | {"Idempotency-Key": "a-4"}).status_code == 422


def test_a_request_that_was_cut_off_is_taken_up(client: TestClient, editor: Headers, place: Settings) -> None:
    once = editor | {"Idempotency-Key": "cut"}
    made = client.post(AT, json=PLAIN, headers=once)
    for file in (place.data_dir / "idempotency").iterdir():
        told = json.loads(file.read_text())
        if told["made"] and told["made"].endswith(made.json()["id"].rsplit("/", 1)[1]):
            file.write_text(json.dumps(told | {"made": None}))
    again = client.post(AT, json=PLAIN, headers=once)
    assert (again.status_code, again.json()["id"]) == (201, made.json()["id"])


def test_who_wrote_what_is_noted(client: TestClient, editor: Headers, place: Settings) -> None:
    put(client, "noted", PLAIN, editor)
    _, match = get(client, "noted", editor)
    changed = client.patch(f"{AT}/noted", json={"pages": 3}, headers=match | MERGE)
    first, second = Audit(place.data_dir).lines(f"{BASE}id/notice/noted")
    assert (first["how"], first["keys"]) == ("PUT", ["name", "code", "type"])
    assert (second["how"], second["keys"], second["title"]) == ("PATCH", ["pages"], "thử")
    assert second["request"] == changed.headers["x-request-id"]
    report = place.data_dir / "runs" / second["run"] / "report.json"
    assert json.loads(report.read_text(encoding="utf-8"))["datasets"][0]["update"]["agent"] == second["who"]
    for file in (place.data_dir / "audit").iterdir():
        assert file.stat().st_mode & 0o077 == 0


def test_bodies_are_described(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    item = paths[f"{AT}/{{key}}"]
    body = item["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["name", "code"]
    assert body["properties"]["code"]["pattern"] == "^TB-[0-9]+$"
    assert body["additionalProperties"] is False
    assert "monthly" in json.dumps(body["properties"]["period"])
    patch = item["patch"]["requestBody"]["content"]["application/merge-patch+json"]["schema"]
    assert "required" not in patch
    assert {"type": "null"} in patch["properties"]["code"]["anyOf"]
    assert {"201", "401", "403", "409", "412", "422", "428"} <= item["put"]["responses"].keys()
