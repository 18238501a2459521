"""Every setting, command and route is in the docs, and the docs name none that is not there."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from fastapi.routing import iter_route_contexts
from typer.core import TyperGroup

from api.app import create_app
from cli.main import app as command_line
from graph.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = [f"LIENTHONG_{name.upper()}" for name in Settings.model_fields]


@cache
def docs() -> str:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def commands(command: Any, words: tuple[str, ...] = ("lienthong",)) -> Iterator[str]:
    """What can be typed: every command of typer's that is not a group of commands."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from commands(inner, (*words, name))
    else:
        yield " ".join(words)


COMMANDS = list(commands(typer.main.get_command(command_line)))
ROUTES = sorted({route.path for route in iter_route_contexts(create_app(Settings()).routes) if route.path})


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained_to_operators(name: str) -> None:
    """With the default and both sentences, as in the row that the failure shows."""
    [(default, sentence)] = [
        (default, sentence)
        for variable, _, default, sentence in Settings().describe()
        if variable == f"LIENTHONG_{name.upper()}"
    ]
    if isinstance(default, Path) and default.is_absolute():
        default = os.path.relpath(default, ROOT)
    vi, _, en = sentence.partition(" / ")
    row = f"| `LIENTHONG_{name.upper()}` | `{default}` | {en} · {vi} |"
    assert row in (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")


def test_no_setting_is_documented_that_is_not_there() -> None:
    assert set(re.findall(r"\bLIENTHONG_[A-Z_]+\b", docs())) <= set(SETTINGS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"\b{command}\b", docs())


def test_no_command_is_documented_that_is_not_there() -> None:
    typed = re.findall(r"(?:^|`|\| )(lienthong (?:(?:dataset|generation) )?[a-z]+)", docs(), re.MULTILINE)
    assert typed
    assert set(typed) <= {*COMMANDS, *(command.rpartition(" ")[0] for command in COMMANDS)}


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_documented(route: str) -> None:
    """A trailing slash and how much of the path a parameter takes make no difference to the reader."""
    written = (route.rstrip("/") or "/").replace(":path}", "}")
    assert f"`{written}`" in docs()
