"""What is read from an update's text: which graphs it writes and reads, and the text that is run for it."""

import pytest

from graph.errors import QueryError
from graph.sparql.dataset import UNNAMED, Dataset
from graph.sparql.guard import Limits
from graph.sparql.update_rewriting import Scope, rewritten, uses
from graph.sparql.update_text import read
from graph.stores.scratch import FAILING, update_fault

BASE = "http://b/"
READABLE = ("urn:d", "urn:g", "urn:h")
WRITABLE = ("urn:d", "urn:g")


def scope(default: str = "", request: Dataset = UNNAMED) -> Scope:
    return Scope(default, READABLE, WRITABLE, request)


def runs(text: str, chosen: Scope) -> list[str]:
    update = read(text, Limits(), BASE)
    uses(update, chosen)
    return [" ".join(one.split()) for one in rewritten(update, chosen)]


@pytest.mark.parametrize(
    ("text", "writes", "reads"),
    [
        ("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }", {"urn:g"}, set()),
        ("PREFIX x: <urn:> DELETE DATA { GRAPH x:g { x:a x:b 'GRAPH <urn:h>' } }", {"urn:g"}, set()),
        ("DELETE WHERE { GRAPH <urn:g> { ?s ?p ?o } }", {"urn:g"}, {"urn:g"}),
        (
            "WITH <urn:g> INSERT { ?s ?p ?o } WHERE { GRAPH <urn:h> { ?s ?p ?o } }",
            {"urn:g"},
            {"urn:g", "urn:h"},
        ),
        (
            "INSERT { GRAPH <urn:g> { ?s ?p ?o } } USING <urn:h> WHERE { ?s ?p ?o }",
            {"urn:g"},
            {"urn:h"},
        ),
        ("CLEAR GRAPH <urn:g> ; CREATE SILENT GRAPH <urn:i>", {"urn:g", "urn:i"}, {"urn:g", "urn:i"}),
        ("COPY <urn:h> TO GRAPH <urn:g>", {"urn:g"}, {"urn:h"}),
        ("MOVE SILENT GRAPH <urn:h> TO <urn:g>", {"urn:g", "urn:h"}, {"urn:h"}),
        ("DROP ALL", set(WRITABLE), set(WRITABLE)),
        ("BASE <http://c/> INSERT DATA { GRAPH <g> {} }", {"http://c/g"}, set()),
        ("PREFIX : <urn:> CLEAR GRAPH :g ; PREFIX : <urn:x:> CLEAR GRAPH :g", {"urn:g", "urn:x:g"}, None),
    ],
)
def test_graphs_that_are_written_and_read(text: str, writes: set[str], reads: set[str] | None) -> None:
    found = uses(read(text, Limits(), BASE), scope())
    assert found.writes == writes
    assert not found.writes_any
    assert reads is None or (found.reads == reads and not found.reads_any)


def test_graphs_behind_variables_may_be_any() -> None:
    found = uses(read("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }", Limits(), BASE), scope())
    assert found.writes_any
    assert found.reads_any
    found = uses(read("INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }", Limits(), BASE), scope())
    assert found.reads_any
    assert not found.writes_any


@pytest.mark.parametrize(
    ("text", "run"),
    [
        (
            "INSERT DATA { <urn:a> <urn:b> 1 . GRAPH <urn:g> { <urn:a> <urn:b> 2 } . <urn:c> <urn:d> 3 }",
            "INSERT DATA { GRAPH <urn:d> { <urn:a> <urn:b> 1 . } GRAPH <urn:g> { <urn:a> <urn:b> 2 } . "
            "GRAPH <urn:d> { <urn:c> <urn:d> 3 } }",
        ),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE WHERE { GRAPH <urn:d> { ?s ?p ?o } }"),
        (
            "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
            "WITH <urn:d> INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        ),
        (
            "INSERT { ?s ?p 1 } WHERE { GRAPH ?g { ?s ?p ?o } }",
            "WITH <urn:d> INSERT { ?s ?p 1 } USING <urn:d> USING NAMED <urn:g> USING NAMED <urn:h> "
            "WHERE { GRAPH ?g { ?s ?p ?o } }",
        ),
        ("COPY DEFAULT TO <urn:g>", "COPY GRAPH <urn:d> TO <urn:g>"),
        ("DROP DEFAULT", "CLEAR SILENT GRAPH <urn:d>"),
        ("CLEAR NAMED", "CLEAR SILENT GRAPH <urn:g>"),
        ("DROP ALL", "CLEAR SILENT GRAPH <urn:d> ; DROP SILENT GRAPH <urn:g>"),
        ("LOAD SILENT <http://127.0.0.1:1/>", "CLEAR SILENT GRAPH <urn:lienthong:nothing>"),
    ],
)
def test_the_default_graph_is_a_named_one(text: str, run: str) -> None:
    assert runs(text, scope("urn:d")) == [run]


def test_without_a_default_graph_where_is_the_merge_of_all_that_may_be_read() -> None:
    [run] = runs("INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }", scope())
    using = " ".join(f"USING <{graph}>" for graph in READABLE)
    named = " ".join(f"USING NAMED <{graph}>" for graph in READABLE)
    assert run == f"INSERT {{ GRAPH <urn:g> {{ ?s ?p ?o }} }} {using} {named} WHERE {{ ?s ?p ?o }}"


def test_the_request_says_what_where_sees() -> None:
    request = Dataset(("urn:h",), ())
    [run] = runs("INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }", scope(request=request))
    assert "USING <urn:h> WHERE" in run
    for text in (
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { GRAPH <urn:g> { ?s ?p ?o } } USING <urn:g> WHERE { ?s ?p ?o }",
        "DELETE WHERE { GRAPH <urn:g> { ?s ?p ?o } }",
    ):
        with pytest.raises(QueryError):
            runs(text, scope(request=request))


@pytest.mark.parametrize(
    "text",
    [
        "INSERTDATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }",
        "PREFIX x: <urn:> PREFIX GRAPHx: <urn:> INSERT DATA { GRAPHx:g { <urn:a> <urn:b> 1 } }",
        "PREFIX x: <urn:> PREFIX USINGx: <urn:> INSERT { GRAPH x:g { } } USINGx:h WHERE { }",
        "INSERT DATA { GRAPH <urn:g> { { <urn:a> <urn:b> 1 } } }",
        "INSERT DATA { { <urn:a> <urn:b> 1 } }",
        "DELETE { } INSERT { } USING <urn:g> USING WHERE { }",
        "CLEAR <urn:g>",
        "CLEAR GRAPH",
        "CREATE DEFAULT",
        "COPY <urn:g> <urn:h>",
        "COPY ALL TO <urn:h>",
        "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } } WHERE { }",
        "INSERT DATA { GRAPH <urn:g> { } } INSERT DATA { GRAPH <urn:g> { } }",
        "INSERT DATA { GRAPH ?g { <urn:a> <urn:b> 1 } } ; ; CLEAR ALL",
        "INSERT DATA { GRAPH <urn:g> { _:b <urn:b> 1 } } ; INSERT DATA { GRAPH <urn:g> { _:b <urn:b> 2 } }",
        "LOAD <http://127.0.0.1:1/>",
        "WITH <urn:g> DELETE { ?s ?p ?o }",
        "ASK { }",
    ],
)
def test_what_the_grammar_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        read(text, Limits(), BASE)


def test_each_operation_stands_where_it_stood_with_its_declarations() -> None:
    text = "PREFIX a: <urn:>\nCLEAR GRAPH a:g ;\nPREFIX b: <urn:>\n  CLEAR GRAPH b:h"
    update = read(text, Limits(), BASE)
    first, second = map(update.alone, update.operations)
    assert first == "PREFIX a: <urn:>\nCLEAR GRAPH a:g"
    assert second == f"PREFIX a: <urn:>\n{' ' * 17}\nPREFIX b: <urn:>\n  CLEAR GRAPH b:h"


def test_parsing_runs_nothing() -> None:
    slow = "INSERT { ?a ?b ?c } WHERE { VALUES ?a { 1 2 } }"
    assert update_fault(f"{FAILING} {slow}", base=BASE) == ""
    assert "error at" in update_fault(f"{FAILING} INSERT {{ ?a ?b }} WHERE {{ }}", base=BASE)
