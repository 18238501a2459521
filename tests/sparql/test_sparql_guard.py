"""The guard sees what a query is, and is not fooled by what only looks like it."""

import time

import pytest

from graph.errors import QueryError
from graph.sparql.dataset import Dataset
from graph.sparql.guard import Guarded, Limits, guard, up_to_limits
from graph.sparql.tokens import tokens

LIMITS = Limits(length=100_000, depth=64, optionals=24)


def let_through(text: str) -> Guarded:
    return guard(text, LIMITS)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "select"),
        ("select*{}", "select"),
        ("# SELECT\nASK {}", "ask"),
        ("BASE <http://e/> PREFIX : <x#> CONSTRUCT WHERE { :a :b :c }", "construct"),
        ("PREFIX select: <http://e/>\nDESCRIBE select:ask", "describe"),
        ('VERSION "1.2" ASK {}', "ask"),
    ],
)
def test_form(text: str, form: str) -> None:
    assert let_through(text).form == form


@pytest.mark.parametrize(
    ("text", "default", "named"),
    [
        ("SELECT * { ?s ?p ?o }", (), ()),
        ("SELECT * FROM <http://g/a> FROM NAMED <http://g/b> { ?s ?p ?o }", ("http://g/a",), ("http://g/b",)),
        ("PREFIX g: <http://g/> ASK from g:a From Named g:b { ?s ?p ?o }", ("http://g/a",), ("http://g/b",)),
        ("PREFIX : <http://g/> CONSTRUCT { ?s ?p ?o } FROM :a\\/b WHERE { ?s ?p ?o }", ("http://g/a/b",), ()),
        (
            "BASE <http://g/x/> DESCRIBE <http://e/a> FROM <../b> FROM <#c>",
            ("http://g/b", "http://g/x/#c"),
            (),
        ),
        ("PREFIX g: <http://old/> PREFIX g: <http://g/> ASK FROM g:a {}", ("http://g/a",), ()),
        (r"ASK FROM <http://g/\u0061> {}", ("http://g/a",), ()),
        ("SELECT * # FROM <http://g/a>\n { }", (), ()),
        ('SELECT * { ?s ?p "} FROM <http://g/a> {" }', (), ()),
        ("SELECT * { ?s ?p '''x' FROM <http://g/a> ''' }", (), ()),
        ("SELECT * { ?from <http://e/#FROM> ?o }", (), ()),
        ("SELECT ?from FROM<http://g/a>{ ?from ?p ?o }", ("http://g/a",), ()),
    ],
)
def test_dataset_clause(text: str, default: tuple[str, ...], named: tuple[str, ...]) -> None:
    assert let_through(text).dataset == Dataset(default, named)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "PREFIX : <http://e/> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "PREFIX : <http://e/> SELECT * { ?s ?p trueSERVICESILENT:x { ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE<http://e/>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE<http://e/>{ ?s ?p ?o } }",
        'SELECT * { ?s ?p "#" . SERVICE <http://e/> { } }',
        "SELECT * { ?s <http://e/#> ?o . SERVICE <http://e/> { } }",
        "SELECT * { ?s ?p '\\'' . SERVICE <http://e/> { } }",
        'SELECT * { ?s ?p """a"b""" . SERVICE <http://e/> { } } # """',
    ],
)
def test_service_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="SERVICE"):
        let_through(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service a <http://e/SERVICE> }",
        'SELECT * { ?s ?p "SERVICE <x> {" } # SERVICE',
        "PREFIX service: <http://e/> ASK { service:a ?p service:c . GRAPH service:g { ?s ?p ?o } }",
        "PREFIX e: <http://e/> SELECT * { ?s e:SERVICE ?o }",
    ],
)
def test_what_only_looks_like_service_passes(text: str) -> None:
    assert let_through(text).form in ("select", "ask")


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "PREFIX e: <http://e/> delete where { ?s ?p ?o }",
        "LOAD <http://e/>",
        "CLEAR ALL",
        "DROP GRAPH <http://g/>",
        "CREATE GRAPH <http://g/>",
        "WITH <http://g/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "ADD <a:b> TO <a:c>",
        "MOVE <a:b> TO <a:c>",
        "COPY <a:b> TO <a:c>",
    ],
)
def test_updates_are_no_queries(text: str) -> None:
    with pytest.raises(QueryError, match="only reads") as refused:
        let_through(text)
    assert "by POST" in str(refused.value.hint)


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("", None, None, "empty"),
        ("# only a comment", None, None, "empty"),
        ("SELEC * {}", 1, "1", "begins no query"),
        ("SELECT *\n{ ?s ?p ?o", 2, "1", "never closed"),
        ("SELECT * { ?s ?p (1 }", 1, "21", "closes nothing"),
        ("SELECT * { ?s ?p ?o } }", 1, "23", "closes nothing"),
        ('SELECT * {\n  ?s ?p "đường }', 2, "9", "string"),
        ("SELECT * {\n ?s đ:p ?o }", 2, "5", "not declared"),
        ("SELECT * FROM <data> { }", 1, "15", "relative"),
        ("SELECT * FROM ?g { }", 1, "10", "FROM"),
        (r"SELECT * { \u0053ERVICE <http://e/> {} }", 1, "12", "cannot stand"),
        (r"\u0053ELECT * { }", 1, "1", "cannot stand"),
    ],
)
def test_place_of_what_is_wrong(text: str, line: int | None, column: str | None, says: str) -> None:
    with pytest.raises(QueryError) as refused:
        let_through(text)
    assert says in refused.value.message.en
    assert refused.value.hint is not None
    place = refused.value.place
    assert (place and place.line, place and place.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * " + "{" * 10_000 + "}" * 10_000,
        "SELECT * { FILTER(" + "(" * 65 + "1" + ")" * 65 + ") }",
        "SELECT * { FILTER(?a<" + "(" * 65 + "1" + ")" * 65 + "&&?b>?c) }",
        "SELECT * { ?s ?p " + "[ ?p " * 65 + "1" + "]" * 65 + " }",
    ],
)
def test_nesting_is_limited(text: str) -> None:
    with pytest.raises(QueryError, match="deeper than 64"):
        let_through(text)


def test_optionals_are_limited() -> None:
    def optionals(count: int) -> str:
        return "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o }" * count + "}"

    assert let_through(optionals(24)).form == "select"
    with pytest.raises(QueryError, match="24 OPTIONAL"):
        let_through(optionals(25))


def test_length_is_limited() -> None:
    with pytest.raises(QueryError, match="100000"):
        let_through("SELECT * { }" + " " * 100_000)


@pytest.mark.parametrize(
    "unit",
    [
        "a.",
        "a:b.",
        '"',
        "'",
        '"""',
        "<",
        "<a",
        "a:.",
        "\\",
        "?",
        "_:a.",
        "@a-",
        "1.",
        "#",
        "\u0300",
        "{ ",
        "''' ",
        "a\\",
    ],
)
def test_hostile_text_is_cut_in_linear_time(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    started = time.process_time()
    with pytest.raises(QueryError):
        let_through(text)
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("SELECT (NOW() AS ?now) {}", True),
        ("SELECT (struuid() AS ?x) {}", True),
        ("SELECT ?now { ?now <http://e/now> 'NOW()' }", False),
    ],
)
def test_queries_that_answer_otherwise_each_time(text: str, volatile: bool) -> None:
    assert let_through(text).volatile is volatile


def test_too_many_optionals_are_not_read_to_their_end() -> None:
    text = "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?q ?r } " * 400 + "}"
    assert len(list(up_to_limits(tokens(text), LIMITS))) < 10 * (LIMITS.optionals + 1)
    with pytest.raises(QueryError, match=f"{LIMITS.optionals}.*OPTIONAL"):
        let_through(text)


def test_what_is_nested_too_deeply_is_not_read_to_its_end() -> None:
    text = "SELECT * " + "{ " * 24_000 + "} " * 24_000
    assert len(list(up_to_limits(tokens(text), LIMITS))) < 100
    with pytest.raises(QueryError, match="64"):
        let_through(text)
    fits = "SELECT * " + "{ " * 60 + "} " * 60 + "# " + "{ " * 100
    assert list(up_to_limits(tokens(fits), LIMITS)) == list(tokens(fits))
