"""The catalogue, the files it names, the examples, and what is looked up in them."""

from pathlib import Path

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

from graph import turtle
from graph.iris import Iris
from graph.prefixes import Prefixes
from graph.shacl.reference import PyShaclValidator
from graph.vocabulary import Vocabulary

CONTENT_URL = URIRef("https://schema.org/contentUrl")
ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"
FILES = [path for path in sorted(ONTOLOGY.rglob("*.ttl")) if path.name != "catalogue.ttl"]
EXAMPLES = sorted(ONTOLOGY.glob("examples/*.ttl"))
# A function of mappings is neither a class nor a property (FnO).
FNO_FUNCTION = URIRef("https://w3id.org/function/ontology#Function")


def of(path: Path) -> str:
    return str(path.relative_to(ONTOLOGY))


def test_the_catalogue_names_every_file_and_no_other() -> None:
    catalogue = turtle.read(ONTOLOGY / "catalogue.ttl")
    named = {str(file) for file in catalogue.objects(None, CONTENT_URL)}
    assert named == {of(path) for path in FILES if path.parent.name != "examples"}


def test_a_prefix_of_ours_is_declared_for_every_module_and_code_list(prefixes: Prefixes) -> None:
    iris = Iris()
    for path in ONTOLOGY.glob("modules/*.ttl"):
        assert prefixes[path.stem] == iris.ontology(path.stem)
    for path in ONTOLOGY.glob("codelists/*.ttl"):
        assert prefixes[path.stem] == iris.code(path.stem) + "/"


@pytest.mark.parametrize("path", FILES, ids=of)
def test_prefixes_mean_in_a_file_what_they_mean_in_the_catalogue(path: Path, prefixes: Prefixes) -> None:
    graph = turtle.read(path)
    own = {prefix: str(namespace) for prefix, namespace in graph.namespaces()}
    assert {prefix: own[prefix] for prefix in own if prefix in prefixes} == {
        prefix: prefixes[prefix] for prefix in own if prefix in prefixes
    }


@pytest.mark.parametrize("path", sorted(ONTOLOGY.glob("modules/*.ttl")), ids=of)
def test_a_module_defines_only_terms_of_its_own_namespace(path: Path) -> None:
    graph = turtle.read(path)
    namespace = Iris().ontology(path.stem)
    defined = {
        term
        for kind in (
            OWL.Class,
            OWL.ObjectProperty,
            OWL.DatatypeProperty,
            OWL.AnnotationProperty,
            FNO_FUNCTION,
        )
        for term in graph.subjects(RDF.type, kind)
        if isinstance(term, URIRef)
    }
    assert defined
    assert [term for term in defined if not term.startswith(namespace)] == []


@pytest.mark.parametrize("path", sorted(ONTOLOGY.glob("alignments/*.ttl")), ids=of)
def test_an_alignment_only_speaks_of_known_terms(path: Path, ontology: rdflib.Graph) -> None:
    own = Iris().resolve("ont/")
    subjects = {term for term in turtle.read(path).subjects() if str(term).startswith(own)}
    assert [term for term in subjects if (term, RDF.type, None) not in ontology] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=of)
def test_an_example_meets_the_shapes(path: Path) -> None:
    validator = PyShaclValidator(ROOT / "shapes", ONTOLOGY)
    report = validator.validate_graph(turtle.read(*EXAMPLES))
    subjects = {str(subject) for subject in turtle.read(path).subjects()}
    assert [one for one in report.violations if one.focus in subjects] == []


def test_every_word_is_found_by_its_iri() -> None:
    vocabulary = Vocabulary.load(ONTOLOGY / "catalogue.ttl")
    commune = vocabulary.label(Iris().ontology("place", "Commune"))
    assert commune is not None
    assert (commune.vi, commune.en) == ("đơn vị hành chính cấp xã", "commune")
    assert Iris().ontology("place", "Commune") in vocabulary.subclasses(
        Iris().ontology("place", "AdministrativeUnit")
    )
    ward = vocabulary.concepts[Iris().code("unit-type", "ward")]
    assert (ward.notation, ward.label.vi, ward.label.en) == ("ward", "phường", "ward")
    assert len(vocabulary.scheme(Iris().code("unit-type"))) == 10


def test_another_base_moves_our_terms_and_nothing_else() -> None:
    base = "https://kg.example.org/"
    moved = Vocabulary.load(ONTOLOGY / "catalogue.ttl", base=base)
    assert moved.label(Iris(base).ontology("place", "Commune")) is not None
    assert moved.label(Iris().ontology("place", "Commune")) is None
    assert (URIRef(Iris(base).ontology("place", "Commune")), RDFS.subClassOf, None) in moved.graph
    assert (None, RDF.type, SKOS.Concept) in moved.graph
