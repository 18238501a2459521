"""A service with data that not everybody may see, an issuer of tokens, and principals who may and may not."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi.testclient import TestClient

from api.app import create_app
from api.repeats.heads import Heads, Lookup
from graph.access import parse_grant
from graph.registry import Keys, Registry
from graph.settings import Settings
from graph.stores.generations import Generations
from ingest import pipeline
from tests.quality.conftest import AGENCIES, MINISTRIES, REGIMES, describe, regime, rows, settings_in

BASE = "https://lienthong.gov.vn/"
SECRET_GRAPH = f"{BASE}graph/{REGIMES}/restricted"
SAVED = """# vi: Chế độ nào có mã này?
# en: Which regime has this code?
# parameter: code | mã | code
# access: restricted
PREFIX core: <https://lienthong.gov.vn/ont/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?name { VALUES ?code { "BC-000" } ?regime core:code ?code ; rdfs:label ?name }
"""
Headers = dict[str, str]
NewKey = Callable[..., Headers]


@dataclass
class Issuer:
    """An OpenID Connect issuer on this machine: a real HTTP server, with keys of its own.

    `asked` counts the requests; `is_down` makes it answer 503.
    """

    address: str = ""
    audience: str = "lienthong"
    keys: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_down: bool = False
    claimed: str | None = None

    def token(
        self, *, kid: str | None = "rsa", key: Any = None, algorithm: str = "RS256", **other: Any
    ) -> str:
        """A token that is right but for what `other` says; None takes a claim away."""
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": self.audience,
            "sub": "an",
            "name": "Nguyễn An",
            "iat": now,
            "exp": now + 300,
            "groups": ["reports"],
        } | other
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            key if key is not None else self.keys[kid or "rsa"],
            algorithm=algorithm,
            headers={"kid": kid} if kid else {},
        )

    def document(self, path: str) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.claimed or self.address, "jwks_uri": f"{self.address}/jwks"}
        if path == "/jwks":
            return {"keys": [public(name, key) for name, key in self.keys.items()]}
        return None


def public(name: str, key: Any) -> dict[str, Any]:
    is_rsa = isinstance(key, rsa.RSAPrivateKey)
    algorithm = jwt.algorithms.RSAAlgorithm if is_rsa else jwt.algorithms.ECAlgorithm
    described: dict[str, Any] = json.loads(algorithm.to_jwk(key.public_key()))
    return described | {"kid": name, "use": "sig", "alg": "RS256" if is_rsa else "ES256"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as made:
        yield made


@contextmanager
def issuing() -> Iterator[Issuer]:
    made = Issuer(
        keys={
            "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
            "ec": ec.generate_private_key(ec.SECP256R1()),
        }
    )

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            document = made.document(self.path)
            self.send_response(503 if made.is_down else 200 if document else 404)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        made.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


def secret_regime(number: int, **other: str) -> str:
    """A regime whose name and code are nowhere else."""
    code = f"BC-{900 + number}"
    return regime(number, key=code, name=f"Mật danh {number}", code=code, **other)


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Open agencies, and restricted reporting regimes: two versions, the first with a fault."""
    place = settings_in(tmp_path_factory.mktemp("guarded"))
    rows(place, AGENCIES, MINISTRIES)
    right = [secret_regime(number) for number in range(1, 21)]
    rows(place, REGIMES, [*right, secret_regime(21, recipient="none")])
    describe(place, REGIMES, "access-class/open", "access-class/restricted")
    (place.datasets_dir / REGIMES / "queries" / "of-a-code.rq").write_text(SAVED, encoding="utf-8")
    pipeline.run(place)
    rows(place, REGIMES, [*right, secret_regime(21)])
    pipeline.run(place)
    return place


@pytest.fixture(scope="session")
def client(guarded: Settings) -> Iterator[TestClient]:
    """Nobody in particular; `headers=` makes somebody of it."""
    with TestClient(create_app(guarded), follow_redirects=False) as session:
        yield session


@pytest.fixture(scope="session")
def keys(guarded: Settings) -> Iterator[Keys]:
    registry = Registry(guarded.data_dir)
    yield Keys(registry)
    registry.close()


@pytest.fixture(scope="session")
def new_key(keys: Keys) -> NewKey:
    """`new_key("data-set:class", …)`: the header of a new key with these grants."""

    def new(*grants: str, days: float = 1) -> Headers:
        _, shown = keys.create("thử", "Bộ thử", [*map(parse_grant, grants)], timedelta(days=days))
        return {"Authorization": f"Bearer {shown.text}"}

    return new


@pytest.fixture(scope="session")
def insider(new_key: NewKey) -> Headers:
    """Somebody who may read the restricted data set, and what its quality is."""
    return new_key(f"{REGIMES}:restricted", "quality:restricted")


@pytest.fixture(scope="session")
def filled(guarded: Settings, client: TestClient, insider: Headers) -> dict[str, str]:
    """What the placeholders of the table stand for."""
    manifest = Generations(guarded.data_dir).require_current().manifest
    of_insider = [
        entry.quads
        for graph, entry in manifest.graphs.items()
        if entry.access == "open" or graph in (SECRET_GRAPH, f"{BASE}graph/quality/restricted")
    ]
    headers = insider | {"Content-Type": "text/turtle", "Prefer": "respond-async"}
    job = client.post("/validate", content="<urn:a> a <urn:A> .", headers=headers).json()["id"]
    query = 'SELECT ?o { ?s ?p ?o FILTER(!CONTAINS(STR(?o), "BC-90")) }'
    query_job = client.post("/jobs", data={"query": query}, headers=insider).json()["id"]
    deadline = time.monotonic() + 120
    for address in (f"/validate/jobs/{job}", f"/jobs/{query_job}"):
        while client.get(address, headers=insider).json()["state"] in ("waiting", "queued", "running"):
            assert time.monotonic() < deadline
            time.sleep(0.5)
    return {
        "base": BASE,
        "graph": SECRET_GRAPH,
        "nothing": f"{BASE}graph/no-regimes/restricted",
        "version": manifest.datasets[REGIMES].version,
        "quads": f"{manifest.datasets[REGIMES].quads:,}".replace(",", "."),
        "all_quads": str(sum(of_insider)),
        "all_quads_vi": f"{sum(of_insider):,}".replace(",", "."),
        "job": job,
        "query_job": query_job,
        "no_job": "a" * len(job),
    }


class Looked(list[bool]):
    """Whether each request went to the engine at once."""


@pytest.fixture(scope="module")
def looked() -> Iterator[Looked]:
    found, lookup = Looked(), Heads.lookup

    def noted(self: Heads, *given: object) -> Lookup | None:
        made = lookup(self, *given)  # type: ignore[arg-type]  # as it was called
        found.append(made is not None)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Heads, "lookup", noted)
        yield found
