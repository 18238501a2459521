"""`lienthong key …`: a key is printed once, is listed without its secret, and ends when it is told to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph.registry import secret
from graph.registry.database import FILE

WHO = ("--label", "Cổng dịch vụ công", "--owner", "Văn phòng Chính phủ")


class Command:
    def __init__(self, data: Path) -> None:
        self._environment = os.environ | {"LIENTHONG_DATA_DIR": str(data), "NO_COLOR": "1"}

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", "key", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def key(tmp_path: Path) -> Command:
    return Command(tmp_path / "data")


def test_the_life_of_a_key(key: Command, tmp_path: Path) -> None:
    grants = ("--grant", "gov-dossiers:shared@2999-12-31", "--grant", "*:open")
    made = key("create", *WHO, *grants, "--write", "gov-dossiers:open@2999-12-31")
    assert made.returncode == 0, made.stderr
    presented = secret.read(made.stdout.strip())
    assert presented, "stdout is the key and nothing else"
    assert "cannot be shown again" in made.stderr
    assert presented.secret not in made.stderr

    listed = key("list")
    assert presented.id in listed.stdout
    assert "gov-dossiers:shared@2999-12-31" in listed.stdout
    assert presented.secret not in listed.stdout
    assert presented.secret.encode() not in (tmp_path / "data" / FILE).read_bytes()

    fresh = json.loads(key("rotate", presented.id, "--grace", "0", "--json").stdout)
    assert (fresh["replaces"], fresh["owner"]) == (presented.id, "Văn phòng Chính phủ")
    assert fresh["grants"] == [
        "*:open",
        "gov-dossiers:shared@2999-12-31",
        "gov-dossiers:open:write@2999-12-31",
    ]
    assert [one["id"] for one in json.loads(key("list", "--json").stdout)] == [fresh["id"]]

    assert json.loads(key("revoke", fresh["id"], "--json").stdout)["state"] == "revoked"
    assert json.loads(key("list", "--json").stdout) == []
    states = {one["id"]: one["state"] for one in json.loads(key("list", "--all", "--json").stdout)}
    assert states == {fresh["id"]: "revoked", presented.id: "expired"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["create", *WHO, "--grant", "gov-dossier:shared"], "gov-dossiers"),
        (["create", *WHO, "--grant", "gov-dossiers"], "DATASET:CLASS"),
        (["create", *WHO, "--grant", "gov-dossiers:secret"], "restricted"),
        (["revoke", "unknown"], "unknown"),
        (["rotate", "unknown"], "unknown"),
    ],
)
def test_what_cannot_be_done_says_what_can(key: Command, words: list[str], said: str) -> None:
    ended = key(*words)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert said in ended.stderr


def test_nothing_is_listed_before_there_is_anything(key: Command, tmp_path: Path) -> None:
    assert key("list").returncode == 0
    assert not (tmp_path / "data" / FILE).exists()
