"""The patterns of IRIs."""

import rdflib
from hypothesis import given
from hypothesis import strategies as st

from graph.iris import DEFAULT_BASE, Iris

IRIS = Iris()


def test_the_patterns_of_the_design() -> None:
    assert IRIS.ontology("place", "Commune") == f"{DEFAULT_BASE}ont/place#Commune"
    assert IRIS.code("unit-level", "commune") == f"{DEFAULT_BASE}code/unit-level/commune"
    assert IRIS.code("unit-level") == f"{DEFAULT_BASE}code/unit-level"
    assert IRIS.entity("unit", "2025-07-01/00004") == f"{DEFAULT_BASE}id/unit/2025-07-01/00004"
    assert IRIS.graph("moha-agencies", "open") == f"{DEFAULT_BASE}graph/moha-agencies/open"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1))
def test_any_key_makes_an_iri_that_can_be_written(key: str) -> None:
    iri = IRIS.entity("thing", key)
    graph = rdflib.Graph().add((rdflib.URIRef(iri), rdflib.RDF.type, rdflib.OWL.Thing))
    assert set(rdflib.Graph().parse(data=graph.serialize(format="nt"), format="nt")) == set(graph)


def test_path_is_the_inverse_of_resolve() -> None:
    assert IRIS.path(IRIS.resolve("/id/unit/2025-07-01/01")) == "id/unit/2025-07-01/01"
    assert IRIS.path("https://elsewhere.example/id/1") is None


def test_text_of_the_repository_is_rebased() -> None:
    assert Iris("http://localhost/").rebase(f"<{DEFAULT_BASE}ont/place>") == "<http://localhost/ont/place>"
