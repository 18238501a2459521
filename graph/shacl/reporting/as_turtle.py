"""A report as a SHACL results graph (SHACL §3.6), each result with its place, remedy and id.

Beside the standard's properties a result has `dct:identifier` (its id), `facade:remedy`, and for each row
`prov:wasDerivedFrom` a cell: its file (`dct:source`, with its line as fragment where that is known), row
(`csvw:rownum`) and column (`csvw:name`).
"""

from collections.abc import Mapping

from rdflib import CSVW, DCTERMS, PROV, RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from graph.iris import Iris
from graph.shacl.report import Severity
from graph.shacl.reporting.report import Origin, Report, Result
from graph.text import Text

_SEVERITIES: Mapping[Severity, URIRef] = {
    "info": SH.Info,
    "warning": SH.Warning,
    "violation": SH.Violation,
}


def written(report: Report, *, base: str) -> str:
    """The Turtle text. `base` is that of the service's own words."""
    return graph(report, base=base).serialize(format="turtle")


def graph(report: Report, *, base: str) -> Graph:
    """The results graph, from what a report knows: of a value the form alone, so that every value that is no
    IRI becomes a plain literal."""
    facade = Iris(base).ontology("facade")
    found = Graph(bind_namespaces="none")
    for prefix, namespace in (("sh", SH), ("csvw", CSVW), ("dct", DCTERMS), ("prov", PROV), ("xsd", XSD)):
        found.bind(prefix, namespace)
    found.bind("facade", facade)
    # Named by their place: the same report is the same text each time.
    whole = BNode("report")
    found.add((whole, RDF.type, SH.ValidationReport))
    found.add((whole, SH.conforms, Literal(report.conforms)))
    found.add((whole, DCTERMS.title, Literal(report.subject)))
    found.add((whole, DCTERMS.created, Literal(report.checked, datatype=XSD.dateTime)))
    for number, one in enumerate(report.results):
        node = BNode(f"result-{number}")
        found.add((whole, SH.result, node))
        _add(found, node, one, URIRef(f"{facade}remedy"))
    return found


def _add(found: Graph, node: Node, one: Result, remedy: URIRef) -> None:
    found.add((node, RDF.type, SH.ValidationResult))
    found.add((node, DCTERMS.identifier, Literal(one.id)))
    found.add((node, SH.resultSeverity, _SEVERITIES[one.severity]))
    for predicate, term in (
        (SH.focusNode, one.focus),
        (SH.resultPath, one.path),
        (SH.value, one.value),
        (SH.sourceShape, one.shape or None),
        (SH.sourceConstraintComponent, one.constraint or None),
    ):
        if term is not None:
            found.add((node, predicate, _term(term)))
    for predicate, words in ((SH.resultMessage, one.message), (remedy, one.remedy)):
        for literal in _literals(words):
            found.add((node, predicate, literal))
    for cell in _cells(found, node, one.origin):
        found.add((node, PROV.wasDerivedFrom, cell))


def _cells(found: Graph, node: Node, origin: Origin) -> list[BNode]:
    if origin.file is None:
        return []
    cells = []
    # A line of a text by its fragment (RFC 5147 §2.2.2): the text between two positions.
    line = f"#line={origin.line - 1},{origin.line}" if origin.line is not None else ""
    for number, row in enumerate(origin.rows or (None,)):
        cell = BNode(f"{node}-{number}")
        found.add((cell, RDF.type, CSVW.Cell))
        found.add((cell, DCTERMS.source, Literal(f"{origin.file}{line}")))
        if row is not None:
            found.add((cell, CSVW.rownum, Literal(row)))
        if origin.column is not None:
            found.add((cell, CSVW.name, Literal(origin.column)))
        cells.append(cell)
    return cells


def _literals(words: Text) -> list[Literal]:
    return [Literal(words.vi, lang="vi"), Literal(words.en, lang="en")]


def _term(text: str) -> Node:
    if text.startswith("_:"):
        return BNode(f"value-{text[2:]}")
    is_iri = "://" in text and not any(char in text for char in '<>"{}|^`\\ \n')
    return URIRef(text) if is_iri or text.startswith("urn:") else Literal(text)
