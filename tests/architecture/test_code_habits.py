"""Habits of the code that no linter in use checks."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {
    path: path.read_text(encoding="utf-8")
    for package in ("api", "cli", "graph", "ingest", "bench")
    for path in sorted((ROOT / package).rglob("*.py"))
}
"""All files are one test a rule: a test each, they were a quarter of all tests, for a second of work."""


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


def test_errors_are_caught_by_name() -> None:
    assert not [
        f"{of(path)}:{node.lineno}"
        for path, text in TEXTS.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ExceptHandler) and swallows_everything(node)
    ]


def test_a_library_does_not_end_the_process() -> None:
    ends = re.compile(r"\bsys\.exit\(|\bexit\(\)|raise SystemExit")
    libraries = ("api", "graph", "ingest")
    assert not [
        of(path)
        for path, text in TEXTS.items()
        if path.relative_to(ROOT).parts[0] in libraries and ends.search(text)
    ]


def unexplained(text: str) -> list[int]:
    """The lines of checks that are silenced other than by `# type: ignore[code]  # why` and `# noqa: CODE  #
    why`, or with the why on the line before."""
    lines = text.splitlines()
    return [
        number
        for number, line in enumerate(lines, start=1)
        if re.search(r"# (type: ignore|noqa)", line)
        and not re.search(r"# (type: ignore\[[\w, -]+\]|noqa: [A-Z0-9, ]+?) *(#|-|–|—) *\w", line)
        and not (number > 1 and lines[number - 2].lstrip().startswith("#"))
    ]


def test_a_silenced_check_says_why() -> None:
    assert not [f"{of(path)}:{line}" for path, text in TEXTS.items() for line in unexplained(text)]


def test_nothing_is_left_to_do() -> None:
    assert not [of(path) for path, text in TEXTS.items() if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text)]


def test_these_tests_can_fail() -> None:
    handlers = ast.parse("try: f()\nexcept (ValueError, Exception): pass\nexcept BaseException: raise").body[
        0
    ]
    assert isinstance(handlers, ast.Try)
    assert [swallows_everything(handler) for handler in handlers.handlers] == [True, False]
    assert unexplained("x = 1  # noqa: E501\ny = 1  # noqa: E501 - a link\n# so\nz = 1  # type: ignore") == [
        1
    ]
