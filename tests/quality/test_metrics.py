"""The metrics of the ontology are those that are measured; what the real shapes let be expected."""

from functools import cache

import pytest
from rdflib import DCTERMS, RDF, SH, Namespace, URIRef
from rdflib.collection import Collection

from graph import settings, turtle
from graph.iris import Iris
from graph.quality import METRICS, SHARES
from ingest import rules
from ingest.quality.expectations import Expectations, up_to
from ingest.quality.left_out import Fault
from ingest.rules import Rules

DQV = Namespace("http://www.w3.org/ns/dqv#")
SETTINGS = settings.load()
IRIS = Iris()
ENTERPRISE = IRIS.ontology("business", "Enterprise")
REPRESENTATIVE = IRIS.ontology("business", "representative")
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


@cache
def known() -> Rules:
    return rules.load(SETTINGS)


@cache
def expected(access: str) -> Expectations:
    return up_to(access, known())


def test_the_ontology_has_the_metrics_that_are_measured_and_no_other() -> None:
    defined = set(known().vocabulary.graph.subjects(RDF.type, DQV.Metric))
    assert defined == {URIRef(IRIS.ontology("quality", name)) for name in METRICS}


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_in_a_dimension_and_says_its_datatype(name: str) -> None:
    graph, metric = known().vocabulary.graph, URIRef(IRIS.ontology("quality", name))
    dimension = graph.value(metric, DQV.inDimension)
    assert (dimension, RDF.type, DQV.Dimension) in graph
    datatype = "integer" if name == "age" else "decimal"
    expected_datatype = graph.value(metric, DQV.expectedDataType)
    assert expected_datatype == URIRef(f"http://www.w3.org/2001/XMLSchema#{datatype}")


def test_the_shapes_list_the_metrics() -> None:
    graph = turtle.read(SETTINGS.shapes_dir / "quality.ttl")
    (members,) = graph.objects(None, SH["in"])
    assert {str(one).rsplit("#")[-1] for one in Collection(graph, members)} == set(METRICS)


def test_stewards_are_told_of_every_metric() -> None:
    page = (settings.ROOT / "docs" / "data-stewards.md").read_text(encoding="utf-8")
    assert [name for name in METRICS if f"| `{name}` |" not in page] == []
    assert len(SHARES) == 7


def test_a_frequency_of_a_description_promises_a_period_or_is_known_to_promise_none() -> None:
    none = {"IRREG", "UNKNOWN", "CONT", "NEVER"}
    graph = turtle.read(*SETTINGS.datasets_dir.glob("*/dataset.ttl"))
    promised = set(known().vocabulary.graph.subjects(URIRef(IRIS.ontology("quality", "periodInDays"))))
    used = set(graph.objects(None, DCTERMS.accrualPeriodicity))
    assert used
    assert [one for one in used if one not in promised and str(one).rsplit("/", 1)[-1] not in none] == []


def test_a_required_field_may_be_required_in_one_language_only() -> None:
    assert expected("open").fields[ENTERPRISE][LABEL] is True


def test_a_class_below_has_the_fields_of_the_one_above() -> None:
    above, below = (IRIS.ontology("place", name) for name in ("AdministrativeUnit", "Commune"))
    fields = expected("open").fields
    assert set(fields[above]) <= set(fields[below])
    assert expected("open").keys[below] == expected("open").keys[above] != ()


@pytest.mark.parametrize(("access", "is_seen"), [("open", False), ("restricted", True)])
def test_fields_more_restricted_than_the_data_set_are_not_expected(access: str, is_seen: bool) -> None:
    assert (REPRESENTATIVE in expected(access).fields[ENTERPRISE]) == is_seen
    about = Fault("", REPRESENTATIVE, "http://www.w3.org/ns/shacl#ClassConstraintComponent")
    assert expected(access).shows(about, [ENTERPRISE]) == is_seen


def test_sparql_that_reads_a_restricted_field_is_known_to() -> None:
    """Whatever constraint of the real shapes names a field by its IRI, and that field is restricted."""
    view = expected("open")
    secret = frozenset[str]().union(*view.secret.values())
    reading = {shape for shape, read in view.mentioned.items() if read & secret}
    assert reading
    for shape in reading:
        fault = Fault(shape, None, "http://www.w3.org/ns/shacl#SPARQLConstraintComponent")
        classes = [kind for kind, paths in view.secret.items() if paths & view.mentioned[shape]]
        assert not view.shows(fault, classes)
