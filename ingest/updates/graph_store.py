"""The writing operations of the Graph Store Protocol (§5.3 – §5.5): a whole graph comes, grows or goes."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from graph.columns import TextQuad
from graph.columns.merge import prefix_of
from graph.errors import ParameterError, Place, SourceError, UnknownNameError, UnsupportedMediaError
from graph.formats import GRAPHS, Format
from graph.stores import documents, scratch
from graph.text import Text
from ingest.updates.asked import Asked
from ingest.updates.edit import Edit, edits
from ingest.updates.published import PublishedQuads, prefixed
from ingest.updates.rights import Rights


def of_operation(asked: Asked, graph: str, rights: Rights, published: PublishedQuads) -> list[Edit]:
    """Raises WriteNotPermittedError, NotKeptByUpdateError, UnknownNameError for a graph to delete that is not
    there, UnsupportedMediaError, ParameterError with the line for a document that cannot be read."""
    prefix = prefix_of(rights.owner(graph).name)
    before = set(published.quads([graph]))
    if asked.verb == "delete":
        if not before:
            raise UnknownNameError(
                Text(f"Không có đồ thị <{graph}>.", f"There is no graph <{graph}>."),
                hint=Text("Không có gì để xóa.", "There is nothing to delete."),
            )
        return edits(before, (), rights)
    read = [quad for number, part in enumerate(_parts(asked)) for quad in _document(*part, graph, number)]
    if asked.verb == "post":
        after = {prefixed(_named(quad, f"_:p{asked.digest[:16]}"), prefix) for quad in read}
        return edits((), after - before, rights)
    if any(map(_has_blank, read)):
        # Equal documents have equal blank nodes, so that sending one again changes nothing.
        prefix_here = f"_:g{hashlib.sha256(graph.encode()).hexdigest()[:12]}"
        read = [_named(quad, prefix_here) for quad in scratch.canonical(read)]
    after = {prefixed(quad, prefix) for quad in read}
    return edits(before - after, after - before, rights)


def _parts(asked: Asked) -> Iterator[tuple[str, bytes]]:
    start = 0
    for media_type, length in asked.parts:
        yield media_type, asked.body[start : start + length]
        start += length


def _document(media_type: str, body: bytes, graph: str, number: int) -> Iterator[TextQuad]:
    """Blank nodes are told apart by the number of the document."""
    form = _format(media_type)
    with tempfile.TemporaryDirectory(prefix="lienthong-") as folder:
        path = Path(folder) / f"body.{form.extension}"
        path.write_bytes(body)
        try:
            for stated in documents.read(path, form, base=graph, default_graph=graph, name="body"):
                if stated.quad.g != graph:
                    raise ParameterError(
                        Text("Tài liệu có nhiều đồ thị.", "The document has several graphs."),
                        hint=Text("Gửi từng đồ thị một.", "Send one graph at a time."),
                    )
                quad = _named(stated.quad, f"_:d{number}")
                yield quad._replace(language=quad.language and quad.language.lower())
        except SourceError as wrong:
            place = wrong.place and Place(line=wrong.place.line)
            raise ParameterError(wrong.message, hint=wrong.hint, place=place) from wrong


def _format(media_type: str) -> Format:
    for one in GRAPHS:
        if one.is_called(media_type):
            return one
    offers = ", ".join(one.media_type for one in GRAPHS)
    raise UnsupportedMediaError(
        Text(f"Không đọc được «{media_type}».", f"“{media_type}” is not read here."),
        hint=Text(f"Content-Type: {offers}", f"Content-Type: {offers}"),
    )


def _named(quad: TextQuad, prefix: str) -> TextQuad:
    """Its blank nodes labelled with a prefix: those of a document are none of the graph's (RDF 1.1 Semantics
    §4.1, merge)."""

    def label(node: str) -> str:
        return f"{prefix}{node[2:]}" if node.startswith("_:") else node

    return quad._replace(s=label(quad.s), o=quad.o if quad.datatype is not None else label(quad.o))


def _has_blank(quad: TextQuad) -> bool:
    return quad.s.startswith("_:") or (quad.datatype is None and quad.o.startswith("_:"))
