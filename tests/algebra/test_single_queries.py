"""Single queries: what is exact, what is refused, where the recommendation decides against Oxigraph."""

import pyoxigraph
import pytest

from graph import algebra
from graph.algebra import Given
from graph.sparql import writing
from graph.sparql.columns_store import NTRIPLES
from tests.algebra.conftest import Load
from tests.algebra.graphs import XSD, Graphs, Refused, text_quads

DATA = """
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:a> <urn:p> <urn:b> ; <urn:q> <urn:b> ; <urn:n> 007, 1.50, 1e3, "x"^^xsd:integer .
<urn:b> <urn:t> "abc"@en, "abd"@en, "2020-01-01T00:00:00"^^xsd:dateTime .
<urn:c> <urn:t> "2020-01-01T05:00:00Z"^^xsd:dateTime, "12:00:00"^^xsd:time .
<urn:c> <urn:t> "0.1234567890123456789"^^xsd:decimal .
<urn:d> <urn:bool> true, 2.0 .
"""


@pytest.fixture
def graphs(load: Load) -> Graphs:
    """Columns keep lexical forms, which a store of Oxigraph would not."""
    return load(text_quads(pyoxigraph.parse(DATA, format=pyoxigraph.RdfFormat.TURTLE)))


def values(graphs: Graphs, query: str) -> list[str | None]:
    rows = graphs.rows(graphs.plan(f"PREFIX xsd: <{XSD}> {query}"))
    return sorted((row[0][0] if row[0] else None for row in rows), key=str)


EXACT = {
    "lexical forms are kept": ("SELECT ?x { <urn:a> <urn:n> ?x }", ["007", "1.50", "1e3", "x"]),
    "a constant is a term, not a value": ("SELECT ?x { ?s <urn:n> 7 BIND(1 AS ?x) }", []),
    "a constant is written as it is": ("SELECT ?s { ?s <urn:n> 007 }", ["urn:a"]),
    "values are compared by value": (
        "SELECT ?x { <urn:a> <urn:n> ?x FILTER(?x = 7 || ?x = 1000) }",
        ["007", "1e3"],
    ),
    "p|q gives a solution for each": ("SELECT ?x { <urn:a> <urn:p>|<urn:q> ?x }", ["urn:b", "urn:b"]),
    "a group does not see what is around it": (
        "SELECT ?x { ?x <urn:t> ?n { ?d <urn:p> ?c FILTER NOT EXISTS { ?x <urn:q> ?c } } }",
        [],
    ),
    "a count of groups": (
        "SELECT (COUNT(*) AS ?x) { { SELECT ?s { ?s <urn:t> ?o } GROUP BY ?s } }",
        ["2"],
    ),
    "a filter that is false": (
        'SELECT ?x { OPTIONAL { <urn:a> <urn:p> ?x FILTER("false"^^xsd:boolean) } }',
        [None],
    ),
    "no variable is bound, in order": ("SELECT DISTINCT ?x {} ORDER BY ?x", [None]),
    "nothing is in no list": ("SELECT (COALESCE(?nowhere IN (), 1) AS ?x) {}", ["1"]),
    "the language of no number": ('SELECT ?x { ?x <urn:p> ?y FILTER(LANG(FLOOR(?z)) != "") }', []),
    "a text from nowhere": ('SELECT (SUBSTR("abc", ?nowhere) AS ?x) {}', [None]),
    "false comes before true": ("SELECT (false < true AS ?x) {}", ["true"]),
    "integers have no end": ("SELECT (9223372036854775807 + 1 AS ?x) {}", ["9223372036854775808"]),
    "doubles do not blur integers": ("SELECT (9007199254740993 > 9007199254740992 AS ?x) {}", ["true"]),
    "decimals are exact": ("SELECT (0.1 + 0.2 = 0.3 AS ?x) {}", ["true"]),
    "division is cut off": ("SELECT (2 / 3 AS ?x) {}", ["0.666666666666666666"]),
    "division by zero is an error": ("SELECT (COALESCE(1 / 0, 2) AS ?x) {}", ["2"]),
    "no number has no sign": ("SELECT (1e0 / 0 - 1e0 / 0 AS ?x) {}", ["NaN"]),
    "a cast of what is no number": ('SELECT (COALESCE(xsd:double("2019-12-31"), 0) AS ?x) {}', ["0"]),
    "a time without a zone": (
        'SELECT (COALESCE(TIMEZONE("2020-01-01T00:00:00"^^xsd:dateTime), 0) AS ?x) {}',
        ["0"],
    ),
    "a boolean is no number to round": (
        "SELECT (xsd:float(ROUND(?b)) AS ?x) { VALUES ?b { true 1.5 } }",
        ["2", None],
    ),
    "a boolean of the data is none either": (
        "SELECT (xsd:float(-?b) AS ?x) { <urn:d> <urn:bool> ?b }",
        ["-2", None],
    ),
    "a sum of no decimals is an integer": (
        "SELECT (DATATYPE(?sum) AS ?x) { SELECT (SUM(1.5) AS ?sum) { ?s <urn:nowhere> ?o } }",
        [f"{XSD}integer"],
    ),
    "halves are rounded upwards": ("SELECT (ROUND(-2.5) AS ?x) {}", ["-2"]),
    "variables differ in case": ("SELECT ?x { ?X <urn:p> ?x }", ["urn:b"]),
    "a text with our own sign": ("SELECT (CONCAT('⟦0⟧', 'it''s') AS ?x) {}".replace("''", "’"), ["⟦0⟧it’s"]),
    "digits are those of Unicode": (r'SELECT (REGEX("٣", "^\\d$") AS ?x) {}', ["true"]),
    "an underscore is no word character": (r'SELECT (REGEX("_", "\\w") AS ?x) {}', ["false"]),
}


@pytest.mark.parametrize("name", EXACT)
def test_exact(name: str, graphs: Graphs) -> None:
    query, wanted = EXACT[name]
    assert values(graphs, query) == wanted


def test_all_variables_are_those_in_scope(graphs: Graphs) -> None:
    query = (
        "SELECT * { ?b <urn:p> ?a FILTER(?c) MINUS { ?a ?x ?y } { SELECT ?d { ?d ?e [] } } BIND(?z AS ?y) }"
    )
    assert graphs.plan(query).variables == ("b", "a", "d", "y")


REFUSED = {
    "order of tagged strings": "SELECT ?x { <urn:b> <urn:t> ?x, ?y FILTER(LANG(?x) != '' && ?x < ?y) }",
    "times with and without a zone": "SELECT ?x { <urn:b> <urn:t> ?x . <urn:c> <urn:t> ?y FILTER(?x = ?y) }",
    "a decimal of 19 places": "SELECT (?x + 1 AS ?y) { <urn:c> <urn:t> ?x }",
    "the value of an ill-typed literal": "SELECT ?x { <urn:a> <urn:n> ?x FILTER(!?x) }",
    "back-references": r'SELECT ?x { ?s ?p ?x FILTER(REGEX(STR(?x), "(a)\\1")) }',
    "a pattern from the data": "SELECT ?x { ?s ?p ?x FILTER(REGEX(STR(?x), STR(?p))) }",
    "SERVICE": "SELECT ?x { SERVICE <urn:s> { ?x ?p ?o } }",
    "FROM": "SELECT ?x FROM <urn:g> { ?x ?p ?o }",
    "an unknown function": "SELECT (<urn:f>(1) AS ?x) {}",
    "no query at all": "SELECT WHERE",
    "an unknown prefix": "SELECT ?x { ?x unknown:p ?y }",
    "DESCRIBE": "DESCRIBE <urn:a>",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, graphs: Graphs) -> None:
    with pytest.raises((algebra.Unsupported, Refused)) as raised:
        values(graphs, REFUSED[name])
    assert str(raised.value)


def test_ask_of_given_values_says_for_which(graphs: Graphs) -> None:
    graphs.execute(
        "CREATE TEMP TABLE focus AS SELECT id FROM terms WHERE value IN ('urn:a', 'urn:b', 'urn:c')"
    )
    plan = graphs.plan("ASK { $this <urn:t> ?x }", given=Given("focus", {"this": "id"}))
    assert plan.variables == ("this",)
    ids = graphs.execute(plan.look_up)[0]
    found = graphs.execute(plan.with_ids([None if one is None else int(str(one)) for one in ids]))
    assert sorted(str(row[0]) for row in found) == ["urn:b", "urn:c"]


def test_construct_has_the_variables_of_its_template(graphs: Graphs) -> None:
    plan = graphs.plan("CONSTRUCT { ?s <urn:r> ?o } WHERE { ?s <urn:p> ?o ; <urn:q> ?other }")
    assert plan.variables == ("s", "o")
    assert [[cell and cell[0] for cell in row] for row in graphs.rows(plan)] == [["urn:a", "urn:b"]]


@pytest.mark.parametrize("path", ["<urn:p>/<urn:q>", "<urn:p>|<urn:q>", "^<urn:p>", "<urn:p>*"])
def test_a_template_with_a_path_is_refused(path: str, graphs: Graphs) -> None:
    query = f"CONSTRUCT {{ ?s {path} ?o }} WHERE {{ ?s <urn:p> ?o }}"
    with pytest.raises(algebra.Unsupported):
        graphs.plan(query, writing=writing.triples)
    with pytest.raises(algebra.Unsupported):
        graphs.written(query, "urn:base", NTRIPLES)
