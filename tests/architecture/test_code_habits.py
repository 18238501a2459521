"""Habits of the code that no linter in use checks."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    path
    for package in ("api", "cli", "graph", "ingest", "bench")
    for path in sorted((ROOT / package).rglob("*.py"))
]


def of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def swallows_everything(node: ast.ExceptHandler) -> bool:
    """True for `except:`, `except Exception`, and an `except BaseException` that does not end by raising."""
    caught = (
        {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
        if node.type
        else {"BaseException"}
    )
    if "BaseException" in caught:
        return not isinstance(node.body[-1], ast.Raise)
    return "Exception" in caught


@pytest.mark.parametrize("path", FILES, ids=of)
def test_errors_are_caught_by_name(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and swallows_everything(node)
    ]
    assert not lines


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parts[len(ROOT.parts)] in ("api", "graph", "ingest")], ids=of
)
def test_a_library_does_not_end_the_process(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\bsys\.exit\(|\bexit\(\)|raise SystemExit", source)


@pytest.mark.parametrize("path", FILES, ids=of)
def test_a_silenced_check_says_why(path: Path) -> None:
    """`# type: ignore[code]  # why` and `# noqa: CODE  # why`, or the why on the line before."""
    lines = path.read_text(encoding="utf-8").splitlines()
    unexplained = [
        number
        for number, line in enumerate(lines, start=1)
        if re.search(r"# (type: ignore|noqa)", line)
        and not re.search(r"# (type: ignore\[[\w, -]+\]|noqa: [A-Z0-9, ]+?) *(#|-|–|—) *\w", line)
        and not (number > 1 and lines[number - 2].lstrip().startswith("#"))
    ]
    assert not unexplained


@pytest.mark.parametrize("path", FILES, ids=of)
def test_nothing_is_left_to_do(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", path.read_text(encoding="utf-8"))


def test_these_tests_can_fail() -> None:
    handlers = ast.parse("try: f()\nexcept (ValueError, Exception): pass\nexcept BaseException: raise").body[
        0
    ]
    assert isinstance(handlers, ast.Try)
    assert [swallows_everything(handler) for handler in handlers.handlers] == [True, False]
