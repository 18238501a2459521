"""Syntax errors name the token that the parser could not read, whatever the parser looked at."""

import pyoxigraph
import pytest

from graph.errors import QueryError
from graph.sparql.syntax import explain, spread


def error(text: str) -> QueryError:
    def report(attempt: str) -> str:
        try:
            pyoxigraph.Store().query(attempt)
        except SyntaxError as wrong:
            return str(wrong)
        return ""

    first = report(text)
    assert first, "the parser accepts this"
    return explain(text, first, report(spread(text).text))


@pytest.mark.parametrize(
    ("text", "line", "column", "value"),
    [
        ("SELECT ?o {\n ?s ?p \n}", 3, "1", "}"),
        ("SELECT ?x WHERE ?x ?y ?z", 1, "17", "?x"),
        ("SELECT * { ?s ?p ?o } ORDER ?s", 1, "29", "?s"),
        ("SELECT * { ?s ?p ?o } LIMIT -5", 1, "29", "-"),
        ("SELECT COUNT(*) {}", 1, "8", "COUNT"),
        ("SELECT * {\n  ?s ?p 'đường' ?o }", 2, "17", "?o"),
        ('SELECT * { ?s ?p """a\nb""" ; ; ?p ?o ?q }', 2, "16", "?q"),
    ],
)
def test_place(text: str, line: int, column: str, value: str) -> None:
    place = error(text).place
    assert place is not None
    assert (place.line, place.column, place.value) == (line, column, value)


def test_stopping_too_early() -> None:
    wrong = error("SELECT * ")
    assert "before it is complete" in wrong.message.en
    assert wrong.place is not None
    assert wrong.place.column == "9"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT ?o ?s { ?s ?p ?o } GROUP BY ?o", "GROUP BY or WHERE does not bind"),
        ("SELECT (?o AS ?s) { ?s ?p ?o }", "another name"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "list the variables"),
        ("SELECT (1 AS ?n) (2 AS ?n) {}", "twice"),
        ("SELECT * { ?s <http://[> ?o }", "malformed"),
    ],
)
def test_reasons_the_parser_gives_are_translated(text: str, says: str) -> None:
    wrong = error(text)
    assert says in wrong.message.en
    assert wrong.message.vi != wrong.message.en


def test_spreading_keeps_the_meaning() -> None:
    text = """SELECT * { ?s <http://e/p>/<http://e/q>* "a"@en-GB, "1"^^<http://e/t>, -1.5e3 .
                         FILTER(?s != -2 && !(?s<3)) }"""
    pyoxigraph.Store().query(text)
    pyoxigraph.Store().query(spread(text).text)
