"""Where things are and what they are called."""

import importlib.metadata
import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "cli", "graph", "ingest")
NO_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "managers",
    "handler",
    "handlers",
}


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_owns_our_package_names(name: str) -> None:
    owners = set(importlib.metadata.packages_distributions().get(name, ()))
    assert owners <= {"lienthong"}
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin == str(ROOT / name / "__init__.py")


@pytest.mark.parametrize("folder", ["ontology", "shapes", "queries", "ingest/datasets"])
def test_what_is_edited_without_python_holds_no_python(folder: str) -> None:
    assert (ROOT / folder).is_dir()
    assert not list((ROOT / folder).rglob("*.py"))


def test_modules_are_named_for_what_they_are() -> None:
    paths = [
        path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in ("", ".py")
    ]
    assert paths
    vague = [
        path for path in paths if path.stem in NO_NAMES or re.search(r"[^_]_+$", path.stem.removesuffix("__"))
    ]
    assert not vague


def test_packages_have_an_init_and_tests_have_none() -> None:
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_names_of_test_files_are_unique() -> None:
    counts = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert not [name for name, count in counts.items() if count > 1]
