"""Documents read by blocks of lines, beside the same by the parser alone."""

from collections import Counter
from pathlib import Path

import pytest

from graph.errors import SourceError
from graph.formats import DOCUMENTS, Format
from graph.stores import documents
from graph.stores.lines import Document, Statements, read

FORMATS = {one.extension: one for one in DOCUMENTS}
BASE = "http://example.org/"
Said = tuple[str, str, str, str | None, str | None, int | None]
Refused = tuple[str, int | None, str]


def said(statements: Statements) -> list[Said]:
    """Subject, predicate, object, datatype, language and line of every statement."""
    keys = list(
        zip(*(statements.terms[one].to_pylist() for one in ("value", "datatype", "language")), strict=True)
    )
    lines = statements.lines
    rows = zip(*(one.tolist() for one in (lines.s, lines.p, lines.o, lines.line)), strict=True)
    return [(keys[s][0], keys[p][0], *keys[o], line or None) for s, p, o, line in rows]


def by_blocks(path: Path, form: Format, block_size: int) -> Counter[Said] | Refused:
    try:
        return Counter(said(read({"x": Document(path, form)}, base=BASE, block_size=block_size, least=0)))
    except SourceError as wrong:
        return _refused(wrong)


def by_parser(path: Path, form: Format) -> Counter[Said] | Refused:
    try:
        found = documents.read(path, form, base=BASE, default_graph="", name="x")
        return Counter((*one.quad[:5], one.line) for one in found)
    except SourceError as wrong:
        return _refused(wrong)


def _refused(wrong: SourceError) -> Refused:
    place = wrong.place
    return place.file or "", place.line, wrong.message.en


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lines")
