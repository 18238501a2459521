"""Keys are shown once, kept as hashes, and end, in every process at once: expired, revoked, replaced."""

import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph.access import parse_grant
from graph.errors import ParameterError, UnknownNameError
from graph.registry import Key, Keys, Registry, secret
from graph.registry.database import FILE
from graph.registry.secret import Presented

YEAR = timedelta(days=365)
GRANTS = [parse_grant("gov-dossiers:shared@2026-12-31"), parse_grant("*:open")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def keys(folder: Path) -> Keys:
    return Keys(Registry(folder))


def made(keys: Keys) -> tuple[Key, Presented]:
    return keys.create("Cổng dịch vụ công", "Văn phòng Chính phủ", GRANTS, YEAR)


def test_a_key_is_verified_with_all_that_was_said_of_it(keys: Keys) -> None:
    key, presented = made(keys)
    shown = secret.read(presented.text)
    assert shown == presented
    assert keys.verified(presented) == key == keys.all()[0]
    assert {str(one) for one in key.grants} == {"*:open", "gov-dossiers:shared@2026-12-31"}
    assert (key.expires - key.created, key.is_valid(datetime.now(UTC))) == (YEAR, True)


def test_the_file_holds_no_secret_and_is_its_owners_alone(keys: Keys, folder: Path) -> None:
    _, presented = made(keys)
    kept = (folder / FILE).read_bytes()
    assert presented.secret.encode() not in kept
    assert b"$argon2id$v=19$m=19456,t=2,p=1$" in kept
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert presented.secret not in repr(presented)


def test_whoever_only_asks_makes_no_file(keys: Keys, folder: Path) -> None:
    assert keys.verified(secret.new()) is None
    assert keys.all() == []
    assert not folder.exists()


def test_a_wrong_secret_and_an_unknown_id_are_nobodys(keys: Keys) -> None:
    _, right = made(keys)
    _, other = made(keys)
    assert keys.verified(Presented(right.id, other.secret)) is None
    assert keys.verified(Presented(right.id, f"{right.secret}x")) is None
    assert keys.verified(Presented("a" * 12, right.secret)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lt_",
        "lt_abc_def",
        "lt_ABCDEFGHIJKL_x",
        "lt_abcdefghijkl",
        "lt_abcdefghijkl_",
        "xx_abcdefghijkl_x",
    ],
)
def test_text_of_another_form_is_no_key(text: str) -> None:
    assert secret.read(text) is None


def test_hashing_is_done_once(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    _, presented = made(keys)
    hashes = 0
    costly = secret.is_right

    def counted(shown: str, kept: str) -> bool:
        nonlocal hashes
        hashes += 1
        return costly(shown, kept)

    monkeypatch.setattr(secret, "is_right", counted)
    for _ in range(3):
        assert keys.verified(presented)
    assert hashes == 1
    for _ in range(2):
        assert keys.verified(Presented(presented.id, "wrong")) is None
    assert hashes == 3, "what was wrong is not remembered: the memory is for those who hold keys"
    keys.verified(Presented("a" * 12, presented.secret))
    assert hashes == 3, "an id that nobody has costs no hash"


def test_what_another_process_revokes_is_revoked_here_at_once(keys: Keys, folder: Path) -> None:
    _, presented = made(keys)
    before = keys.verified(presented)
    assert before is not None
    assert before.revoked is None
    Keys(Registry(folder)).revoke(presented.id)
    after = keys.verified(presented)
    assert after is not None
    assert not after.is_valid(datetime.now(UTC))


def test_a_key_ends_at_its_expiry(keys: Keys) -> None:
    key, _ = keys.create("thử", "thử", [], timedelta(hours=1))
    assert key.is_valid(key.expires - timedelta(microseconds=1))
    assert not key.is_valid(key.expires)


def test_rotation_keeps_the_old_key_for_a_while(keys: Keys) -> None:
    old, shown = made(keys)
    new, fresh = keys.rotate(old.id, timedelta(days=7))
    assert (new.label, new.owner, new.grants, new.replaces) == (old.label, old.owner, old.grants, old.id)
    assert keys.verified(fresh) == new
    kept = keys.verified(shown)
    assert kept is not None
    assert timedelta(days=6, hours=23) < kept.expires - datetime.now(UTC) <= timedelta(days=7)
    assert kept.is_valid(datetime.now(UTC))
    again, _ = keys.rotate(new.id, timedelta(0))
    assert again.expires - again.created == YEAR
    assert [one.is_valid(datetime.now(UTC)) for one in keys.all()] == [True, False, True]


def test_a_key_that_ended_is_neither_revoked_nor_rotated_again(keys: Keys) -> None:
    key, _ = made(keys)
    keys.revoke(key.id)
    with pytest.raises(ParameterError, match=key.id):
        keys.revoke(key.id)
    with pytest.raises(ParameterError, match=key.id):
        keys.rotate(key.id, timedelta(days=1))
    with pytest.raises(UnknownNameError, match=key.id):
        keys.revoke("unknown")


def test_the_last_use_is_known_to_the_minute(keys: Keys) -> None:
    key, _ = made(keys)
    now = datetime.now(UTC)
    for later in (0, 30, 59):
        keys.note_use(keys.all()[0], now + timedelta(seconds=later))
        assert keys.all()[0].last_used == now
    keys.note_use(keys.all()[0], now + timedelta(seconds=60))
    assert keys.all()[0].last_used == now + timedelta(seconds=60)
    assert key.last_used is None


def test_one_grant_has_one_last_day(keys: Keys) -> None:
    with pytest.raises(ParameterError, match="2026-12-31"):
        keys.create("thử", "thử", [*GRANTS, parse_grant("gov-dossiers:shared")], YEAR)


def test_a_registry_of_an_earlier_release_takes_grants_to_write(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    old, _ = Keys(registry).create("cũ", "Bộ thử", [parse_grant("one:shared")], timedelta(days=1))
    registry.close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("DROP TABLE key_writing")
    registry = Registry(tmp_path)
    keys = Keys(registry)
    assert [one.grants for one in keys.all()] == [old.grants]
    new, _ = keys.create("mới", "Bộ thử", [parse_grant("one:open:write")], timedelta(days=1))
    assert {one.id: one.grants for one in keys.all()}[new.id] == (parse_grant("one:open:write"),)
    registry.close()
