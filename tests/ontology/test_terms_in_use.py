"""Every class and property serves something: a data set, or the files that describe data sets and shapes.

What none uses yet says so itself (core:isReserved), and stops saying so once one does.
"""

from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph, Literal, URIRef

from graph import turtle
from graph.iris import Iris

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "ontology" / "modules").glob("*.ttl"))
DATA_SETS = ROOT / "ingest" / "datasets"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
RESERVED = URIRef(Iris().ontology("core", "isReserved"))


@cache
def ontology() -> Graph:
    return turtle.read(*MODULES)


@cache
def used() -> frozenset[object]:
    """What mappings, descriptions, what is made of the samples, code lists and shapes mention."""
    files = [
        *DATA_SETS.glob("*/*.ttl"),
        *(ROOT / "ontology" / "codelists").glob("*.ttl"),
        ROOT / "ontology" / "catalogue.ttl",
    ]
    mentioned = {node for path in files for triple in turtle.read(path) for node in triple}
    annotations = {p for path in (ROOT / "shapes").glob("*.ttl") for p in turtle.read(path).predicates()}
    return frozenset(mentioned | annotations | set(ontology().predicates()))


def terms(graph: Graph) -> list[URIRef]:
    return sorted(
        {one for kind in KINDS for one in graph.subjects(RDF.type, kind) if isinstance(one, URIRef)}
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_term_is_used_or_reserved(path: Path) -> None:
    reserved = {one for one in terms(ontology()) if (one, RESERVED, Literal(True)) in ontology()}
    found = terms(turtle.read(path))
    assert found
    assert [one for one in found if one not in used() and one not in reserved] == []
    assert [one for one in found if one in used() and one in reserved] == []
