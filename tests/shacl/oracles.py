"""Other people's engines, for a second and a third opinion: pySHACL and the Rust package `shacl`."""

import re
from collections import Counter

import pyshacl
import rdflib
import shacl
from hypothesis import reject
from pyshacl.errors import ReportableRuntimeError
from rdflib import SH, BNode, Graph, Literal
from rdflib.term import Node
from rdflib.util import from_n3

from graph.shacl.engine import Engine
from graph.shacl.results_graph import results_graph
from graph.shacl.session import Session
from tests.shacl.suite import triples

_BLANK = re.compile(r"_:|\d+:b\d+$")
Told = tuple[str, str, str, str]
"""Focus node, value, constraint component and source shape of a result; blank nodes without their name."""


def ours(shapes: Graph, data: Graph) -> Counter[Told]:
    with Session(None) as session:
        session.add(triples(data))
        return _told(results_graph(Engine(shapes).results(session), shapes))


def by_pyshacl(shapes: Graph, data: Graph) -> Counter[Told]:
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inplace=True)
    except ReportableRuntimeError:
        # It knows no order of a blank node with anything, and says so by an error.
        reject()
    finally:
        # It switches this on for the whole process, and `007` would become `7`.
        rdflib.NORMALIZE_LITERALS = False
    assert isinstance(report, Graph)
    return _told(report)


def by_rust(shapes: Graph, data: Graph) -> Counter[Told]:
    compiled = shacl.Shapes.from_text(shapes.serialize(format="nt"), format="ntriples")
    report = compiled.validate_text(data.serialize(format="nt"), format="ntriples")
    return Counter(
        (
            _name(from_n3(one.focus_node)),
            "_" if _BLANK.match(one.value_plain or "") else (one.value_plain or "").strip("<>"),
            one.component_iri,
            "",
        )
        for one in report.results
    )


def without_shapes(told: Counter[Told]) -> Counter[Told]:
    """Less the source shapes, which not everybody names alike."""
    return Counter({(*one[:3], ""): count for one, count in told.items()})


def _told(report: Graph) -> Counter[Told]:
    parts = (SH.focusNode, SH.value, SH.sourceConstraintComponent, SH.sourceShape)
    top = {one for node in report.subjects(SH.conforms, None) for one in report.objects(node, SH.result)}
    return Counter(
        tuple(_name(report.value(one, part)) for part in parts)  # type: ignore[misc]
        for one in top
    )


def _name(node: Node | None) -> str:
    if node is None:
        return ""
    if isinstance(node, Literal):
        return str(node)
    return "_" if isinstance(node, BNode) else str(node)
