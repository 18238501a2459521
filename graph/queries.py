"""Example queries: `.rq` files whose first comments say in both languages what they answer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graph import turtle
from graph.errors import OntologyError, Place
from graph.iris import DEFAULT_BASE
from graph.text import Text

HEADER = re.compile(r"^#\s*(vi|en):\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """A question, its SPARQL text, and the file it stands in."""

    name: str
    question: Text
    text: str
    path: Path


def read(path: Path, *, base: str = DEFAULT_BASE) -> ExampleQuery:
    """The query of a file. Raises OntologyError where a language is missing from its first comments."""
    text = turtle.read_text(path, base=base)
    words = dict(HEADER.findall(text))
    if missing := {"vi", "en"} - words.keys():
        raise OntologyError(
            Text(f"Thiếu câu hỏi bằng: {', '.join(missing)}", f"The question lacks: {', '.join(missing)}"),
            hint=Text(
                "Bắt đầu tệp bằng «# vi: …» và «# en: …».", "Begin the file with “# vi: …” and “# en: …”."
            ),
            place=Place(file=str(path), line=1),
        )
    return ExampleQuery(path.stem, Text(words["vi"], words["en"]), text, path)


def read_all(folders: Iterable[Path], *, base: str = DEFAULT_BASE) -> list[ExampleQuery]:
    """The queries of `<folder>/queries/*.rq`, in the order of folders and file names."""
    return [read(path, base=base) for folder in folders for path in sorted(folder.glob("queries/*.rq"))]
