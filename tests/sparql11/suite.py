"""The W3C's SPARQL 1.1 test suite as values (manifests in the vocabulary test-manifest)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from graph.settings import Settings

FOLDER = Settings().suites / "sparql11"
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
"""Where the files of the suite are to be found: their relative IRIs are read against it."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal

_PREFIXES = {
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "mf": "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#",
    "qt": "http://www.w3.org/2001/sw/DataAccess/tests/test-query#",
    "ut": "http://www.w3.org/2009/sparql/tests/test-update#",
    "ht": "http://www.w3.org/2011/http#",
    "cnt": "http://www.w3.org/2011/content#",
}
_CASES = """
SELECT ?manifest ?test ?kind ?action ?query ?result WHERE {
  GRAPH ?manifest {
    ?test a ?kind ; mf:action ?action .
    OPTIONAL { ?action qt:query ?query }
    OPTIONAL { ?test mf:result ?result }
  }
} ORDER BY ?manifest ?test"""
_GRAPHS = """
SELECT ?action ?part ?graph WHERE {
  GRAPH ?manifest { ?action ?part ?graph VALUES ?part { qt:data qt:graphData } }
}"""


@dataclass(frozen=True)
class Case:
    """A test whose action is a query: to be evaluated over graphs, or (without a result) only to be read."""

    name: str
    kind: str
    query: str
    default: tuple[str, ...]
    named: tuple[str, ...]
    result: str | None

    @property
    def folder(self) -> str:
        return self.name.partition("/")[0]

    def text(self) -> str:
        """As if it had been fetched from where it is published: relative IRIs have a base."""
        return f"BASE <{self.query}>\n{local(self.query).read_text(encoding='utf-8')}"


def local(iri: str) -> Path:
    return FOLDER / iri.removeprefix(BASE)


@cache
def manifests() -> ox.Store:
    """Each manifest of the suite as one named graph."""
    store = ox.Store()
    for path in sorted(FOLDER.glob("*/manifest*.ttl")):
        iri = BASE + str(path.relative_to(FOLDER))
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=iri, rename_blank_nodes=True):
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(iri)))
    return store


def ask(query: str, given: Mapping[str, Term] | None = None) -> Iterator[Mapping[str, Term]]:
    """Solutions over the manifests; `given` binds variables."""
    bound = {ox.Variable(name): value for name, value in (given or {}).items()}
    found = manifests().query(query, prefixes=_PREFIXES, substitutions=bound, use_default_graph_as_union=True)
    for row in found:
        yield {variable.value: row[variable] for variable in found.variables if row[variable] is not None}


def cases() -> Iterator[Case]:
    """All tests of queries, in the order of their names."""
    for row in ask(_CASES):
        folder = row["manifest"].value.removeprefix(BASE).partition("/")[0]
        graphs = list(ask(_GRAPHS, {"action": row["action"]})) if "query" in row else []
        query = row.get("query", row["action"])
        if isinstance(query, ox.NamedNode):
            yield Case(
                f"{folder}/{row['test'].value.rpartition('#')[2]}",
                row["kind"].value.rpartition("#")[2],
                query.value,
                tuple(sorted(one["graph"].value for one in graphs if one["part"].value.endswith("#data"))),
                tuple(
                    sorted(one["graph"].value for one in graphs if one["part"].value.endswith("#graphData"))
                ),
                row["result"].value if "result" in row else None,
            )
