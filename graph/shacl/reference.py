"""The reference validator: pySHACL on an rdflib graph, for versions that fit in memory."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from pyshacl import Validator as Engine
from pyshacl.errors import ReportableRuntimeError
from pyshacl.graph_abstraction import DataGraph
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from graph import turtle
from graph.columns import Columns
from graph.errors import OntologyError
from graph.iris import DEFAULT_BASE, Iris
from graph.shacl import absence, background, neighbourhood
from graph.shacl.conversion import Terms, without_graph
from graph.shacl.flattening import flatten, targeted
from graph.shacl.report import ValidationReport, in_order
from graph.shacl.results import violations
from graph.text import Text


class DataInMemory(Graph):
    """A graph without contexts, half as large and slow as rdflib's usual one.

    pySHACL asks `graph or other` for every result, and a graph is true when its triples, counted, are some.
    It asks a constraint's query for each focus node, as text: reading the text takes longer than the answer.
    """

    def __init__(self) -> None:
        super().__init__(store="SimpleMemory", bind_namespaces="none")

    def __bool__(self) -> bool:
        return True

    def query(self, query_object: str | Query, *args: Any, **named: Any) -> Result:
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *args, **named)


@lru_cache(maxsize=512)
def _prepared(text: str) -> Query:
    return prepareQuery(text)


class PyShaclValidator:
    """Fills the port `graph.shacl.Validator`, for columns files. One instance may be used by several
    threads."""

    def __init__(self, shapes_dir: Path, ontology_dir: Path, base: str = DEFAULT_BASE) -> None:
        self._shapes_dir = shapes_dir
        self._ontology_dir = ontology_dir
        self._base = base
        self._engines: dict[str | None, tuple[Graph, Engine]] = {}
        self._lock = Lock()

    def validate(self, version: Path, context: Sequence[Path]) -> ValidationReport:
        """Results about subjects of `version`. Of `context` only the neighbourhood of the version is read."""
        terms, data = Terms(), self._background()
        questions = neighbourhood.Questions.of(self._common)
        with Columns(version) as columns:
            triples = list(without_graph(columns.quads()))
            nodes = {one.s for one in triples} | {one.o for one in triples if one.datatype is None}
            terms.add(data, triples)
            terms.add(data, neighbourhood.of_version(nodes, context, questions))
            subjects = {terms.resource(one.s) for one in triples}
            report = self._validate(data, None, subjects, columns)
        found = absence.told_apart(report.violations, [version, *context], Iris(self._base).entities)
        return replace(report, violations=tuple(in_order(found)))

    def validate_graph(self, data: Graph, *, profile: str | None = None) -> ValidationReport:
        """Results about all subjects of a graph in memory, by the shapes or by `profiles/<profile>.ttl`."""
        with self._lock:
            # The background is some thousand triples: to copy it takes longer than to judge a small graph.
            new = [triple for triple in data if triple not in self._known]
            try:
                for triple in new:
                    self._known.add(triple)
                return self._validate(self._known, profile, set(data.subjects()), None)
            finally:
                for triple in new:
                    self._known.remove(triple)

    def validate_description(self, description: Path) -> ValidationReport:
        """Results about a data set's `dataset.ttl`, by `profiles/dataset.ttl`."""
        return self.validate_graph(turtle.read(description, base=self._base), profile="dataset")

    @cached_property
    def _common(self) -> Graph:
        return turtle.read(*sorted(self._shapes_dir.glob("*.ttl")), base=self._base)

    def _shapes(self, profile: str | None) -> tuple[Graph, Engine]:
        """The shapes, and an engine that has read them, which takes longer than to judge a small graph."""
        if profile not in self._engines:
            shapes = self._common
            if profile is not None:
                shapes = turtle.read(self._shapes_dir / "profiles" / f"{profile}.ttl", base=self._base)
            options = {"inplace": True, "logger": logging.getLogger(__name__)}
            empty = DataGraph.from_rdflib_graph(Graph())
            self._engines[profile] = (shapes, Engine(empty, shacl_graph=flatten(shapes), options=options))
        return self._engines[profile]

    @cached_property
    def _facts(self) -> Graph:
        return background.facts(self._ontology_dir, self._base)

    @cached_property
    def _known(self) -> Graph:
        return self._background()

    def _background(self) -> Graph:
        """A new graph that knows which classes are below which, and what the code lists hold."""
        known = DataInMemory()
        for triple in self._facts:
            known.add(triple)
        return known

    def _validate(
        self, data: Graph, profile: str | None, subjects: Collection[Node], columns: Columns | None
    ) -> ValidationReport:
        """Runs pySHACL shape by shape, so that only `subjects` become focus nodes.

        Its own option for that compares each focus node with a list, in the square of their number; and its
        entry point `validate` switches rdflib's normalisation of literals on for the whole process.
        """
        looked_at: set[Node] = set()
        results, found = Graph(bind_namespaces="none"), []
        shapes, engine = self._shapes(profile)
        try:
            executor = engine.make_executor()
            for shape in engine.shacl_graph.shapes:
                focus = [node for node in shape.focus_nodes(data) if node in subjects]
                looked_at.update(focus)
                for _, result, triples in shape.validate(executor, data, focus=focus)[1] if focus else ():
                    found.append(result)
                    for s, p, o in triples:
                        results.add((s, p, o[1] if isinstance(o, tuple) else o))
        except ReportableRuntimeError as wrong:
            raise OntologyError(
                Text(f"Hình dạng SHACL sai: {wrong}", f"A SHACL shape is wrong: {wrong}"),
                hint=Text("Sửa tệp trong thư mục shapes.", "Mend the file in the folder of shapes."),
            ) from wrong
        return ValidationReport(
            violations(results, found, shapes, columns), len(looked_at), len(targeted(shapes))
        )
