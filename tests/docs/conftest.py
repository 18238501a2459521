"""The documents that people read: every Markdown file outside the folders that hold no prose."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["docs", "ontology", "shapes", "graph", "ingest", "api", "cli", "bench", "tests"]


def documents() -> list[Path]:
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md")]
    return sorted([*ROOT.glob("*.md"), *inside])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `document` runs once for each; `script`, for each that has commands to run."""
    chosen = {"document": documents, "script": scripts}
    for name in chosen.keys() & set(metafunc.fixturenames):
        found = chosen[name]()
        metafunc.parametrize(name, found, ids=[str(path.relative_to(ROOT)) for path in found])


def scripts() -> list[Path]:
    return [path for path in documents() if "\n```sh\n" in path.read_text(encoding="utf-8")]
