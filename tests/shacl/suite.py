"""The W3C SHACL test suite as values (data-shapes-test-suite)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib import RDF, SH, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from graph.shacl.conversion import Triple
from graph.shacl.terms import key

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
rdflib.NORMALIZE_LITERALS = False


@dataclass(frozen=True)
class Case:
    """One test: what is validated, and the report that is expected; None where a failure is."""

    name: str
    data: Graph
    shapes: Graph
    expected: Graph | None


def cases(folder: Path) -> Iterator[Case]:
    """All tests below a folder that its manifests name, in the order of their names."""
    for path in sorted(folder.rglob("*.ttl")):
        manifest = read(path)
        for head in manifest.objects(None, MF.entries):
            for entry in Collection(manifest, head):
                if (entry, RDF.type, SHT.Validate) in manifest:
                    yield _case(path.relative_to(folder), manifest, entry, path)


def _case(name: Path, manifest: Graph, entry: Node, path: Path) -> Case:
    action, result = manifest.value(entry, MF.action), manifest.value(entry, MF.result)
    data, shapes = (
        _graph(manifest, manifest.value(action, part), path) for part in (SHT.dataGraph, SHT.shapesGraph)
    )
    expected = None if result == SHT.Failure else report(manifest, result)
    return Case(str(name.with_suffix("")), data, shapes, expected)


def _graph(manifest: Graph, node: Node | None, path: Path) -> Graph:
    own = URIRef(path.as_uri())
    return manifest if node == own else read(Path(str(node).removeprefix("file://")))


def read(path: Path) -> Graph:
    graph = Graph(bind_namespaces="none")
    graph.parse(data=path.read_text(encoding="utf-8"), format="turtle", publicID=path.as_uri())
    return graph


def report(graph: Graph, node: Node) -> Graph:
    """The report at `node` alone: shapes and values that are blank nodes become ends without a name."""
    found = Graph(bind_namespaces="none")
    for predicate in (RDF.type, SH.conforms):
        for value in graph.objects(node, predicate):
            found.add((node, predicate, value))
    for result in graph.objects(node, SH.result):
        found.add((node, SH.result, result))
        for predicate, value in graph.predicate_objects(result):
            found.add((result, predicate, value))
            if predicate == SH.resultPath:
                _copy(found, value, graph)
    return found


def _copy(found: Graph, node: Node, graph: Graph) -> None:
    if isinstance(node, BNode):
        for predicate, value in graph.predicate_objects(node):
            found.add((node, predicate, value))
            _copy(found, value, graph)


def without_messages(graph: Graph) -> Graph:
    kept = Graph(bind_namespaces="none")
    for triple in graph:
        if triple[1] != SH.resultMessage:
            kept.add(triple)
    return kept


def triples(graph: Graph) -> Iterator[Triple]:
    for s, p, o in graph:
        yield Triple(key(s)[0], str(p), *key(o))
