"""Saved queries as files: `.rq`, whose first comments say in both languages what they answer.

    # vi: Ngày nào đó, mã 00004 là đơn vị nào?
    # en: Which unit had the code 00004 on a day?
    # parameter: day | ngày | day
    # parameter: code | mã | code | [0-9]{5}
    # answer: unit iri, name text, until date?
    # access: open
    # version: 2
    … VALUES ?day { "2025-07-02"^^xsd:date } …

A parameter is a variable that the query binds with VALUES to one term: its default and its type; a pattern
may follow its names. An answer has the named columns, each of one of `KINDS`; one with a question mark may
be unbound.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from graph import turtle
from graph.access import CLASSES
from graph.errors import OntologyError, Place
from graph.iris import DEFAULT_BASE
from graph.queries.binding import Binding, bindings
from graph.queries.parameter import DATATYPES, Parameter
from graph.queries.saved import KINDS, Column, SavedQuery
from graph.text import Text

HEADER = re.compile(r"^#\s*(vi|en|version|access):\s*(.+?)\s*$", re.MULTILINE)
PARAMETER = re.compile(
    r"^#\s*parameter:\s*(\w+)\s*\|\s*([^|\n]+?)\s*\|\s*([^|\n]+?)\s*(?:\|\s*(.+?)\s*)?$", re.MULTILINE
)
ANSWER = re.compile(r"^#\s*answer:\s*(.+?)\s*$", re.MULTILINE)
COLUMN = re.compile(rf"(\w+) ({'|'.join(KINDS)})(\??)")
RESERVED = ("cursor", "format", "lang", "limit", "timeout")
"""What an API says with parameters of its own."""


def read(path: Path, *, base: str = DEFAULT_BASE, dataset: str | None = None) -> SavedQuery:
    """The query of a file. Raises OntologyError where its first comments lack a language or name a parameter
    that is not bound, or say what cannot be read."""
    return parse(turtle.read_text(path, base=base), path, dataset)


def parse(text: str, path: Path, dataset: str | None = None) -> SavedQuery:
    """The query of a text that was read from `path`; see `read`."""
    words = dict(HEADER.findall(text))
    if missing := {"vi", "en"} - words.keys():
        raise _wrong(
            path,
            Text(f"Thiếu câu hỏi bằng: {', '.join(missing)}", f"The question lacks: {', '.join(missing)}"),
            Text("Bắt đầu tệp bằng «# vi: …» và «# en: …».", "Begin the file with “# vi: …” and “# en: …”."),
        )
    bound = bindings(text)
    return SavedQuery(
        name=f"{dataset}/{path.stem}" if dataset else path.stem,
        question=Text(words["vi"], words["en"]),
        text=text,
        path=path,
        parameters=tuple(_parameter(path, bound, *found) for found in PARAMETER.findall(text)),
        answer=_answer(path, text),
        dataset=dataset,
        version=_version(path, words.get("version", "1")),
        access=_access(path, words.get("access")),
    )


def read_all(folders: Iterable[Path], *, base: str = DEFAULT_BASE) -> list[SavedQuery]:
    """The queries of the data sets with these folders, in the order of folders and file names."""
    return [
        read(path, base=base, dataset=folder.name)
        for folder in folders
        for path in sorted(folder.glob("queries/*.rq"))
    ]


def _parameter(path: Path, bound: Sequence[Binding], name: str, vi: str, en: str, pattern: str) -> Parameter:
    terms = {one.term for one in bound if one.name == name}
    if len(terms) != 1:
        raise _wrong(
            path,
            Text(f"Tham số {name} chưa được gán.", f"The parameter {name} is not bound."),
            Text(f"Viết: VALUES ?{name} {{ … }}, một giá trị.", f"Write: VALUES ?{name} {{ … }}, one value."),
        )
    made = Parameter(name, Text(vi, en), terms.pop(), pattern or None)
    if name in RESERVED or (made.default.kind == "literal" and made.default.datatype not in DATATYPES):
        kinds = ", ".join(kind for kind in DATATYPES if kind)
        raise _wrong(
            path,
            Text(f"Tham số {name} không dùng được ở API.", f"The parameter {name} cannot be one of an API."),
            Text(
                f"Tên khác với {', '.join(RESERVED)}; kiểu: {kinds}",
                f"Another name than {', '.join(RESERVED)}; of type: {kinds}",
            ),
        )
    return made


def _version(path: Path, stated: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,5}", stated):
        raise _wrong(
            path,
            Text("Không hiểu dòng «# version: …».", "The line “# version: …” cannot be read."),
            Text("Viết một số nguyên: # version: 2", "Write a whole number: # version: 2"),
        )
    return int(stated)


def _access(path: Path, stated: str | None) -> str | None:
    if stated is not None and stated not in CLASSES:
        raise _wrong(
            path,
            Text("Không hiểu dòng «# access: …».", "The line “# access: …” cannot be read."),
            Text(f"Một trong: {', '.join(CLASSES)}", f"One of: {', '.join(CLASSES)}"),
        )
    return stated


def _answer(path: Path, text: str) -> tuple[Column, ...]:
    stated = ANSWER.search(text)
    if stated is None:
        return ()
    columns = [COLUMN.fullmatch(part.strip()) for part in stated[1].split(",")]
    if not all(columns):
        raise _wrong(
            path,
            Text("Không hiểu dòng «# answer: …».", "The line “# answer: …” cannot be read."),
            Text(
                f"Viết: # answer: unit iri, name text, until date? — kiểu: {', '.join(KINDS)}",
                f"Write: # answer: unit iri, name text, until date? — kinds: {', '.join(KINDS)}",
            ),
        )
    return tuple(Column(one[1], one[2], one[3] == "?") for one in columns if one)


def _wrong(path: Path, message: Text, hint: Text) -> OntologyError:
    return OntologyError(message, hint=hint, place=Place(file=str(path), line=1))
