"""The update tests of the W3C's SPARQL 1.1 suite as values: a text, and the graphs before and after it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from tests.sparql11.suite import BASE, Term, ask, local

_EVALUATED = """
SELECT ?manifest ?test ?action ?request ?result WHERE {
  GRAPH ?manifest { ?test a mf:UpdateEvaluationTest ; mf:action ?action ; mf:result ?result .
                    ?action ut:request ?request }
} ORDER BY ?manifest ?test"""
_READ = """
SELECT ?manifest ?test ?kind ?request WHERE {
  GRAPH ?manifest { ?test a ?kind ; mf:action ?request .
    VALUES ?kind { mf:PositiveUpdateSyntaxTest11 mf:NegativeUpdateSyntaxTest11 } }
} ORDER BY ?manifest ?test"""
_DEFAULT = "SELECT ?state ?file WHERE { GRAPH ?manifest { ?state ut:data ?file } }"
_NAMED = """
SELECT ?state ?file ?name WHERE {
  GRAPH ?manifest { ?state ut:graphData ?part . ?part ut:graph ?file ; rdfs:label ?name }
}"""

State = tuple[tuple[str | None, str], ...]
"""Graphs by name (None: the default graph), each with its file."""


@dataclass(frozen=True)
class UpdateCase:
    name: str
    request: str
    before: State
    after: State

    def text(self) -> str:
        """As if it had been fetched from where it is published: relative IRIs have a base."""
        return f"BASE <{self.request}>\n{local(self.request).read_text(encoding='utf-8')}"


def evaluated() -> list[UpdateCase]:
    return [
        UpdateCase(_name(row["test"]), row["request"].value, _state(row["action"]), _state(row["result"]))
        for row in ask(_EVALUATED)
    ]


def read() -> Iterator[tuple[UpdateCase, bool]]:
    """Each with whether it is an update."""
    for row in ask(_READ):
        is_update = row["kind"].value.rpartition("#")[2].startswith("Positive")
        yield UpdateCase(_name(row["test"]), row["request"].value, (), ()), is_update


def quads(state: State, default: str) -> list[ox.Quad]:
    """With the name of the graph that stands for the default graph."""
    return [
        ox.Quad(*quad.triple, ox.NamedNode(name or default))
        for name, file in state
        for quad in ox.parse(
            path=local(file), format=ox.RdfFormat.TURTLE, base_iri=file, rename_blank_nodes=True
        )
    ]


def _name(test: Term) -> str:
    return test.value.removeprefix(BASE).replace("/manifest#", "/").replace("/manifest.ttl#", "/")


def _state(state: Term) -> State:
    default = [(None, row["file"].value) for row in ask(_DEFAULT, {"state": state})]
    named = [(row["name"].value, row["file"].value) for row in ask(_NAMED, {"state": state})]
    return (*default, *sorted(named))
