"""What pre-binding does not allow in a constraint's query is found however it is written (Appendix B)."""

import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import Graph

from graph.errors import OntologyError
from graph.shacl.engine import Engine

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix x: <http://x/> .
x:shape a sh:NodeShape ; sh:targetClass x:Thing ; sh:sparql [ sh:select '''%s''' ] .
"""
REFUSED = {
    "no SPARQL": ("SELECT $this { $this ?p }", "wrong"),
    "no SPARQL in words that stand in no query": ("SELECT $this { $this ?p ?o . MINUS }", "wrong"),
    "MINUS": ("SELECT $this { $this ?p ?o . MINUS { $this ?p 1 } }", "MINUS"),
    "in small letters": ("SELECT $this { $this ?p ?o . minus { $this ?p 1 } }", "MINUS"),
    "with a letter escaped": (r"SELECT $this { $this ?p ?o . \\u004dINUS { $this ?p 1 } }", "MINUS"),
    "after a string with a quote": (r'SELECT $this { $this ?p "\\"" . MINUS { $this ?p "" } }', "MINUS"),
    "after what would be a comment but for its IRI": (
        "SELECT $this { $this <http://x/#a> ?o . MINUS { $this ?p 1 } }",
        "MINUS",
    ),
    "after a comment with a quote": ("SELECT $this { # it's\n $this ?p ?o MINUS { $this ?p 1 } }", "MINUS"),
    "VALUES": ("SELECT $this { VALUES ?p { <http://x/p> } $this ?p ?o }", "VALUES"),
    "SERVICE": ("SELECT $this { SERVICE <http://x/s> { $this ?p ?o } }", "SERVICE"),
    "BIND": ("SELECT $this { $this ?p ?o . BIND (1 AS $this) }", "binds"),
    "BIND with the other sign": ("SELECT $this { $this ?p ?o . BIND (1 AS ?this) }", "binds"),
    "BIND around a comment": ("SELECT $this { $this ?p ?o . BIND (1 AS # so\n ?this) }", "binds"),
    "a projection": ("SELECT (1 AS ?currentShape) $this { $this ?p ?o }", "binds"),
    "a sub-query without $this": ("SELECT $this { $this ?p ?o { SELECT ?p { ?s ?p 1 } } }", "sub-query"),
}
ALLOWED = {
    "plain": "SELECT $this ?value { $this <http://x/p> ?value }",
    "words in strings": "SELECT $this { $this ?p ?o FILTER (?o = \"MINUS VALUES\" || ?p = 'SERVICE') }",
    "words in names": "PREFIX values: <http://minus/> SELECT $this { $this values:service ?service }",
    "words in comments": "SELECT $this { $this ?p ?o # MINUS { BIND (1 AS $this) }\n }",
    "a bound name of its own": "SELECT $this ?value { $this ?p ?o . BIND (?o + 1 AS ?value) }",
    "a sub-query with $this": "SELECT $this { { SELECT $this (max(?o) AS ?n) { $this ?p ?o } } }",
}


def engine(query: str) -> Engine:
    return Engine(Graph().parse(data=SHAPES % query, format="turtle"))


@pytest.mark.parametrize(("query", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(query: str, said: str) -> None:
    with pytest.raises(OntologyError, match=said):
        engine(query)


@pytest.mark.parametrize("query", ALLOWED.values(), ids=ALLOWED)
def test_allowed(query: str) -> None:
    assert engine(query).shapes.targeted()


def test_threads_may_compile_at_once() -> None:
    """In a process that has parsed nothing yet, as the threads of a run do."""
    programme = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from graph import turtle
from graph.shacl import asking
from graph.shacl.engine import Engine
from graph.shacl.model import Query

shapes = Engine(turtle.read(*sorted(Path(sys.argv[1]).glob("*.ttl")))).shapes.by_node.values()
asked = [one for shape in shapes for one in shape.constraints if isinstance(one, Query)]
sys.setswitchinterval(1e-6)
with ThreadPoolExecutor(4) as pool:
    print(len(list(pool.map(asking.constants, asked))))
"""
    folder = Path(__file__).resolve().parents[2] / "shapes"
    done = subprocess.run([sys.executable, "-c", programme, folder], capture_output=True, text=True)
    assert int(done.stdout or 0) > 10, done.stderr
