"""RDF documents as quads of text: all formats of RDF 1.1 (`graph.formats.DOCUMENTS`), streamed."""

import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from graph.columns import TextQuad
from graph.errors import Place, SourceError
from graph.formats import Format
from graph.text import Text

_LINES = {"nt", "nq"}
"""Extensions of the formats in which a statement is a line (RDF 1.1 N-Triples §2, N-Quads §2)."""
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


class Stated(NamedTuple):
    """A quad, and the line that states it where the format has one for each."""

    quad: TextQuad
    line: int | None


class Term(NamedTuple):
    """A term as `TextQuad` has it."""

    value: str
    datatype: str | None
    language: str | None


def read(path: Path, form: Format, *, base: str, default_graph: str, name: str) -> Iterator[Stated]:
    """The quads of a document, literals in their lexical form. `base` is that of relative IRIs; `name` is
    what the file is called in errors.

    Raises SourceError with the line where the text is not of the format, or is RDF 1.2.
    """
    lines = _statement_lines(path) if form.extension in _LINES else None
    parsed = ox.parse(
        path=str(path), format=ox.RdfFormat.from_extension(form.extension), base_iri=base, lenient=False
    )
    try:
        for quad in parsed:
            line = next(lines) if lines is not None else None
            yield Stated(_text(quad, default_graph, name, line), line)
    except SyntaxError as wrong:
        raise SourceError(
            Text(f"Tệp không phải {form.name}: {wrong.msg}", f"The file is not {form.name}: {wrong.msg}"),
            hint=Text(
                "Sửa chỗ đó, hoặc nói đúng định dạng của tệp (phần mở rộng, Content-Type).",
                "Mend it there, or tell the format that the file is in (its extension, Content-Type).",
            ),
            place=Place(file=name, line=wrong.lineno),
        ) from wrong


def terms(tokens: Sequence[bytes]) -> list[Term] | None:
    """The terms that N-Quads writes so, in the same order; None where some token is no single term.

    None of the tokens may hold a line feed.
    """
    # Each as the object of a line, before a label that no token can know: it tells that the line ends there.
    label = ox.NamedNode(f"urn:uuid:{uuid.uuid4()}")
    lines = b"".join(b"_:s <urn:p> %b %b .\n" % (one, str(label).encode()) for one in tokens)
    found = []
    try:
        for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
            if isinstance(quad.object, ox.Triple) or quad.graph_name != label:
                return None
            found.append(_term(quad.object))
    except SyntaxError:
        return None
    return found if len(found) == len(tokens) else None


def stated(line: bytes, form: Format) -> TextQuad | None:
    """What one line of N-Triples or N-Quads states, in the graph "" where it names none; None where that is
    nothing.

    Raises ValueError where it is not a line of the format or more than one.
    """
    try:
        found = list(ox.parse(line, format=ox.RdfFormat.from_extension(form.extension)))
    except SyntaxError as wrong:
        raise ValueError(wrong.msg) from wrong
    if len(found) > 1 or any(isinstance(one.object, ox.Triple) for one in found):
        raise ValueError("more than one statement")
    return _text(found[0], "", "", None) if found else None


def _statement_lines(path: Path) -> Iterator[int]:
    """Numbers, from 1, of the lines that are neither blank nor a comment."""
    # A carriage return ends a line too (N-Quads §4, EOL); which signs there are besides does not matter.
    with path.open(encoding="latin-1", newline=None) as file:
        for number, line in enumerate(file, start=1):
            if (text := line.lstrip(" \t\n")) and not text.startswith("#"):
                yield number


def _text(quad: ox.Quad, default_graph: str, name: str, line: int | None) -> TextQuad:
    graph = quad.graph_name
    g = default_graph if isinstance(graph, ox.DefaultGraph) else _resource(graph)
    value = quad.object
    if isinstance(value, ox.Triple) or isinstance(quad.subject, ox.Triple):
        raise SourceError(
            Text("Tệp có bộ ba lồng nhau (RDF 1.2).", "The file nests triples (RDF 1.2)."),
            hint=Text("Dùng RDF 1.1.", "Use RDF 1.1."),
            place=Place(file=name, line=line),
        )
    return TextQuad(_resource(quad.subject), quad.predicate.value, *_term(value), g)


def _term(value: ox.NamedNode | ox.BlankNode | ox.Literal) -> Term:
    if not isinstance(value, ox.Literal):
        return Term(_resource(value), None, None)
    if value.language:
        return Term(value.value, _LANG_STRING, value.language)
    return Term(value.value, value.datatype.value, None)


def _resource(node: ox.NamedNode | ox.BlankNode) -> str:
    return f"_:{node.value}" if isinstance(node, ox.BlankNode) else node.value
