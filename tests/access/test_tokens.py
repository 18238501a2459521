"""Tokens of a real issuer on this machine: verified with its keys, and by nothing else."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from api.app import create_app
from api.principals import issuer_keys
from api.principals.issuer_keys import is_trustworthy
from graph.errors import SettingError
from graph.settings import Settings
from tests.access.conftest import SECRET_GRAPH, Issuer, issuing
from tests.quality.conftest import REGIMES

QUERY = {"query": f"ASK {{ GRAPH <{SECRET_GRAPH}> {{ ?s ?p ?o }} }}", "format": "json"}


@pytest.fixture
def person(guarded: Settings, issuer: Issuer) -> Iterator[TestClient]:
    with TestClient(create_app(settings_of(guarded, issuer))) as session:
        yield session


def settings_of(guarded: Settings, issuer: Issuer, **other: Any) -> Settings:
    return guarded.model_copy(
        update={
            "oidc_issuer": issuer.address,
            "oidc_grants": {"reports": [f"{REGIMES}:restricted"], "others": ["*:shared"]},
            **other,
        }
    )


def asked(client: TestClient, token: str) -> Any:
    return client.get("/sparql", params=QUERY, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(("kid", "algorithm"), [("rsa", "RS256"), ("ec", "ES256")])
def test_a_group_opens_what_the_settings_say(
    person: TestClient, issuer: Issuer, kid: str, algorithm: str
) -> None:
    assert asked(person, issuer.token(kid=kid, algorithm=algorithm)).json()["boolean"] is True
    for groups in (["others"], ["unknown"], [], None, "unknown", [7, {}]):
        answer = asked(person, issuer.token(kid=kid, algorithm=algorithm, groups=groups))
        assert answer.json()["boolean"] is False, groups
    assert asked(person, issuer.token(groups="reports")).json()["boolean"] is True


Wrong = Callable[[Issuer], str]
WRONG: dict[str, Wrong] = {
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 60),
    "without expiry": lambda issuer: issuer.token(exp=None),
    "not yet": lambda issuer: issuer.token(nbf=int(time.time()) + 600),
    "another audience": lambda issuer: issuer.token(aud="another"),
    "without audience": lambda issuer: issuer.token(aud=None),
    "another issuer": lambda issuer: issuer.token(iss="https://example.org"),
    "without issuer": lambda issuer: issuer.token(iss=None),
    "nobody's": lambda issuer: issuer.token(sub=None),
    "key of another": lambda issuer: issuer.token(key=rsa.generate_private_key(65537, 2048)),
    "key that is not known": lambda issuer: issuer.token(kid="unknown", key=issuer.keys["rsa"]),
    "of several keys none": lambda issuer: issuer.token(kid=None),
    "another algorithm": lambda issuer: issuer.token(algorithm="RS512"),
    "algorithm of another key": lambda issuer: issuer.token(
        kid="rsa", key=issuer.keys["ec"], algorithm="ES256"
    ),
    "changed": lambda issuer: _changed(issuer.token(groups=["others"]), issuer.token()),
    "unsigned": lambda issuer: jwt.encode(_claims(issuer), "", algorithm="none", headers={"kid": "rsa"}),
    "signed with the public key": lambda issuer: _confused(issuer),
}


def _claims(issuer: Issuer) -> dict[str, Any]:
    return jwt.decode(issuer.token(), options={"verify_signature": False})


def _changed(token: str, other: str) -> str:
    header, _, signature = token.split(".")
    return ".".join((header, other.split(".")[1], signature))


def _confused(issuer: Issuer) -> str:
    """HS256 with the public key as its secret (RFC 8725 §2.1); PyJWT refuses to make one."""
    pem = (
        issuer.keys["rsa"]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )

    def encoded(part: bytes) -> str:
        return urlsafe_b64encode(part).decode().rstrip("=")

    _, claims, _ = issuer.token().split(".")
    header = json.dumps({"alg": "HS256", "typ": "JWT", "kid": "rsa"}).encode()
    told = f"{encoded(header)}.{claims}"
    return f"{told}.{encoded(hmac.new(pem, told.encode(), sha256).digest())}"


@pytest.fixture(scope="module")
def desk(guarded: Settings) -> Iterator[tuple[TestClient, Issuer]]:
    """One service and its issuer, for all that is wrong."""
    with issuing() as made, TestClient(create_app(settings_of(guarded, made))) as session:
        yield session, made


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_that_is_wrong_is_401(desk: tuple[TestClient, Issuer], wrong: str) -> None:
    client, issuer = desk
    assert asked(client, issuer.token()).status_code == 200
    answer = asked(client, WRONG[wrong](issuer))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert answer.json()["type"].endswith("/problem/credential")


def test_keys_are_asked_for_once_and_again_for_a_new_one(
    person: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.get("/health")
    assert issuer.asked == [], "nobody showed a token"
    for _ in range(3):
        assert asked(person, issuer.token()).status_code == 200
    assert issuer.asked == ["/.well-known/openid-configuration", "/jwks"]
    issuer.keys["new"] = rsa.generate_private_key(65537, 2048)
    for number in range(3):
        assert asked(person, issuer.token(kid=f"unknown-{number}", key=issuer.keys["rsa"])).status_code == 401
    assert len(issuer.asked) == 2, "tokens of strangers do not make us ask at every turn"
    monkeypatch.setattr(issuer_keys, "PAUSE", 0.0)
    assert asked(person, issuer.token(kid="new")).status_code == 200
    assert len(issuer.asked) == 4


def test_an_issuer_that_is_down_is_503_for_tokens_alone(
    person: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer.is_down = True
    answer = asked(person, issuer.token())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert person.get("/sparql", params=QUERY).status_code == 200
    monkeypatch.setattr(issuer_keys, "PAUSE", 0.0)
    issuer.is_down = False
    assert asked(person, issuer.token()).status_code == 200
    issuer.is_down = True
    monkeypatch.setattr(issuer_keys, "FRESH", 0.0)
    assert asked(person, issuer.token()).status_code == 200, "its keys are kept for an hour"
    monkeypatch.setattr(issuer_keys, "KEPT", 0.0)
    assert asked(person, issuer.token()).status_code == 503


def test_an_issuer_that_calls_itself_otherwise_is_not_believed(person: TestClient, issuer: Issuer) -> None:
    issuer.claimed = "https://example.org"
    assert asked(person, issuer.token()).status_code == 503


def test_groups_may_be_inside_another_claim(guarded: Settings, issuer: Issuer) -> None:
    chosen = settings_of(guarded, issuer, oidc_claim="realm_access.roles")
    with TestClient(create_app(chosen)) as client:
        inside = issuer.token(groups=None, realm_access={"roles": ["reports"]})
        assert asked(client, inside).json()["boolean"] is True
        assert asked(client, issuer.token()).json()["boolean"] is False
        named = issuer.token(groups=None, **{"realm_access.roles": ["reports"]})
        assert asked(client, named).json()["boolean"] is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("oidc_issuer", "http://example.org"),
        ("oidc_algorithms", ["HS256"]),
        ("oidc_algorithms", ["none"]),
        ("oidc_grants", {"reports": ["everything"]}),
    ],
)
def test_settings_that_would_open_the_door_are_refused(guarded: Settings, name: str, value: object) -> None:
    with pytest.raises(SettingError, match=f"LIENTHONG_{name.upper()}"):
        create_app(guarded.model_copy(update={name: value}))


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("https://dinhdanh.example.vn/realms/a", True),
        ("http://localhost:8080/realms/a", True),
        ("http://127.0.0.1:1", True),
        ("http://localhost.example.org", False),
        ("http://10.0.0.1", False),
        ("ftp://example.org", False),
        ("", False),
    ],
)
def test_keys_travel_where_nobody_can_change_them(address: str, is_good: bool) -> None:
    assert is_trustworthy(address) == is_good
