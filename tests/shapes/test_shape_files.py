"""What every shapes file keeps to, so that the facade, the messages and the pages can rely on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, RDFS, SH, SKOS, BNode, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from graph import resources, turtle
from graph.iris import Iris
from graph.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]
SHAPES = ROOT / "shapes"
COMMON, PROFILES = sorted(SHAPES.glob("*.ttl")), sorted(SHAPES.glob("profiles/*.ttl"))
IRIS = Iris()
KEY, ACCESS, COLLECTION, TITLE = (
    URIRef(IRIS.ontology("facade", term)) for term in ("key", "accessClass", "collection", "title")
)
VOCABULARY = Vocabulary.load(ROOT / "ontology" / "catalogue.ttl")
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)

all_files = pytest.mark.parametrize("path", [*COMMON, *PROFILES], ids=lambda path: path.stem)
common_files = pytest.mark.parametrize("path", COMMON, ids=lambda path: path.stem)


def languages(graph: rdflib.Graph, node: Node, predicate: URIRef) -> list[str]:
    return sorted(str(one.language) for one in graph.objects(node, predicate) if isinstance(one, Literal))


def statements(graph: rdflib.Graph) -> Iterator[tuple[URIRef, Node]]:
    """Each property shape of a named node shape, with that shape."""
    for shape in sorted(set(graph.subjects(RDF.type, SH.NodeShape))):
        if isinstance(shape, URIRef):
            for statement in graph.objects(shape, SH.property):
                yield shape, statement


def show(graph: rdflib.Graph, shape: Node, statement: Node) -> str:
    return f"{shape} {graph.value(statement, SH.path)}"


@all_files
def test_every_property_shape_has_one_message_in_each_language(path: Path) -> None:
    graph = turtle.read(path)
    assert list(statements(graph))
    wrong = [
        show(graph, shape, one)
        for shape, one in statements(graph)
        if languages(graph, one, SH.message) != ["en", "vi"]
    ]
    assert wrong == []


@all_files
def test_a_node_shape_that_constrains_its_focus_nodes_has_messages(path: Path) -> None:
    graph = turtle.read(path)
    constraining = (SH.nodeKind, SH.pattern, SH["or"], SH["not"], SH["and"], SH.xone, SH["class"], SH.sparql)
    shapes = {
        shape
        for predicate in constraining
        for shape in graph.subjects(predicate, None)
        if (shape, RDF.type, SH.NodeShape) in graph
    }
    assert [shape for shape in shapes if languages(graph, shape, SH.message) != ["en", "vi"]] == []


@all_files
def test_every_shape_has_an_iri_of_its_file_and_is_used(path: Path) -> None:
    graph = turtle.read(path)
    whole = turtle.read(*COMMON, path)
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        assert str(shape).startswith(IRIS.shape(path.stem)), shape
        targeted = any((shape, target, None) in graph for target in TARGETS)
        assert targeted or (None, None, shape) in whole, shape


@all_files
def test_names_are_in_both_languages(path: Path) -> None:
    graph = turtle.read(path)
    for predicate in (SH.name, RDFS.label, TITLE, SH.description):
        for node in set(graph.subjects(predicate, None)):
            assert languages(graph, node, predicate) == ["en", "vi"], (node, predicate)


@common_files
def test_every_field_is_described_once_for_the_facade(path: Path) -> None:
    """Of the property shapes of one path one has name, order, group, key and class of access."""
    graph = turtle.read(path)
    shapes = [shape for shape, _ in statements(graph) if (shape, SH.targetClass, None) in graph]
    for shape in set(shapes):
        described: dict[Node, int] = {}
        collected = (shape, COLLECTION, None) in graph
        for one in graph.objects(shape, SH.property):
            field = graph.value(one, SH.path)
            marks = [(one, mark, None) in graph for mark in (SH.name, SH.order, SH.group, KEY, ACCESS)]
            assert all(marks) or not any(marks), show(graph, shape, one)
            if field is not None and not isinstance(field, BNode) and field != RDF.type:
                described[field] = described.get(field, 0) + all(marks)
        assert not collected or set(described.values()) == {1}, described
        assert set(described.values()) <= {0, 1}, described


@common_files
def test_a_group_of_fields_has_a_name_and_a_place(path: Path) -> None:
    for group in set(turtle.read(path).objects(None, SH.group)):
        assert (group, RDF.type, SH.PropertyGroup) in VOCABULARY.graph
        assert languages(VOCABULARY.graph, group, RDFS.label) == ["en", "vi"]
        assert VOCABULARY.graph.value(group, SH.order) is not None


@common_files
def test_keys_are_camel_case(path: Path) -> None:
    keys = [str(key) for key in turtle.read(path).objects(None, KEY)]
    assert [key for key in keys if not (key.isalnum() and key[0].islower())] == []


@all_files
def test_every_iri_of_ours_is_defined(path: Path) -> None:
    """Paths, classes, values and classes of access: whatever the shapes name, the ontology has."""
    graph = turtle.read(path)
    own = (IRIS.resolve("ont/"), IRIS.resolve("code/"))
    used = {node for triple in graph for node in triple if str(node).startswith(own)}
    assert used
    assert sorted(node for node in used if (node, RDF.type, None) not in VOCABULARY.graph) == []


@common_files
def test_a_list_of_allowed_codes_is_of_one_code_list(path: Path) -> None:
    graph = turtle.read(path)
    for members in graph.objects(None, SH["in"]):
        values = [
            value for value in Collection(graph, members) if str(value).startswith(IRIS.resolve("code/"))
        ]
        assert len({VOCABULARY.graph.value(value, SKOS.inScheme) for value in values}) <= 1


def test_a_code_list_whose_codes_are_listed_is_listed_in_full() -> None:
    """A code that is added to a list must be added to the shapes that list its codes."""
    graph = turtle.read(*COMMON, *PROFILES)
    listed = {value for members in graph.objects(None, SH["in"]) for value in Collection(graph, members)}
    schemes = {scheme for value in listed for scheme in VOCABULARY.graph.objects(value, SKOS.inScheme)}
    assert schemes
    codes = {code for scheme in schemes for code in VOCABULARY.graph.subjects(SKOS.inScheme, scheme)}
    assert codes - listed == set()


def test_the_facade_finds_its_collections() -> None:
    types = resources.load(SHAPES, VOCABULARY.graph)
    units, agencies = types.collections["units"], types.collections["agencies"]
    assert [one.key for one in units.properties] == [
        "name", "shortName", "code", "level", "unitType", "within", "register", "validFrom", "validUntil",
        "basis", "centroid", "areaKm2", "succeededBy",
    ]  # fmt: skip
    assert [one.key for one in agencies.properties] == [
        "name", "abbreviation", "agencyType", "superior", "jurisdiction", "validFrom", "validUntil", "basis",
        "succeededBy",
    ]  # fmt: skip
    assert (units.identifier, agencies.identifier) == ("unit", "agency")
    basis = units.property("basis")
    assert basis is not None
    assert (basis.kind, basis.scheme) == ("code", IRIS.code("legal-document"))
