"""The key of a person is HMAC-SHA256, worked out by DuckDB."""

import hashlib
import hmac

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import identity
from tests.examples import examples

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=150)
NUMBERS = st.one_of(st.from_regex(r"\A[0-9]{12}\Z"), TEXTS)


def in_sql(number: str | None, secret: str) -> str | None:
    with duckdb.connect() as connection:
        identity.create(connection, secret)
        row = connection.execute("SELECT person_key(?)", [number]).fetchone()
    assert row is not None
    key: str | None = row[0]
    return key


@settings(max_examples=examples(40), deadline=None)
@given(
    secret=SECRETS,
    number=st.one_of(st.from_regex(r"\A[0-9]{12}\Z"), st.text().filter(lambda t: "\x00" not in t)),
)
def test_it_is_hmac_sha256(secret: str, number: str) -> None:
    wanted = hmac.new(secret.encode(), number.encode(), hashlib.sha256).hexdigest()[:32]
    assert in_sql(number, secret) == wanted == identity.person_key(number, secret)


def test_a_known_answer() -> None:
    """RFC 4231, test case 2."""
    assert in_sql("what do ya want for nothing?", "Jefe") == "5bdcc146bf60754e6a042426089575c7"


def test_a_key_longer_than_a_block_is_hashed_first() -> None:
    wanted = hmac.new(b"k" * 65, b"001088076225", "sha256").hexdigest()[:32]
    assert in_sql("001088076225", "k" * 65) == wanted


def test_no_number_has_no_key() -> None:
    assert in_sql(None, "secret") is None


@pytest.mark.parametrize("secret", ["a", "b"])
def test_another_secret_gives_another_key(secret: str) -> None:
    assert in_sql("001088076225", secret) != in_sql("001088076225", "c")
