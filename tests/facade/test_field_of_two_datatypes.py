"""A field whose values may be of several datatypes: a month or a year."""

from pathlib import Path

from api.facade import filters
from api.facade.operators import operators
from graph import resources
from graph.instances import Constant
from graph.iris import Iris
from graph.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]
XSD = "http://www.w3.org/2001/XMLSchema#"


def test_a_period_is_a_literal_that_is_looked_for_as_month_and_as_year() -> None:
    vocabulary = Vocabulary.load(ROOT / "ontology" / "catalogue.ttl")
    types = resources.load(ROOT / "shapes", vocabulary.graph)
    observations = types.collections["observations"]
    period = observations.property("period")
    assert period is not None
    assert (period.kind, period.datatype) == ("literal", None)
    assert period.datatypes == (f"{XSD}gYearMonth", f"{XSD}gYear")
    assert operators(period) == ["eq", "in", "exists"]
    assert filters.schema(period, "eq", vocabulary) == {"type": "string"}
    words = filters.Words(types, vocabulary, Iris())
    found = filters.read((period,), "eq", "period", ["2022-11"], words, observations.identifier)
    assert found.constants == tuple(Constant("2022-11", XSD + name) for name in ("gYearMonth", "gYear"))
