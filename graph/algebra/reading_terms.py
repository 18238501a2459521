"""rdflib's terms, triples and property paths → the plan's."""

from collections.abc import Iterable
from typing import Any

from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.term import BNode, Literal, URIRef, Variable

from graph.algebra.plan import (
    Alternative,
    Constant,
    Inverse,
    Link,
    Negated,
    Node,
    Path,
    Repeated,
    Sequence,
    Triple,
    Unsupported,
    Var,
)
from graph.columns.schema import LANG_STRING, XSD_STRING


def constant(term: Any) -> Constant:
    match term:
        case Literal() if term.language:
            return Constant(str(term), LANG_STRING, term.language.lower())
        case Literal():
            return Constant(str(term), XSD_STRING if term.datatype is None else str(term.datatype))
        case URIRef():
            return Constant(str(term))
        case _:
            raise Unsupported(f"the term {term!r}")


def node(term: Any) -> Node:
    match term:
        case Variable():
            return Var(str(term))
        case BNode():
            return Var(f"_:{term}")
        case _:
            return constant(term)


def triple(terms: Iterable[Any]) -> Triple:
    s, p, o = terms
    predicate = node(p) if isinstance(p, Variable | URIRef) else path(p)
    return Triple(node(s), predicate, node(o))


def path(found: Any) -> Path:
    match found:
        case URIRef():
            return Link(constant(found))
        case InvPath():
            return Inverse(path(found.arg))
        case SequencePath():
            return _sequence([path(one) for one in found.args])
        case AlternativePath():
            return Alternative(tuple(path(one) for one in found.args))
        case MulPath():
            return Repeated(path(found.path), zero=found.zero, many=found.more)
        case NegatedPath() if all(isinstance(one, URIRef) for one in found.args):
            return Negated(tuple(constant(one) for one in found.args))
        case _:
            # rdflib loses the predicate of an inverse in a negated set (`!^p`).
            raise Unsupported("a negated property set with an inverse")


def _sequence(parts: list[Path]) -> Path:
    first, *rest = parts
    return Sequence(first, _sequence(rest)) if rest else first
