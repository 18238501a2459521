"""RDF documents as quads of text: all formats of RDF 1.1 (`graph.formats.DOCUMENTS`), streamed."""

from collections.abc import Iterator
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


def _statement_lines(path: Path) -> Iterator[int]:
    """Numbers, from 1, of the lines that are neither blank nor a comment."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if (text := line.lstrip()) and not text.startswith(b"#"):
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
    s, p = _resource(quad.subject), quad.predicate.value
    if not isinstance(value, ox.Literal):
        return TextQuad(s, p, _resource(value), None, None, g)
    if value.language:
        return TextQuad(s, p, value.value, _LANG_STRING, value.language, g)
    return TextQuad(s, p, value.value, value.datatype.value, None, g)


def _resource(node: ox.NamedNode | ox.BlankNode) -> str:
    return f"_:{node.value}" if isinstance(node, ox.BlankNode) else node.value
