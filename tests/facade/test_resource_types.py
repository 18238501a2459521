"""Shapes as resource types."""

import pytest
import rdflib
from rdflib import Graph

from api import knowledge
from graph import resources, settings
from graph.errors import OntologyError
from graph.resources import ResourceTypes
from graph.settings import Settings
from graph.vocabulary import Vocabulary

BASE = "https://lienthong.gov.vn/"
PREFIXES = f"""
@prefix core: <{BASE}ont/core#> . @prefix facade: <{BASE}ont/facade#> . @prefix ex: <{BASE}ont/ex#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


@pytest.fixture(scope="module")
def real() -> ResourceTypes:
    chosen = Settings()
    vocabulary = Vocabulary.load(chosen.ontology_dir / "catalogue.ttl")
    return resources.load(chosen.shapes_dir, vocabulary.graph)


def read(shapes: str, ontology: str = "") -> ResourceTypes:
    return resources.read(graph(shapes), graph(ontology))


def graph(text: str) -> Graph:
    return rdflib.Graph().parse(data=PREFIXES + text, format="turtle")


def test_the_shapes_offer_units_and_agencies(real: ResourceTypes) -> None:
    assert {"agencies", "units"} <= set(real.collections)


def test_a_unit_is_read_as_its_shape_says(real: ResourceTypes) -> None:
    units = real.collections["units"]
    kinds = {one.key: (one.kind, one.required, one.scalar) for one in units.properties}
    assert kinds["name"] == ("langString", False, True)
    assert kinds["code"] == ("literal", True, True)
    assert kinds["level"] == ("code", True, True)
    assert kinds["within"] == ("link", False, True)
    assert kinds["succeededBy"] == ("link", False, False)
    assert kinds["basis"] == ("code", False, False)
    assert [one.key for one in units.properties][:3] == ["name", "shortName", "code"]
    assert units.identifier == "unit"
    assert (units.title.vi, units.title.en) == ("Đơn vị hành chính", "Administrative units")
    assert f"{BASE}ont/place#Commune" in units.classes


def test_codes_know_their_list_and_its_entries(real: ResourceTypes) -> None:
    units = real.collections["units"]
    level, basis = units.property("level"), units.property("basis")
    assert level is not None
    assert basis is not None
    assert level.values == tuple(
        f"{BASE}code/unit-level/{name}" for name in ("province", "district", "commune")
    )
    assert basis.scheme == f"{BASE}code/legal-document"
    assert f"{BASE}code/legal-document/202-2025-QH15" in basis.values


def test_a_class_meets_the_shapes_of_the_classes_above(real: ResourceTypes) -> None:
    succession = real.of([f"{BASE}ont/core#Succession", f"{BASE}ont/place#UnitSuccession"])
    assert succession is not None
    assert succession.target_class == f"{BASE}ont/place#UnitSuccession"
    predecessor = succession.property("predecessor")
    assert predecessor is not None
    assert predecessor.target_class == f"{BASE}ont/place#AdministrativeUnit"
    assert predecessor.required


def test_another_base_moves_every_name() -> None:
    known = knowledge.load(settings.load(base_iri="https://data.example/"))
    units = known.types.collections["units"]
    assert units.identifier == "unit"
    assert units.target_class == "https://data.example/ont/place#AdministrativeUnit"
    names = [value for one in units.properties for value in (one.path, *one.values)]
    assert not [name for name in names if name.startswith(BASE)]
    assert known.prefixes["place"] == "https://data.example/ont/place#"


def test_every_label_and_description_is_in_both_languages(real: ResourceTypes) -> None:
    for resource in real:
        for text in (resource.title, *(one.label for one in resource.properties)):
            assert text.vi
            assert text.en


def test_an_inverse_path_is_read_backwards() -> None:
    types = read("""ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; facade:collection "things" ;
        sh:property [ sh:path [ sh:inversePath ex:next ] ; facade:key "previous" ; sh:class ex:Thing ] .""")
    previous = types.collections["things"].property("previous")
    assert previous is not None
    assert (previous.path, previous.inverse, previous.kind) == (f"{BASE}ont/ex#next", True, "link")


def test_longer_paths_and_deactivated_shapes_offer_no_key() -> None:
    types = read("""ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; facade:collection "things" ;
        sh:property [ sh:path ( ex:a ex:b ) ; sh:minCount 1 ] , [ sh:path ex:c ; sh:deactivated true ] ,
            [ sh:path ex:d ; sh:datatype xsd:integer ] .""")
    assert [one.key for one in types.collections["things"].properties] == ["d"]


def test_several_property_shapes_on_one_path_are_one_property() -> None:
    types = read("""ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; facade:collection "things" ;
        sh:property [ sh:path ex:d ; sh:datatype xsd:integer ; sh:minCount 1 ; sh:maxCount 5 ] ,
            [ sh:path ex:d ; sh:maxCount 1 ] .""")
    (one,) = types.collections["things"].properties
    assert (one.minimum, one.maximum, one.datatype) == (1, 1, "http://www.w3.org/2001/XMLSchema#integer")


def test_what_the_shape_does_not_say_the_ontology_says() -> None:
    types = read(
        "ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:d ] .",
        """ex:d rdfs:label "ngày"@vi , "day"@en ; rdfs:range xsd:date ;
               skos:definition "Một ngày."@vi , "A day."@en .
           ex:Part rdfs:subClassOf ex:Thing .""",
    )
    (resource,) = types
    (one,) = resource.properties
    assert (one.label.vi, one.label.en, one.description.en) == ("ngày", "day", "A day.")
    assert one.datatype == "http://www.w3.org/2001/XMLSchema#date"
    assert resource.classes == (f"{BASE}ont/ex#Thing", f"{BASE}ont/ex#Part")


@pytest.mark.parametrize("key", ["id", "limit", "same"])
def test_a_key_used_twice_or_reserved_is_refused(key: str) -> None:
    with pytest.raises(OntologyError, match=key):
        read(f"""ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; facade:collection "things" ;
            sh:property [ sh:path ex:a ; facade:key "{key}" ] , [ sh:path ex:same ] .""")
