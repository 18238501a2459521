"""The shapes that a check holds data against: those of the service, or files that somebody names."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from graph import turtle
from graph.errors import ParameterError, Place
from graph.settings import Settings
from graph.text import Text


@contextmanager
def folder(given: Sequence[Path], settings: Settings) -> Iterator[Path]:
    """A folder of Turtle files: the service's own where none is `given`, else copies of these files, and of
    all in these folders.

    Raises ParameterError for what is not there, OntologyError with file and line for what is not Turtle.
    """
    if not given:
        yield settings.shapes_dir
        return
    files = [file for path in given for file in _files(path)]
    turtle.read(*files, base=settings.base_iri)
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing:
        for number, file in enumerate(files):
            shutil.copyfile(file, Path(passing) / f"{number:04}-{file.name}")
        yield Path(passing)


def _files(path: Path) -> list[Path]:
    found = sorted(path.glob("*.ttl")) if path.is_dir() else [path] if path.is_file() else []
    if not found:
        raise ParameterError(
            Text(f"Không có hình dạng nào ở «{path}».", f"There are no shapes at “{path}”."),
            hint=Text(
                "Nêu một tệp Turtle, hoặc một thư mục có tệp *.ttl.",
                "Name a Turtle file, or a folder that holds *.ttl files.",
            ),
            place=Place(file=str(path)),
        )
    return found
