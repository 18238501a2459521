"""The results as the standard writes them (SHACL §3.6)."""

from collections.abc import Iterable

from rdflib import RDF, SH, XSD, BNode, Graph, Literal
from rdflib.term import Node

from graph.shacl import terms
from graph.shacl.model import Query
from graph.shacl.outcome import Result
from graph.shacl.path_reading import FORMS


def results_graph(results: Iterable[Result], shapes: Graph) -> Graph:
    """A graph with one sh:ValidationReport; paths are copied from the shapes graph."""
    graph, report = Graph(bind_namespaces="none"), BNode()
    graph.bind("sh", SH)
    conforms = True
    for one in results:
        conforms = False
        for _ in range(one.times):
            _write(graph, report, one, shapes)
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, Literal("false" if not conforms else "true", datatype=XSD.boolean)))
    return graph


def _write(graph: Graph, report: Node, result: Result, shapes: Graph) -> None:
    node, shape, constraint = BNode(), result.check.shape, result.check.constraint
    graph.add((report, SH.result, node))
    graph.add((node, RDF.type, SH.ValidationResult))
    graph.add((node, SH.focusNode, terms.node(result.focus)))
    graph.add((node, SH.resultSeverity, shape.severity))
    graph.add((node, SH.sourceShape, shape.node))
    graph.add((node, SH.sourceConstraintComponent, constraint.component))
    if result.path is not None:
        graph.add((node, SH.resultPath, _copied(graph, result.path, shapes)))
    if result.value is not None:
        graph.add((node, SH.value, terms.node(result.value)))
    if isinstance(constraint, Query) and constraint.source is not None:
        graph.add((node, SH.sourceConstraint, constraint.source))
    for message in result.messages:
        graph.add((node, SH.resultMessage, message))


def _copied(graph: Graph, node: Node, shapes: Graph) -> Node:
    """The same path with blank nodes of its own."""
    if not isinstance(node, BNode):
        return node
    copy = BNode()
    # A node that is a list is a sequence path, whatever else is said of it.
    told = (RDF.first, RDF.rest) if (node, RDF.first, None) in shapes else FORMS
    for predicate, value in shapes.predicate_objects(node):
        if predicate in told:
            graph.add((copy, predicate, _copied(graph, value, shapes)))
    return copy
