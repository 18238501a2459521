"""Errors of a shapes graph that is not well-formed (SHACL Appendix A): they name the shape and the rule."""

from collections.abc import Iterable

from rdflib.term import Node

from graph.errors import OntologyError
from graph.text import Text


def ill_formed(shape: Node, vi: str, en: str) -> OntologyError:
    """An error to be raised: what is wrong with `shape`."""
    return OntologyError(
        Text(f"Hình dạng SHACL {name(shape)} sai: {vi}", f"The SHACL shape {name(shape)} is wrong: {en}"),
        hint=Text("Sửa tệp trong thư mục shapes.", "Mend the file in the folder of shapes."),
    )


def name(node: Node) -> str:
    """A node as people read it: `<iri>`, `_:label` or the quoted literal."""
    return node.n3()


def ordered(nodes: Iterable[Node]) -> list[Node]:
    """By what they are written like, so that plans and reports are the same in every run."""
    return sorted(nodes, key=lambda one: one.n3())
