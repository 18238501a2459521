"""What is sent to another server: the same query, in words that no server reads in another way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.sparql.guard import Limits, guard
from graph.sparql.portable import NotPortableError, Portable, portable, quoted
from graph.stores.http.loaded import ABSENT
from graph.stores.oxigraph import syntax_fault, variables
from tests.examples import examples
from tests.sparql.permitted import GRAPHS, Questions

BASE = "http://t/base/"
HERE, THERE = "http://t/g", "http://t/g?version=1"


def sent(text: str) -> Portable:
    guard(text, Limits(), BASE)
    return portable(text, variables(text, base=BASE), {HERE: THERE}, base=BASE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "PREFIX x: <http://t/> SELECT ?a { ?a x:b <c> # } GRAPH\n}",
            "SELECT ?a { ?a <http://t/b> <http://t/base/c> }",
        ),
        ("SELECT ?a FROM <u:a> FROM NAMED <u:b> { ?a ?b ?c }", "SELECT ?a { ?a ?b ?c }"),
        (
            "SELECT ?a{?a<u:p>'''it's \"x\"\n'''@vi,'1'^^<u:t>,-1,+2.5}",
            r'SELECT ?a { ?a <u:p> "it' r"'s" r' \"x\"\n"@vi , "1"^^<u:t> , -1 , +2.5 }',
        ),
        ("SELECT (?a - 1 AS ?b) { ?a ?b1 ?c }", "SELECT ( ?a - 1 AS ?b ) { ?a ?b1 ?c }"),
        ("SELECT * { ?b <u:p> ?a }", "SELECT ?a ?b { ?b <u:p> ?a }"),
        ("ASK { ?g0 ?p ?o }", "SELECT ( 1 AS ?gg0 ) { ?g0 ?p ?o } LIMIT 1"),
        ("ask { ?s ?p ?o } LIMIT 3", "SELECT ( 1 AS ?g0 ) { ?s ?p ?o } LIMIT 3"),
        ("ASK { GRAPH <g> {} }", None),
        (
            "SELECT ?a { <u:s> (<u:p>|^<u:q>)+ ?a ; <u:r> (1 2) . [ <u:t> (3) ] <u:v> ?a "
            "FILTER(<http://www.w3.org/2001/XMLSchema#integer>(?a) > 1) }",
            "SELECT ?a { <u:s> ( <u:p> | ^ <u:q> ) + ?a ; <u:r> ( 1 2 ) . [ <u:t> ( 3 ) ] <u:v> ?a "
            "FILTER( <http://www.w3.org/2001/XMLSchema#integer> ( ?a ) > 1 ) }",
        ),
        (
            f"SELECT * {{ GRAPH <{HERE}> {{ ?s ?p ?o }} }}",
            f"SELECT ?o ?p ?s {{ GRAPH <{THERE}> {{ ?s ?p ?o }} }}",
        ),
        (
            f"SELECT ?s {{ GRAPH <{THERE}> {{ ?s ?p ?o }} }}",
            f"SELECT ?s {{ GRAPH <{ABSENT}> {{ FILTER ( false ) ?s ?p ?o }} }}",
        ),
        (
            "SELECT * { GRAPH ?g { ?s ?p 1 } }",
            f"SELECT ?g ?p ?s {{ VALUES ( ?gg1 ?g ) {{ ( <{THERE}> <{HERE}> ) }} GRAPH ?gg1 {{ ?s ?p 1 }} }}",
        ),
    ],
)
def test_a_query_in_plain_words(text: str, expected: str | None) -> None:
    found = sent(text)
    if expected is not None:
        assert " ".join(found.text.split()) == expected
    assert not syntax_fault(found.text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (<bif:exec>('x') AS ?a) {}",
        "PREFIX sql: <sql:> SELECT * { FILTER(sql:SPARQL_EVAL('x')) }",
        "PREFIX b: <b> SELECT * { ?s ?p ?o } ORDER BY <urn:f>(?o)",
        "SELECT * { { SELECT ?s { ?s ?p ?o } ORDER BY ?o <bif:f>(?s) } }",
        "SELECT * { { SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (?s > 1) <bif:f>(?s) } }",
        "SELECT * { ?s ?p ?o FILTER <bif:f>(?s) }",
        "SELECT * { ?s ?p ?o BIND(1 + <bif:f>(?s) AS ?x) }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { ?s ?p 1 FILTER(!<bif:f>(?s)) } }",
        "SELECT (<bif:avg>(DISTINCT ?s) AS ?x) { ?s ?p ?o }",
        "SELECT * { { SELECT DISTINCT * { GRAPH ?g { ?s ?p ?o } } } }",
        "SELECT (COUNT(DISTINCT *) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { FILTER(trueGRAPH ?g {} ) }",
    ],
)
def test_what_no_server_is_trusted_with_is_not_sent(text: str) -> None:
    with pytest.raises(NotPortableError):
        portable(text, ("s",), {HERE: THERE}, base=BASE)


@pytest.mark.parametrize(
    "text",
    [
        "define input:default-graph-uri <urn:x> SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o OPTION (TRANSITIVE) }",
        "SELECT * FROM <u:a> OPTION (get:soft 'soft') { ?s ?p ?o }",
        "SELECT * { ?s ?p `bif:user()` }",
    ],
)
def test_pragmas_of_virtuoso_are_not_sparql(text: str) -> None:
    with pytest.raises(SyntaxError):
        variables(text, base=BASE)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_asked_stays_a_query(seed: int) -> None:
    generator = Questions(seed)
    there = {graph: f"{graph}?version=1" for graph in GRAPHS}
    sent = 0
    for _ in range(60):
        text = generator.question().text
        if syntax_fault(text, base=BASE):
            continue
        try:
            found = portable(text, variables(text, base=BASE), there, base=BASE)
        except NotPortableError:
            continue
        assert not syntax_fault(found.text), (text, found.text)
        assert not set(there) & set(found.text.split("GRAPH <")), found.text
        sent += 1
    assert sent > 40


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=20).filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text)))
def test_a_string_is_the_same_however_it_is_quoted(value: str) -> None:
    escaped = value.replace("\\", r"\\").replace("'", r"\'").replace("\n", r"\n").replace("\r", r"\r")
    once = quoted(f"'{escaped}'")
    assert once == quoted(f"'''{escaped}'''") == quoted(once)
    assert not syntax_fault(f"ASK {{ ?s ?p {once} }}")
