"""The validator that runs: the package `shacl`, a compiled engine for SHACL Core and SHACL-SPARQL.

It reads text and says its findings in strings; here columns become that text, and the strings values of
ours again. The reference validator judges the same cases in the tests, since this engine is young.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import shacl
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef

from graph import turtle
from graph.columns import Columns
from graph.errors import OntologyError
from graph.iris import DEFAULT_BASE
from graph.shacl import background, neighbourhood, ntriples
from graph.shacl.origin import Origins
from graph.shacl.report import Severity, ValidationReport, Violation
from graph.shacl.results import WITHOUT_MESSAGE
from graph.text import Text

_SEVERITIES: dict[str, Severity] = {"Info": "info", "Warning": "warning", "Violation": "violation"}
_TARGETED = """
SELECT count(DISTINCT q.s) FROM quads q
JOIN terms p ON p.id = q.p AND p.value = $type JOIN terms o ON o.id = q.o
WHERE o.datatype IS NULL AND o.value IN (SELECT unnest($classes))
"""


class NativeValidator:
    """Fills the port `graph.shacl.Validator`. One instance may be used by several threads."""

    def __init__(self, shapes_dir: Path, ontology_dir: Path, base: str = DEFAULT_BASE) -> None:
        self._shapes_dir = shapes_dir
        self._ontology_dir = ontology_dir
        self._base = base

    def validate(self, version: Path, context: Sequence[Path]) -> ValidationReport:
        """Results about subjects of `version`. Of `context` only the neighbourhood of the version is read."""
        with Columns(version) as columns:
            text = _ntriples(columns)
            near = neighbourhood.of_version(_nodes(columns), context, self._questions)
            text += "".join(ntriples.line(triple) for triple in near)
            violations = self._violations(text, _subjects(columns))
            origins = Origins.of(columns, {one.focus for one in violations})
            sourced = [
                replace(one, source_row=origins.find(one.focus, one.path, one.value)) for one in violations
            ]
            sourced.sort(key=lambda one: (one.focus, one.path or "", one.constraint, one.value or ""))
            return ValidationReport(tuple(sourced), self._targeted(columns), len(self._targets))

    def validate_graph(self, data: Graph) -> list[Violation]:
        """The violations of all subjects of a graph in memory; none knows a source row."""
        return self._violations(data.serialize(format="nt"), {str(subject) for subject in data.subjects()})

    def _violations(self, text: str, subjects: Collection[str]) -> list[Violation]:
        found = self._compiled.validate_text(text + self._background, format="ntriples").results
        # The engine gives blank nodes labels of its own, so that they cannot be told apart here.
        return [
            one for one in map(self._violation, found) if one.focus in subjects or one.focus.startswith("_:")
        ]

    @cached_property
    def _shapes(self) -> Graph:
        return turtle.read(*sorted(self._shapes_dir.glob("*.ttl")), base=self._base)

    @cached_property
    def _compiled(self) -> shacl.Shapes:
        try:
            return shacl.Shapes.from_text(self._shapes.serialize(format="nt"), format="ntriples")
        except ValueError as wrong:
            raise OntologyError(
                Text(f"Hình dạng SHACL sai: {wrong}", f"A SHACL shape is wrong: {wrong}"),
                hint=Text("Sửa tệp trong thư mục shapes.", "Mend the file in the folder of shapes."),
            ) from wrong

    @cached_property
    def _questions(self) -> neighbourhood.Questions:
        return neighbourhood.Questions.of(self._shapes)

    @cached_property
    def _facts(self) -> Graph:
        folders = ("modules", "codelists")
        files = [path for folder in folders for path in sorted(self._ontology_dir.glob(f"{folder}/*.ttl"))]
        whole = turtle.read(*files, base=self._base)
        facts = Graph(bind_namespaces="none")
        for predicate in background.predicates(self._base):
            for triple in whole.triples((None, predicate, None)):
                facts.add(triple)
        return facts

    @cached_property
    def _background(self) -> str:
        return self._facts.serialize(format="nt")

    @cached_property
    def _targets(self) -> set[URIRef]:
        """Every targeted class, with the classes below it (SHACL §2.1.3.2)."""
        classes = {one for one in self._shapes.objects(None, SH.targetClass) if isinstance(one, URIRef)}
        below = {lower for one in classes for lower in self._facts.transitive_subjects(RDFS.subClassOf, one)}
        return classes | {one for one in below if isinstance(one, URIRef)}

    def _targeted(self, columns: Columns) -> int:
        given = {"type": str(RDF.type), "classes": [str(one) for one in self._targets]}
        row = columns.connection.execute(_TARGETED, given).fetchone()
        return int(row[0]) if row else 0

    @cached_property
    def _languages(self) -> dict[str, str]:
        """Message → its language: the engine gives the words alone."""
        messages = self._shapes.objects(None, SH.message)
        return {str(one): one.language or "" for one in messages if isinstance(one, Literal)}

    def _violation(self, result: shacl.Result) -> Violation:
        words = {self._languages.get(one, ""): one for one in result.messages}
        spare = next(iter(words.values()), "")
        message = Text(words.get("vi", spare), words.get("en", spare)) if words else WITHOUT_MESSAGE
        return Violation(
            focus=_plain(result.focus_node),
            path=_plain(result.path) if result.path else None,
            value=result.value_plain,
            message=message,
            severity=_SEVERITIES.get(result.severity, "violation"),
            shape=_plain(result.root_shape or result.source_shape or ""),
            constraint=result.component_iri,
            source_row=None,
        )


def _plain(term: str) -> str:
    """An IRI without its angle brackets; a blank node or a longer path as it is."""
    return term[1:-1] if term.startswith("<") and term.endswith(">") and ">" not in term[1:-1] else term


def _ntriples(columns: Columns) -> str:
    """The quads without their graphs: a line ends with ` <graph> .`, and nothing else can look like that."""
    text = b"".join(columns.nquads()).decode()
    for graph in columns.statistics().graphs:
        text = text.replace(f" <{graph}> .\n", " .\n")
    return text


def _subjects(columns: Columns) -> Collection[str]:
    rows = columns.connection.execute(
        "SELECT value FROM terms WHERE id IN (SELECT DISTINCT s FROM quads)"
    ).fetchall()
    return {value for (value,) in rows}


def _nodes(columns: Columns) -> Iterator[str]:
    for (value,) in columns.connection.execute("SELECT value FROM terms WHERE datatype IS NULL").fetchall():
        yield value
