"""YEAR to SECONDS of every kind of time, in the data and in a query: as Oxigraph has them."""

import pyoxigraph
import pytest

from tests.algebra.conftest import Load
from tests.algebra.fuzzing import answers
from tests.algebra.graphs import XSD, text_quads

FUNCTIONS = ("YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS")
FORMS = {
    "dateTime": ("2020-05-06T07:08:09", "0044-03-15T23:59:59.5Z", "2020-02-30T00:00:00"),
    "date": ("2020-05-06", "2020-05-06+07:00", "2020-13-01"),
    "gYear": ("2020", "2020Z", "-0044", "99999999999", "20"),
    "gYearMonth": ("2020-05", "2020-05-07:00", "2020-13"),
    "gMonthDay": ("--05-06", "--05-06Z", "--02-29", "--02-30"),
    "gMonth": ("--05", "--12+14:00", "--13"),
    "gDay": ("---07", "---31Z", "---32"),
    "time": ("08:09:10", "08:09:10.5Z", "08:09:10+07:00", "25:00:00"),
    "duration": ("P1Y",),
    "string": ("2020-05-06T07:08:09", ""),
}


@pytest.mark.parametrize("kind", FORMS)
def test_parts(kind: str, load: Load) -> None:
    literals = [f'"{form}"^^<{XSD}{kind}>' for form in FORMS[kind]]
    triples = "".join(f"<urn:s> <urn:p> {one} . " for one in literals)
    quads = list(pyoxigraph.parse(triples, format=pyoxigraph.RdfFormat.TURTLE))
    graphs, store = load(text_quads(quads)), pyoxigraph.Store()
    store.extend(quads)
    parts = " ".join(f"BIND({one}(?x) AS ?{one.lower()})" for one in FUNCTIONS)
    places = ["<urn:s> <urn:p> ?x", "{} UNION { <urn:s> <urn:p> ?x } UNION { BIND(1 AS ?x) }"]
    for place in (*places, *(f"VALUES ?x {{ {one} }}" for one in literals)):
        query = f"SELECT * {{ {place} {parts} }}"
        wanted = answers.of_oxigraph(store, query)
        assert answers.alike(answers.of_columns(graphs, query), wanted), query
    for one in literals:
        query = f"SELECT {' '.join(f'({each}({one}) AS ?{each.lower()})' for each in FUNCTIONS)} {{}}"
        assert answers.alike(answers.of_columns(graphs, query), answers.of_oxigraph(store, query)), query
