"""The validator that runs: shapes compiled to SQL over the columns of a version."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from graph import turtle
from graph.columns import Columns
from graph.iris import DEFAULT_BASE, Iris
from graph.shacl import absence, background, context, terms
from graph.shacl.conversion import Triple, text_of
from graph.shacl.coverage import reasons
from graph.shacl.engine import Engine
from graph.shacl.neighbourhood import Questions
from graph.shacl.origin import Origins
from graph.shacl.outcome import Result
from graph.shacl.part import Part
from graph.shacl.reach import Reach
from graph.shacl.report import Severity, ValidationReport, Violation, in_order
from graph.shacl.results import WITHOUT_MESSAGE, path_text
from graph.shacl.session import Seed, Session
from graph.shacl.sight import Sight
from graph.shacl.ways import Ways
from graph.stores.lines import Statements
from graph.text import Text

_SEVERITIES: dict[Node, Severity] = {SH.Info: "info", SH.Warning: "warning", SH.Violation: "violation"}
_TARGETED = """
SELECT count(DISTINCT q.s) FROM quads q
JOIN terms p ON p.id = q.p AND p.value = $type JOIN terms o ON o.id = q.o
WHERE o.datatype IS NULL AND o.value IN (SELECT unnest($classes))
"""


class ColumnsValidator:
    """Fills the port `graph.shacl.Validator`. One instance may be used by several threads."""

    def __init__(self, shapes_dir: Path, ontology_dir: Path, base: str = DEFAULT_BASE) -> None:
        self._shapes_dir = shapes_dir
        self._ontology_dir = ontology_dir
        self._base = base

    def validate(self, version: Path | Statements, others: Sequence[Path]) -> ValidationReport:
        """Results about subjects of `version`. Of `others` only the neighbourhood of the version is read."""
        with Session(version) as session:
            session.begin(self._seed)
            context.see(session, others, self._questions)
            violations = self._violations(session)
        violations = in_order(absence.told_apart(violations, [version, *others], self.entities))
        focus = {one.focus for one in violations}
        if isinstance(version, Statements):
            origins = Origins.in_documents(version, focus)
            targeted = version.instances(str(RDF.type), [str(one) for one in self._targets])
        else:
            with Columns(version) as columns:
                origins, targeted = Origins.of(columns, focus), self._targeted(columns)
        sourced = [
            replace(one, source_row=origins.find(one.focus, one.path, one.value)) for one in violations
        ]
        return ValidationReport(tuple(sourced), targeted, len(self._targets))

    def uncompiled(self) -> dict[str, tuple[str, ...]]:
        """The shapes with targets that pySHACL judges, and why they are not compiled."""
        shapes = self.engine.shapes
        found = {text_of(one.node): reasons(one, shapes) for one in shapes.targeted()}
        return {shape: why for shape, why in found.items() if why}

    def prepare(self) -> None:
        """Reads shapes and ontology and compiles all queries and patterns now, not with the first validation;
        nor is any code then loaded that it needs."""
        self._seed = self.seed
        self.engine.prepare()
        with Session(None) as session:
            self.count(session)

    def count(self, session: Session) -> int:
        """How many results there are about what a session holds, seen with the ontology alone."""
        session.begin(self._seed)
        return sum(one.times for one in self.engine.results(session))

    def judge(self, part: Part) -> list[Violation]:
        """The violations of what a part of a graph holds."""
        return self._violations(part)

    def focus_nodes(self, version: Path) -> int:
        """How many instances of targeted classes the version has."""
        with Columns(version) as columns:
            return self._targeted(columns)

    @property
    def entities(self) -> str:
        """The beginning of every entity's IRI."""
        return Iris(self._base).entities

    @cached_property
    def seed(self) -> Seed:
        """The ontology's facts, and every term that a validation may ask for."""
        return self._seeded(self.engine.keys())

    @cached_property
    def reach(self) -> Reach | None:
        """How far the shapes look; None where they may look at anything."""
        return Reach.of(self.engine.graph)

    @cached_property
    def ways(self) -> Ways | None:
        """What the shapes look at; None where they may look at anything."""
        return Ways.of(self.engine.shapes)

    @cached_property
    def engine(self) -> Engine:
        return Engine(turtle.read(*sorted(self._shapes_dir.glob("*.ttl")), base=self._base))

    def validate_graph(self, data: Graph) -> list[Violation]:
        """The violations of all subjects of a graph in memory; none knows a source row."""
        subjects = {text_of(subject) for subject in data.subjects()}
        with Session(None) as session:
            session.begin(self._seed)
            session.add(Triple(terms.key(s)[0], str(p), *terms.key(o)) for s, p, o in data)
            return [one for one in self._violations(session) if one.focus in subjects]

    def _violations(self, session: Sight) -> list[Violation]:
        return in_order(self._violation(one) for one in self.engine.results(session))

    @cached_property
    def _questions(self) -> Questions:
        return Questions.of(self.engine.graph)

    @cached_property
    def _facts(self) -> Graph:
        return background.facts(self._ontology_dir, self._base)

    @cached_property
    def _background(self) -> list[Triple]:
        return [Triple(terms.key(s)[0], str(p), *terms.key(o)) for s, p, o in self._facts]

    @cached_property
    def _seed(self) -> Seed:
        return self._seeded(self.engine.named)

    def _seeded(self, keys: Iterable[terms.Key]) -> Seed:
        with Session(None) as session:
            session.add(self._background)
            session.constants(keys)
            return session.snapshot()

    @cached_property
    def _targets(self) -> set[URIRef]:
        """Every targeted class, with the classes below it (SHACL §2.1.3.2)."""
        classes = {one for shape in self.engine.shapes.targeted() for one in shape.targets.classes}
        below = {lower for one in classes for lower in self._facts.transitive_subjects(RDFS.subClassOf, one)}
        return {one for one in classes | below if isinstance(one, URIRef)}

    def _targeted(self, columns: Columns) -> int:
        given = {"type": str(RDF.type), "classes": [str(one) for one in self._targets]}
        row = columns.connection.execute(_TARGETED, given).fetchone()
        return int(row[0]) if row else 0

    def _violation(self, result: Result) -> Violation:
        return Violation(
            focus=result.focus[0],
            path=None if result.path is None else path_text(self.engine.graph, result.path),
            value=None if result.value is None else result.value[0],
            message=_message(result.messages),
            severity=_SEVERITIES.get(result.check.shape.severity, "violation"),
            shape=text_of(result.root),
            constraint=str(result.check.constraint.component),
            source_row=None,
        )


def _message(messages: Sequence[Literal]) -> Text:
    words = {one.language or "": str(one) for one in messages}
    spare = next(iter(words.values()), "")
    return Text(words.get("vi", spare), words.get("en", spare)) if words else WITHOUT_MESSAGE
