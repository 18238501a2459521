"""What ends a key in the registry ends it at once where it is remembered, too."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from api.principals import remembered
from api.principals.authenticator import Authenticator
from api.principals.remembered import Remembered
from graph import settings
from graph.access import Identity, parse_grant
from graph.errors import CredentialError
from graph.registry import Keys, Registry, secret
from graph.registry.database import FILE
from graph.registry.watch import Watch

GRANT = parse_grant("gov-dossiers:shared")
DAY = timedelta(days=1)
Lookups = list[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def keys(folder: Path) -> Keys:
    return Keys(Registry(folder))


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> Lookups:
    """The ids that were looked up in the registry."""
    found: Lookups = []
    verified = Keys.verified

    def noted(self: Keys, presented: secret.Presented) -> object:
        found.append(presented.id)
        return verified(self, presented)

    monkeypatch.setattr(Keys, "verified", noted)
    return found


def asking(folder: Path, *steps: Callable[[], object] | str) -> list[Identity | None]:
    """Who each key is found to be, one after the other, by one service; what is no key is done in between."""

    async def ask() -> list[Identity | None]:
        found: list[Identity | None] = []
        async with Authenticator(settings.load(data_dir=folder)) as authenticator:
            for step in steps:
                if not isinstance(step, str):
                    step()
                    continue
                try:
                    found.append(await authenticator.identity(Headers({"X-API-Key": step})))
                except CredentialError:
                    found.append(None)
        return found

    return asyncio.run(ask())


def test_a_key_is_looked_up_once_where_nothing_is_written(keys: Keys, folder: Path, lookups: Lookups) -> None:
    key, shown = keys.create("thử", "thử", [GRANT], DAY)
    found = asking(folder, *[shown.text] * 6)
    assert {one.name for one in found if one} == {f"key:{key.id}"}
    assert None not in found
    # Once, and once more when its first use has been noted.
    assert len(lookups) == 2


def test_what_is_revoked_is_refused_at_the_next_request(keys: Keys, folder: Path) -> None:
    _, shown = keys.create("thử", "thử", [GRANT], DAY)
    found = asking(folder, *[shown.text] * 3, lambda: keys.revoke(shown.id), shown.text)
    assert [one is not None for one in found] == [True, True, True, False]


def test_so_is_what_another_process_revokes(keys: Keys, folder: Path) -> None:
    _, shown = keys.create("thử", "thử", [GRANT], DAY)

    def revoke() -> None:
        asked = (
            f"from pathlib import Path; from graph.registry import Keys, Registry;"
            f"Keys(Registry(Path({str(folder)!r}))).revoke({shown.id!r})"
        )
        subprocess.run([sys.executable, "-c", asked], check=True)

    found = asking(folder, *[shown.text] * 3, revoke, shown.text)
    assert [one is not None for one in found] == [True, True, True, False]


def test_the_key_that_was_replaced_ends_with_its_days_of_grace(keys: Keys, folder: Path) -> None:
    _, old = keys.create("thử", "thử", [GRANT], DAY)
    kept, _ = keys.create("thử", "thử", [GRANT], DAY)
    new: list[secret.Presented] = []
    found = asking(
        folder,
        *[old.text] * 3,
        lambda: new.append(keys.rotate(old.id, timedelta(0))[1]),
        old.text,
    )
    assert [one is not None for one in found] == [True, True, True, False]
    [fresh] = asking(folder, new[0].text)
    assert fresh is not None
    assert kept.id not in fresh.name


def test_a_key_ends_while_it_is_remembered(keys: Keys, folder: Path) -> None:
    key, shown = keys.create("thử", "thử", [GRANT], timedelta(seconds=1))
    found = asking(
        folder,
        *[shown.text] * 3,
        lambda: time.sleep(max(0.0, key.expires.timestamp() - time.time()) + 0.01),
        shown.text,
    )
    assert [one is not None for one in found] == [True, True, True, False]


def test_another_registry_in_its_place_is_another(keys: Keys, folder: Path) -> None:
    keys.create("thử", "thử", [GRANT], DAY)
    watch = Watch(folder / FILE)
    before = watch.version()
    (folder / FILE).unlink()
    assert watch.version() is None
    Keys(Registry(folder)).create("khác", "khác", [], DAY)
    assert watch.version() not in (None, before)
    watch.close()


def test_a_wrong_key_is_never_remembered(keys: Keys, folder: Path, lookups: Lookups) -> None:
    _, shown = keys.create("thử", "thử", [GRANT], DAY)
    wrong = secret.Presented(shown.id, "wrong").text
    assert asking(folder, shown.text, *[wrong] * 3)[1:] == [None] * 3
    assert len(lookups) == 4


def test_while_somebody_writes_nothing_is_told_from_memory(keys: Keys, folder: Path) -> None:
    keys.create("thử", "thử", [GRANT], DAY)
    watch = Watch(folder / FILE)
    before = watch.version()
    assert before is not None
    assert watch.version() == before
    writing = sqlite3.connect(folder / FILE, isolation_level=None)
    writing.execute("BEGIN EXCLUSIVE")
    assert watch.version() is None
    writing.execute("UPDATE key SET label = 'khác'")
    writing.execute("COMMIT")
    writing.close()
    assert watch.version() not in (None, before)
    watch.close()


def test_what_was_looked_up_before_something_was_written_is_not_remembered(keys: Keys, folder: Path) -> None:
    key, shown = keys.create("thử", "thử", [GRANT], DAY)
    memory = Remembered(Watch(folder / FILE))
    version = memory.version()
    keys.revoke(key.id)
    assert memory.get(shown.text) is None
    memory.put(shown.text, key, version)
    assert memory.get(shown.text) is None
    memory.close()


def test_the_memory_is_bounded_and_holds_no_secret(
    keys: Keys, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    key, shown = keys.create("thử", "thử", [GRANT], DAY)
    memory = Remembered(Watch(folder / FILE))
    version = memory.version()
    for text in (shown.text, "lt_b", "lt_c"):
        memory.put(text, key, version)
    assert [memory.get(text) for text in (shown.text, "lt_b", "lt_c")] == [None, key, key]
    memory.put(shown.text, key, version)
    assert shown.secret not in repr(vars(memory))
    memory.close()
