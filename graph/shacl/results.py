"""Validation results as values of ours (SHACL §3.6.2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from graph import labels
from graph.columns import Columns
from graph.shacl.conversion import text_of
from graph.shacl.origin import Origins
from graph.shacl.report import Severity, Violation, in_order
from graph.text import Text

_SEVERITIES: Mapping[Node, Severity] = {SH.Info: "info", SH.Warning: "warning", SH.Violation: "violation"}
WITHOUT_MESSAGE = Text(
    "Giá trị không hợp lệ theo hình dạng SHACL.", "The value does not meet its SHACL shape."
)


def violations(
    report: Graph, results: Iterable[Node], shapes: Graph, columns: Columns | None
) -> tuple[Violation, ...]:
    """The `results` that `report` describes (not their `sh:detail`), by focus node, path and constraint.

    They have source rows where `columns` keeps them.
    """
    messages = shapes.objects(None, SH.message)
    languages = {str(one): one.language for one in messages if isinstance(one, Literal)}
    found = in_order(_violation(report, shapes, one, languages) for one in results)
    if columns is None:
        return tuple(found)
    origins = Origins.of(columns, {one.focus for one in found})
    return tuple(replace(one, source_row=origins.find(one.focus, one.path, one.value)) for one in found)


def _violation(report: Graph, shapes: Graph, result: Node, languages: Mapping[str, str | None]) -> Violation:
    path, value = report.value(result, SH.resultPath), report.value(result, SH.value)
    severity = report.value(result, SH.resultSeverity)
    return Violation(
        focus=_written(report.value(result, SH.focusNode)),
        path=None if path is None else path_text(shapes, path),
        value=None if value is None else text_of(value),
        message=_message(report, result, languages) or WITHOUT_MESSAGE,
        severity=_SEVERITIES.get(severity, "violation") if severity is not None else "violation",
        shape=_written(_named(shapes, report.value(result, SH.sourceShape))),
        constraint=_written(report.value(result, SH.sourceConstraintComponent)),
        source_row=None,
    )


def _message(report: Graph, result: Node, languages: Mapping[str, str | None]) -> Text | None:
    """The result's messages. Those of a SPARQL-based constraint have lost their language in pySHACL; the
    shapes (`languages`, by message) know it."""
    words = Graph(bind_namespaces="none")
    for one in report.objects(result, SH.resultMessage):
        language = one.language if isinstance(one, Literal) else None
        words.add((result, SH.resultMessage, Literal(str(one), lang=language or languages.get(str(one)))))
    return labels.text(words, result, SH.resultMessage)


def path_text(shapes: Graph, path: Node) -> str:
    """An IRI as it is, a longer path as SPARQL writes it (SPARQL 1.1 §9.1): `<…>/<…>`, `^<…>`."""
    return str(path) if isinstance(path, URIRef) else _step(shapes, path)


def _step(shapes: Graph, path: Node) -> str:
    if isinstance(path, URIRef):
        return f"<{path}>"
    if (path, RDF.first, None) in shapes:
        return "/".join(_step(shapes, part) for part in Collection(shapes, path))
    for predicate, before, after in _FORMS:
        if (inner := shapes.value(path, predicate)) is not None:
            return f"{before}{_step(shapes, inner)}{after}"
    alternatives = shapes.value(path, SH.alternativePath)
    return "|".join(_step(shapes, part) for part in Collection(shapes, alternatives)) if alternatives else "?"


_FORMS: Sequence[tuple[URIRef, str, str]] = (
    (SH.inversePath, "^", ""),
    (SH.zeroOrMorePath, "(", ")*"),
    (SH.oneOrMorePath, "(", ")+"),
    (SH.zeroOrOnePath, "(", ")?"),
)


def _named(shapes: Graph, shape: Node | None) -> Node | None:
    """The shape, or the nearest one around it that has an IRI."""
    while isinstance(shape, BNode):
        around: Iterable[Node] = shapes.subjects(None, shape)
        shape = next(iter(around), None)
    return shape


def _written(node: Node | None) -> str:
    return "" if node is None else text_of(node)
