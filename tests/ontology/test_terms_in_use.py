"""Every class and property serves something: a data set, the files that describe data sets and shapes, or the
mappings that the documentation shows.

What none uses yet says so itself (core:isReserved), and stops saying so once one does.
"""

import re
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
    return frozenset(mentioned | annotations | set(ontology().predicates()) | shown())


def shown() -> set[URIRef]:
    """What the documentation writes with a prefix, as mappings do (`ingest:key`), and words of mappings and
    of provenance that the programme reads and writes by their names."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
    named = set(re.findall(r"\b([a-z]+):([A-Za-z]\w*)", text))
    programme = [ROOT / "ingest" / "provenance.py", *(ROOT / "ingest" / "mapping").glob("*.py")]
    for path in programme:
        named |= {("ingest", word) for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    return {URIRef(Iris().ontology(module, name)) for module, name in named}


def terms(graph: Graph) -> list[URIRef]:
    return sorted(
        {one for kind in KINDS for one in graph.subjects(RDF.type, kind) if isinstance(one, URIRef)}
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_term_is_used_or_reserved(path: Path) -> None:
    reserved = {one for one in terms(ontology()) if (one, RESERVED, Literal(True)) in ontology()}
    found = terms(turtle.read(path))
    assert [one for one in found if one not in used() and one not in reserved] == []
    assert [one for one in found if one in used() and one in reserved] == []
