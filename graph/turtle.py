"""Turtle files of the repository, read with exact lexical forms and clear errors."""

from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
import rdflib
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from graph.errors import OntologyError, Place
from graph.iris import DEFAULT_BASE, Iris
from graph.text import Text

Triple = tuple[Node, Node, Node]
_STRING = str(rdflib.XSD.string)

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
    # Its usual store keeps contexts, too, and takes twice as long to fill and to ask.
    graph = rdflib.Graph(store="SimpleMemory", bind_namespaces="none")
    for path in paths:
        for triple in parse(path, read_text(path, base=base)):
            graph.add(triple)
    return graph


@lru_cache(maxsize=512)
def parse(path: Path, text: str) -> tuple[Triple, ...]:
    """The triples of `text`, that of the file `path`, in the order of the file; one stated twice is there
    twice. Oxigraph's parser: rdflib's takes six times as long.

    Raises OntologyError with file and line where it is not Turtle (RDF 1.1 Turtle §6).
    """
    resources: dict[str, URIRef] = {}

    def iri(value: str) -> URIRef:
        known = resources.get(value)
        if known is None:
            known = resources[value] = URIRef(value)
        return known

    def node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
        match term:
            case ox.NamedNode():
                return iri(term.value)
            case ox.BlankNode():
                return BNode(term.value)
            case ox.Literal():
                if term.language is not None:
                    return Literal(term.value, lang=term.language)
                datatype = term.datatype.value
                return Literal(term.value, datatype=None if datatype == _STRING else iri(datatype))
        raise TypeError(f"no term of RDF 1.1: {term}")

    found = []
    try:
        for quad in ox.parse(
            text, ox.RdfFormat.TURTLE, base_iri=path.resolve().as_uri(), rename_blank_nodes=True
        ):
            found.append((node(quad.subject), node(quad.predicate), node(quad.object)))
    except SyntaxError as wrong:
        raise _syntax_error(path, wrong) from wrong
    return tuple(found)


def _syntax_error(path: Path, wrong: SyntaxError) -> OntologyError:
    reason = wrong.msg.partition(": ")[2] or wrong.msg
    return OntologyError(
        Text(f"Cú pháp Turtle sai: {reason}", f"Not Turtle: {reason}"),
        hint=Text(
            "Kiểm tra dấu chấm, dấu chấm phẩy, ngoặc và tiền tố ở dòng này và ngay trước nó.",
            "Look for a missing full stop, semicolon, bracket or prefix in this line and just before it.",
        ),
        place=Place(file=str(path), line=wrong.lineno),
    )
