"""Example questions: the `queries/*.rq` of every data set; their first comments say what they ask."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graph import turtle
from graph.text import Text


@dataclass(frozen=True, slots=True)
class Example:
    """A question in words and in SPARQL. `text` has no `# vi:` and `# en:` lines."""

    dataset: str
    name: str
    title: Text
    text: str


_TITLE = re.compile(r"#\s*(vi|en):\s*(.+?)\s*$")


@cache
def examples(datasets_dir: Path, base: str) -> tuple[Example, ...]:
    """By data set and file name; read once. Raises OntologyError for a file that is not UTF-8."""
    return tuple(
        example(path.parent.parent.name, path.stem, turtle.read_text(path, base=base))
        for path in sorted(datasets_dir.glob("*/queries/*.rq"))
    )


def example(dataset: str, name: str, text: str) -> Example:
    """A query with its titles taken off; without a title, the file's name stands in."""
    titles: dict[str, str] = {}
    lines = text.splitlines()
    while lines and (not lines[0].strip() or lines[0].startswith("#")):
        if match := _TITLE.match(lines[0]):
            titles.setdefault(match.group(1), match.group(2))
        elif lines[0].startswith("#"):
            break
        lines.pop(0)
    spare = titles.get("en") or name.replace("-", " ")
    return Example(
        dataset, name, Text(titles.get("vi", spare), titles.get("en", titles.get("vi", spare))), "\n".join(lines).strip() + "\n"
    )
