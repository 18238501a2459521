"""The texts of the pages, from `texts.toml`, and names of foreign terms, from `foreign.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from graph.text import Text


@cache
def texts() -> Mapping[str, Text]:
    """Key → text."""
    return _read("texts.toml")


@cache
def foreign() -> Mapping[str, Text]:
    """IRI of a term of another vocabulary → its name here."""
    return _read("foreign.toml")


def _read(name: str) -> Mapping[str, Text]:
    with (Path(__file__).parent / name).open("rb") as file:
        return {key: Text(**entry) for key, entry in tomllib.load(file).items()}


# What the scripts say, handed to them in the page.
SCRIPTED = (
    "running",
    "stopped",
    "run",
    "stop",
    "shared",
    "results",
    "results_empty",
    "rows",
    "rows_shown",
    "yes",
    "no",
    "download",
    "seconds",
    "engine",
    "generation",
    "hint",
    "line",
    "unreachable",
)


def scripted(language: str) -> dict[str, str]:
    """The texts of the scripts in one language."""
    return {key: texts()[key].of(language) for key in SCRIPTED}
