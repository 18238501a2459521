"""Turtle files of the repository, read with exact lexical forms and clear errors."""

import re
from functools import lru_cache
from pathlib import Path

import rdflib
from rdflib.plugins.parsers.notation3 import BadSyntax

from graph.errors import OntologyError, Place
from graph.iris import DEFAULT_BASE, Iris
from graph.text import Text

Triple = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]

# rdflib would turn "007"^^xsd:integer into "7" as it reads.
rdflib.NORMALIZE_LITERALS = False


def read_text(path: Path, *, base: str = DEFAULT_BASE) -> str:
    """The text of a file of the repository with its IRIs below `base`.

    Raises OntologyError where the file is absent or not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise OntologyError(
            Text("Không tìm thấy tệp.", "The file does not exist."), place=Place(file=str(path))
        ) from missing
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        raise OntologyError(
            Text("Tệp không phải UTF-8.", "The file is not UTF-8."), place=Place(file=str(path), line=line)
        ) from wrong
    return Iris(base).rebase(text)


def read(*paths: Path, base: str = DEFAULT_BASE) -> rdflib.Graph:
    """One graph of all `paths`; relative IRIs of a file resolve against the file's own address.

    Raises OntologyError with file and line where a file is not Turtle (RDF 1.1 Turtle §6).
    """
    graph = rdflib.Graph(bind_namespaces="none")
    for path in paths:
        for triple in _parsed(path, read_text(path, base=base)):
            graph.add(triple)
    return graph


@lru_cache(maxsize=512)
def _parsed(path: Path, text: str) -> tuple[Triple, ...]:
    """The triples of a text in the order of the file; parsing is slow, and a run reads each file often."""
    graph = rdflib.Graph(bind_namespaces="none")
    try:
        graph.parse(data=text, format="turtle", publicID=path.resolve().as_uri())
    except BadSyntax as wrong:
        raise _syntax_error(path, wrong) from wrong
    return tuple(graph)


def _syntax_error(path: Path, wrong: BadSyntax) -> OntologyError:
    told = re.search(r"at line (\d+) of <[^>]*>:\s*(.*?)(?: at \^ in:|$)", str(wrong), re.DOTALL)
    line = wrong.lines + 1
    reason = told.group(2).strip().splitlines()[-1] if told and told.group(2).strip() else "bad syntax"
    return OntologyError(
        Text(f"Cú pháp Turtle sai: {reason}", f"Not Turtle: {reason}"),
        hint=Text(
            "Kiểm tra dấu chấm, dấu chấm phẩy, ngoặc và tiền tố ngay trước dòng này.",
            "Look for a missing full stop, semicolon, bracket or prefix just before this line.",
        ),
        place=Place(file=str(path), line=line),
    )
