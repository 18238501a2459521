"""`POST /validate`: what is taken, what is answered, what nobody learns, what is left behind."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from rdflib import SH, Graph

from api import dependencies
from api.app import create_app
from api.jobs import register
from api.validation import command
from api.validation.command import Check
from api.validation.jobs import Job, Jobs
from graph import settings
from graph.access import Principal
from graph.settings import Settings

BASE = "https://lienthong.gov.vn/"
OPEN, RESTRICTED = f"{BASE}graph/small/open", f"{BASE}graph/small/restricted"
ROOT = Path(__file__).resolve().parents[2]
TURTLE = {"Content-Type": "text/turtle", "Accept-Language": "en"}
REGISTER = f"""@prefix core: <{BASE}ont/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{BASE}id/register/unit-2024-01-01> a core:Register ; rdfs:label "Danh mục"@vi , "Register"@en ;
    core:validFrom "2024-13-01"^^<http://www.w3.org/2001/XMLSchema#date> .
"""
IDENTITY = f"""@prefix core: <{BASE}ont/core#> .
@prefix person: <{BASE}ont/person#> .
<{BASE}id/electronic-identity/PERSON> a person:ElectronicIdentity ; person:holder <{BASE}id/person/PERSON> ;
    person:identityLevel <{BASE}code/identity-level/level-2> ;
    core:validFrom "2023-05-04"^^<http://www.w3.org/2001/XMLSchema#date> .
"""
KNOWN, NOBODY = "5bdcc146bf60754e6a042426089575c7", "0000c146bf60754e6a04242608957000"
DATA = ROOT / "ingest" / "datasets" / "un-egovernment" / "data"


def jobs_of(client: TestClient) -> Jobs:
    assert isinstance(client.app, FastAPI)
    found: Jobs = client.app.state.validation_jobs
    return found


def post(client: TestClient, text: str, **headers: str) -> httpx.Response:
    return client.post("/validate", content=text.encode(), headers=TURTLE | headers)


def finished(client: TestClient, address: str) -> dict[str, object]:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        told: dict[str, object] = client.get(address).json()
        if told["state"] in ("done", "failed"):
            return told
        time.sleep(0.2)
    raise AssertionError("the check did not end")


def test_the_report_in_every_form(client: TestClient) -> None:
    told = post(client, REGISTER)
    assert told.status_code == 200
    [one] = told.json()["results"]
    assert (one["value"], one["origin"]) == ("2024-13-01", {"file": "sent.ttl", "rows": []})
    form = client.post("/validate?format=csv", files={"file": ("đơn vị.ttl", REGISTER.encode())})
    assert "2024-13-01" in form.text
    assert "đơn vị.ttl" in form.text


@pytest.mark.parametrize(
    ("status", "body", "content_type", "hint"),
    [
        (415, b"x", "text/css", "text/turtle"),
        (422, b"<a> <b>", "text/turtle", "Mend it there"),
        (422, b"\xff\xfe", "text/turtle", "Mend it there"),
        (413, b"#" * (1 << 20) + b"\n", "text/turtle", "lienthong validate"),
        (400, b"--x\r\n", "multipart/form-data; boundary=x", "curl -F"),
        (400, b"x", "multipart/form-data", "curl -F"),
    ],
)
def test_what_is_refused_and_what_would_have_worked(
    client: TestClient, status: int, body: bytes, content_type: str, hint: str
) -> None:
    told = client.post(
        "/validate", content=body, headers={"Content-Type": content_type, "Accept-Language": "en"}
    )
    assert (told.status_code, told.headers["content-type"]) == (status, "application/problem+json")
    assert hint in told.json()["hint"]
    assert "/tmp" not in told.text


def test_a_body_without_an_announced_length_is_cut_off_too(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(64):
            yield b"#" * 65_536

    assert client.post("/validate", content=chunks(), headers=TURTLE).status_code == 413


def test_shapes_are_chosen_by_module(client: TestClient) -> None:
    told = client.post("/validate?shapes=person", content=REGISTER.encode(), headers=TURTLE)
    assert told.json()["conforms"] is True
    unknown = client.post("/validate?shapes=../core", content=REGISTER.encode(), headers=TURTLE)
    assert unknown.status_code == 404
    assert "core" in unknown.json()["hint"]


def test_counts_stay_exact_under_a_limit(client: TestClient) -> None:
    told = client.post("/validate?maxResults=0", content=REGISTER.encode(), headers=TURTLE).json()
    assert (told["total"], told["results"], told["counts"][0]["count"]) == (1, [], 1)


def without_names(told: httpx.Response, name: str) -> dict[str, object]:
    document: dict[str, object] = told.json()
    kept = {key: value for key, value in document.items() if key not in ("checked", "ids")}
    return {key: str(value).replace(name, "PERSON") for key, value in kept.items()} | {
        "results": [
            {key: str(value).replace(name, "PERSON") for key, value in one.items() if key != "id"}
            for one in told.json()["results"]
        ]
    }


def test_nobody_finds_out_whether_somebody_is_known(client: TestClient) -> None:
    answers = [
        without_names(post(client, IDENTITY.replace("PERSON", name)), name) for name in (KNOWN, NOBODY)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["conforms"] == "True"
    assert "Not looked up" in str(answers[0]["counts"])


def test_who_may_see_persons_is_told_of_a_wrong_one(
    client: TestClient, may_see: dict[str, frozenset[str]]
) -> None:
    may_see["graphs"] = frozenset([OPEN, RESTRICTED])
    assert post(client, IDENTITY.replace("PERSON", KNOWN)).json()["total"] == 0
    wrong = post(client, IDENTITY.replace("PERSON", NOBODY)).json()
    assert [one["constraint"] for one in wrong["results"]] == [str(SH.ClassConstraintComponent)]
    may_see["graphs"] = frozenset()
    assert post(client, IDENTITY.replace("PERSON", NOBODY)).json()["conforms"] is True


def test_the_key_of_a_citizen_number_is_nobodys_to_ask_for(small: Settings, tmp_path: Path) -> None:
    chosen = small.model_copy(update={"http_hosts": ["example.org"]})
    unknown = command.environment(Check((), (OPEN,), sees_persons=False), chosen, tmp_path)
    trusted = command.environment(Check((), (OPEN,), sees_persons=True), chosen, tmp_path)
    secret = chosen.identity_secret.get_secret_value()
    assert trusted["LIENTHONG_IDENTITY_SECRET"] == secret
    assert secret not in unknown["LIENTHONG_IDENTITY_SECRET"]
    assert not {"LIENTHONG_CONNECTIONS", "LIENTHONG_HTTP_HOSTS"} & set(unknown)


def test_a_large_check_is_a_job(client: TestClient) -> None:
    large = REGISTER + "# …\n" * 50_000
    begun = post(client, large)
    assert begun.status_code == 202
    address = begun.headers["location"]
    assert begun.json()["links"]["self"] == address
    told = finished(client, address)
    assert (told["state"], told["conforms"]) == ("done", False)
    assert datetime.fromisoformat(str(told["expires"])) > datetime.fromisoformat(str(told["created"]))
    report = client.get(f"{address}/report", headers={"Accept": "text/csv"})
    assert "2024-13-01" in report.text
    page = client.get(f"{address}/report", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert "1 violations." in page.text
    graph = Graph().parse(data=client.get(f"{address}/report?format=ttl").text, format="turtle")
    assert [str(value) for value in graph.objects(None, SH.value)] == ["2024-13-01"]
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == client.get(f"{address}/report").status_code == 404


def test_a_job_that_fails_says_why(client: TestClient) -> None:
    begun = post(client, "<a> <b>", Prefer="respond-async")
    told = finished(client, begun.headers["location"])
    assert told["state"] == "failed"
    report = client.get(begun.headers["location"] + "/report")
    assert report.status_code == 422
    assert report.json()["place"] == {"line": 1}


def test_a_job_is_its_owners(client: TestClient, may_see: dict[str, frozenset[str]]) -> None:
    may_see["graphs"] = frozenset([OPEN])
    address = post(client, REGISTER, Prefer="respond-async").headers["location"]
    assert client.get(address).status_code == 200
    assert isinstance(client.app, FastAPI)
    other = Principal("other", frozenset([OPEN]))
    client.app.dependency_overrides[dependencies.principal] = lambda: other
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/report").status_code == 404
    assert client.delete(address).status_code == 404


def test_nothing_that_was_sent_is_left(client: TestClient) -> None:
    address = post(client, REGISTER, Prefer="respond-async").headers["location"]
    finished(client, address)
    job: Job = jobs_of(client).get(address.rsplit("/", 1)[-1], "anonymous")
    root = job.folder.parent
    deadline = time.monotonic() + 60
    while job.folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not job.folder.exists()
    post(client, REGISTER)
    assert not [path for path in root.rglob("*") if path.is_file()]


def serving(small: Settings, **given: object) -> TestClient:
    return TestClient(
        create_app(settings.load(data_dir=small.data_dir, workers=1, validate_wait=120.0, **given))
    )


def test_a_report_is_gone_when_it_expires(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "SWEEP", 0.5)
    with serving(small) as client:
        address = post(client, REGISTER, Prefer="respond-async").headers["location"]
        assert finished(client, address)["state"] == "done"
        jobs_of(client).get(address.rsplit("/", 1)[-1], "anonymous").expires = datetime.now(UTC)
        assert client.get(address).status_code == 404
        deadline = time.monotonic() + 60
        while jobs_of(client)._jobs and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not jobs_of(client)._jobs


def test_a_check_is_stopped_at_its_deadline(small: Settings) -> None:
    with serving(small, validate_timeout=0.3) as client:
        told = post(client, REGISTER)
        assert told.status_code == 504
        assert "0.3 seconds" in told.json()["detail"]
        assert client.get("/health").status_code == 200


def test_a_check_that_needs_too_much_memory_ends_and_says_so(small: Settings) -> None:
    with serving(small, validate_memory_mb=256) as client:
        told = post(client, REGISTER)
        assert told.status_code == 503
        assert "256 MiB" in told.json()["hint"]
        assert client.get("/health").status_code == 200


def test_it_checks_before_anything_is_published(tmp_path: Path) -> None:
    chosen = settings.load(data_dir=tmp_path, workers=1, validate_wait=120.0)
    with TestClient(create_app(chosen)) as client:
        assert [one["value"] for one in post(client, REGISTER).json()["results"]] == ["2024-13-01"]


def test_who_comes_when_all_places_are_taken_is_told_to_try_again(small: Settings) -> None:
    with serving(small, validate_queue=0) as client:
        address = post(client, REGISTER, Prefer="respond-async").headers["location"]
        told = post(client, REGISTER)
        assert (told.status_code, told.headers["retry-after"]) == (503, "2")
        finished(client, address)
        assert post(client, REGISTER).status_code == 200


def test_source_files_are_checked_as_the_data_set_reads_them(client: TestClient) -> None:
    broken = (
        (DATA / "vietnam.csv").read_text(encoding="utf-8").replace("83,190,2012-03-21", "83,190,2012-03-32")
    )
    files = [
        ("file", ("vietnam.csv", broken.encode())),
        ("file", ("indices.csv", (DATA / "indices.csv").read_bytes())),
    ]
    told = client.post("/datasets/un-egovernment/validate", files=files)
    assert told.status_code == 200, told.text
    [one] = [one for one in told.json()["results"] if one["severity"] == "violation"]
    assert one["origin"] == {"file": "vietnam.csv", "rows": [2], "column": "published_on"}
    alone = client.post(
        "/datasets/un-egovernment/validate?file=vietnam.csv",
        content=broken.encode(),
        headers={"Accept-Language": "en"},
    )
    assert alone.status_code == 422
    assert "indices.csv" in alone.json()["detail"]
    assert client.post("/datasets/un-egov/validate", files=files).status_code == 404


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x.ttl", ".hidden.ttl"])
def test_a_name_leads_nowhere(client: TestClient, name: str) -> None:
    told = client.post("/validate", files={"file": (name, REGISTER.encode(), "text/turtle")})
    assert told.status_code in (200, 422)
    assert ".." not in told.text
