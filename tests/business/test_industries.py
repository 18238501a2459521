"""VSIC 2018 and 2025 down to level 2, and what became of the one in the other."""

from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from graph import turtle
from graph.iris import Iris

ROOT = Path(__file__).resolve().parents[2]
IRIS = Iris()
XKOS = Namespace("http://rdf-vocabulary.ddialliance.org/xkos#")
CORE = Namespace(IRIS.ontology("core"))
LISTS = {year: turtle.read(ROOT / f"ontology/codelists/vsic-{year}.ttl") for year in (2018, 2025)}
SIZES = {2018: ("ABCDEFGHIJKLMNOPQRSTU", 88), 2025: ("ABCDEFGHIJKLMNOPQRSTUV", 87)}


def scheme(year: int) -> URIRef:
    return URIRef(IRIS.code(f"vsic-{year}"))


def members(graph: Graph, year: int) -> list[set[str]]:
    """The notations of each classification level, the sections first."""
    levels = graph.value(scheme(year), XKOS.levels)
    assert levels is not None
    return [
        {str(graph.value(concept, SKOS.notation)) for concept in graph.objects(level, SKOS.member)}
        for level in Collection(graph, levels)
    ]


@pytest.mark.parametrize("year", SIZES)
def test_a_version_has_the_sections_and_divisions_of_its_decision(year: int) -> None:
    graph = LISTS[year]
    sections, divisions = members(graph, year)
    letters, number = SIZES[year]
    assert sections == set(letters)
    assert len(divisions) == number
    above = {
        str(graph.value(concept, SKOS.notation)): str(graph.value(broader, SKOS.notation))
        for concept, broader in graph.subject_objects(SKOS.broader)
    }
    assert set(above) == divisions
    assert set(above.values()) == sections
    assert sorted(above, key=lambda code: (above[code], code)) == sorted(above)


def test_one_version_ends_the_day_before_the_next_begins() -> None:
    until = LISTS[2018].value(scheme(2018), CORE.validUntil)
    since = LISTS[2025].value(scheme(2025), CORE.validFrom)
    assert (str(until), str(since)) == ("2025-11-14", "2025-11-15")
    assert LISTS[2025].value(scheme(2025), CORE.validUntil) is None


def associations() -> dict[Node, set[Node]]:
    graph = LISTS[2025]
    return {
        source: set(graph.objects(association, XKOS.targetConcept))
        for association, source in graph.subject_objects(XKOS.sourceConcept)
    }


def concepts(year: int) -> set[Node]:
    return set(LISTS[year].subjects(RDF.type, SKOS.Concept))


def test_the_correspondence_covers_both_versions() -> None:
    found = associations()
    assert set(found) == concepts(2018)
    assert set().union(*found.values()) == concepts(2025)
    graph = LISTS[2025]
    parts = set(graph.objects(None, XKOS.madeOf))
    assert parts == set(graph.subjects(RDF.type, XKOS.ConceptAssociation))


def test_sections_correspond_where_their_divisions_do() -> None:
    """So that a total by sections is the same whether it is carried over as sections or as divisions."""
    both = turtle.read(*(ROOT / f"ontology/codelists/vsic-{year}.ttl" for year in LISTS))
    found = associations()
    for section in LISTS[2018].subjects(SKOS.topConceptOf, scheme(2018)):
        divisions = set(LISTS[2018].subjects(SKOS.broader, section))
        targets = {target for division in divisions for target in found[division]}
        assert found[section] == {both.value(target, SKOS.broader) for target in targets}
