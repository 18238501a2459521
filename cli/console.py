"""What people see: data on stdout, everything else on stderr, readable without colour."""

import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from graph.errors import LienthongError
from graph.text import Text

WIDE = 10_000
"""Columns of a stdout that is no terminal: a table that another programme reads must not be cut."""

# rich honours NO_COLOR and drops colours where stderr is no terminal.
out = Console(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def say(text: Text, style: str = "") -> None:
    """Both languages on stderr: Vietnamese first, English beneath."""
    err.print(escape(text.vi), style=style or None)
    if text.en != text.vi:
        err.print(escape(text.en), style="dim")


def show_error(error: LienthongError) -> None:
    """What was wrong, where, and what would have worked."""
    err.print(f"[bold red]lỗi[/] {escape(error.message.vi)}")
    err.print(f"[dim]error[/] {escape(error.message.en)}")
    if error.place and str(error.place):
        err.print(f"  ↳ {escape(str(error.place))}")
    if error.hint:
        err.print(f"  → {escape(error.hint.vi)}")
        if error.hint.en != error.hint.vi:
            err.print(f"  → {escape(error.hint.en)}")


def fail(error: LienthongError) -> NoReturn:
    show_error(error)
    raise typer.Exit(1)
