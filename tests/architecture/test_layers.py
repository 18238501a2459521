"""Who may import whom: import-linter's contracts in pyproject.toml, and what they cannot say."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "cli", "graph", "ingest")

# Third-party package → the modules, with all below them, that may import it.
IMPORTERS = {
    "argon2": ("graph.registry",),
    "duckdb": (
        "graph.columns",
        "graph.shacl.dictionary",
        "graph.shacl.execution",
        "graph.shacl.part",
        "graph.shacl.session",
        "graph.shacl.sight",
        "graph.sparql.columns_store",
        "ingest.access",
        "ingest.account",
        "ingest.checks",
        "ingest.identity",
        "ingest.lineage",
        "ingest.mapping",
        "ingest.notes",
        "ingest.origins",
        "ingest.proposal",
        "ingest.sources",
        "ingest.united",
        "ingest.unmapped",
    ),
    "fastapi": ("api",),
    "jinja2": ("api",),
    "jwt": ("api.principals",),
    "llvmlite": ("graph.stores.lines.kernel", "graph.stores.lines.machine_code"),
    "numba": ("graph.stores.lines.kernel",),
    "openpyxl": ("ingest.demo", "ingest.proposal", "ingest.sources"),
    "psycopg": ("ingest.sources",),
    "pyarrow": (
        "graph.columns",
        "graph.instances",
        "graph.shacl.array_tests",
        "graph.shacl.arrays",
        "graph.shacl.dictionary",
        "graph.shacl.execution",
        "graph.shacl.part",
        "graph.shacl.possible_texts",
        "graph.shacl.possible_values",
        "graph.shacl.resident",
        "graph.shacl.session",
        "graph.shacl.sight",
        "graph.stores.lines",
        "graph.tables",
        "ingest.demo",
        "ingest.proposal",
        "ingest.sources",
    ),
    "pyoxigraph": (
        "graph.stores.copying",
        "graph.stores.documents",
        "graph.stores.loading",
        "graph.stores.oxigraph",
        "graph.stores.scratch",
        "graph.turtle",
    ),
    "pyshacl": ("graph.shacl.fallback", "graph.shacl.reference"),
    "rich": ("cli",),
    "sqlalchemy": ("graph.registry",),
    "starlette": ("api",),
    "typer": ("cli",),
    "uvicorn": ("api", "cli"),
    "yaml": ("ingest.mapping",),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Dotted name and syntax tree of every module of ours."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(tree: ast.Module) -> set[str]:
    """Top-level names of the packages imported anywhere in the module, at import time or later."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@cache
def imports() -> Mapping[str, set[str]]:
    return {name: imported(tree) for name, tree in modules()}


def test_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("package", IMPORTERS)
def test_a_package_is_imported_only_where_it_belongs(package: str) -> None:
    allowed = IMPORTERS[package]
    strays = [
        name
        for name, packages in imports().items()
        if package in packages and not any(name == home or name.startswith(home + ".") for home in allowed)
    ]
    assert not strays, f"{package} belongs to {', '.join(allowed)}"


def test_the_tests_of_layers_see_the_modules() -> None:
    assert {name.partition(".")[0] for name, _ in modules()} == set(PACKAGES)
    assert imported(ast.parse("def later():\n    import duckdb.typing\n    from rich.text import Text")) == {
        "duckdb",
        "rich",
    }
