"""The lock holds what the project asks for, each file by its hash, and names no host or folder."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ingest import engines

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def locked(name: str) -> dict[str, set[str]]:
    """Package → versions; more than one where Pythons differ."""
    versions: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.\-]+)==(\S+)", text(name), re.MULTILINE):
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


def asked(name: str) -> dict[str, Requirement]:
    lines = [line for line in text(name).splitlines() if re.match(r"\w", line)]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_has_hashes_and_no_place(lock: str) -> None:
    entries = re.split(r"^(?=\w)", text(lock), flags=re.MULTILINE)[1:]
    assert len(entries) > 30
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ |^ *#.*/", text(lock), re.MULTILINE)


@pytest.mark.parametrize(
    ("source", "lock"), [("requirements.in", LOCKS[0]), ("requirements-dev.in", LOCKS[1])]
)
def test_the_lock_answers_its_source(source: str, lock: str) -> None:
    held = locked(lock)
    for name, requirement in asked(source).items():
        assert all(requirement.specifier.contains(version) for version in held[name]), name


def test_the_development_lock_holds_the_runtime_lock() -> None:
    runtime, development = locked(LOCKS[0]), locked(LOCKS[1])
    assert {name: development.get(name) for name in runtime} == runtime


def test_the_project_asks_for_what_is_locked() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    held, asked_for = locked(LOCKS[0]), asked("requirements.in")
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        assert name in asked_for
        assert all(requirement.specifier.contains(version) for version in held[name]), name
    build_backend = {"hatchling", "editables"}
    assert set(asked_for) - build_backend == {canonicalize_name(Requirement(line).name) for line in wanted}


def test_the_programmes_that_a_run_names_are_installed_where_it_runs() -> None:
    """The tests' own environment has more packages than a user's."""
    assert set(engines.PROGRAMMES) - {"lienthong"} <= set(locked("requirements.txt"))
