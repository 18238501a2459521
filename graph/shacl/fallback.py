"""Shapes that the compiler does not cover exactly, judged by pySHACL on a graph of just what they can see."""

import logging
from collections.abc import Iterator, Sequence

from pyparsing import ParseException
from pyshacl import Validator
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from pyshacl.graph_abstraction import DataGraph
from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import IdentifiedNode, Node

from graph.shacl import terms
from graph.shacl.conversion import Terms, Triple
from graph.shacl.faults import ill_formed
from graph.shacl.fusion import Check
from graph.shacl.model import Query, Shape, Shapes
from graph.shacl.outcome import Result
from graph.shacl.reach import Reach
from graph.shacl.reference import DataInMemory
from graph.shacl.sight import Sight


class Fallback:
    """One pySHACL for all shapes of a shapes graph."""

    def __init__(self, graph: Graph, shapes: Shapes) -> None:
        self._shapes = shapes
        options = {"inplace": True, "advanced": True, "logger": logging.getLogger(__name__)}
        self._engine = Validator(DataGraph.from_rdflib_graph(Graph()), shacl_graph=graph, options=options)
        self._reach = Reach.of(graph)

    def results(self, shape: Shape, session: Sight, focus: str) -> Iterator[Result]:
        """The results about the nodes in the table `focus` of the session."""
        rows = session.connection.execute(
            f"SELECT t.value, t.datatype, t.language FROM {focus} f JOIN terms t ON t.id = f.id"
        ).fetchall()
        nodes = [terms.node((value, datatype, language)) for value, datatype, language in rows]
        data = self._seen(session, focus)
        try:
            known = {one.node: one for one in self._engine.shacl_graph.shapes}[shape.node]
            found = known.validate(self._engine.make_executor(), data, focus=nodes)[1]
        # NotImplementedError is what pySHACL raises for $shapesGraph; ParseException, rdflib for a query
        # that Oxigraph's parser takes and its own does not.
        except (ReportableRuntimeError, ShapeLoadError, NotImplementedError, ParseException) as wrong:
            raise ill_formed(shape.node, str(wrong), str(wrong)) from wrong
        for _, result, triples in found:
            said = Graph(bind_namespaces="none")
            for s, p, o in triples:
                said.add((s, p, o[1] if isinstance(o, tuple) else o))
            yield self._result(shape, said, result)

    def _seen(self, session: Sight, focus: str) -> Graph:
        """The triples that shapes can see from the focus nodes; all of them where that may be anything."""
        select = "SELECT s, p, o FROM triples"
        if self._reach is not None:
            select = neighbourhood(session, focus, self._reach)
        rows = session.connection.execute(
            f"SELECT s.value, p.value, o.value, o.datatype, o.language FROM ({select}) q"
            " JOIN terms s ON s.id = q.s JOIN terms p ON p.id = q.p JOIN terms o ON o.id = q.o"
        ).fetchall()
        data = DataInMemory()
        Terms().add(data, (Triple(*row) for row in rows))
        return data

    def _result(self, root: Shape, said: Graph, node: Node) -> Result:
        def told(predicate: URIRef) -> Node | None:
            return said.value(node, predicate)

        shape, component, source, focus = map(
            told, (SH.sourceShape, SH.sourceConstraintComponent, SH.sourceConstraint, SH.focusNode)
        )
        if not isinstance(shape, IdentifiedNode) or focus is None:
            raise TypeError(f"a result of pySHACL without its shape or focus node: {node}")
        known = self._shapes.by_node[shape]
        constraint = next(
            one
            for one in known.constraints
            if one.component == component
            and (source is None or not isinstance(one, Query) or one.source == source)
        )
        value = told(SH.value)
        # pySHACL says something of its own where a shape has no message.
        own = isinstance(constraint, Query) and constraint.messages
        words = said.objects(node, SH.resultMessage) if own else known.messages
        return Result(
            root=root.node,
            check=Check(known, constraint),
            focus=terms.key(focus),
            path=told(SH.resultPath),
            value=None if value is None else terms.key(value),
            messages=tuple(one for one in words if isinstance(one, Literal)),
        )


def neighbourhood(session: Sight, focus: str, reach: Reach) -> str:
    """SQL for the triples within reach of the nodes in the table `focus`; makes the table `near`."""
    run = session.connection.execute
    forwards, backwards = (_ids(session, one) for one in (reach.forwards, reach.backwards))
    run(f"CREATE OR REPLACE TEMP TABLE near AS SELECT id FROM {focus}")
    for _ in range(reach.depth):
        run(
            "CREATE OR REPLACE TEMP TABLE near AS SELECT DISTINCT id FROM (SELECT id FROM near"
            f" UNION ALL SELECT o FROM triples SEMI JOIN near n ON n.id = s WHERE p IN ({forwards})"
            f" UNION ALL SELECT s FROM triples SEMI JOIN near n ON n.id = o WHERE p IN ({backwards}))"
        )
    return "SELECT s, p, o FROM triples SEMI JOIN near n ON n.id = s"


def _ids(session: Sight, predicates: frozenset[str]) -> str:
    keys: Sequence[terms.Key] = [(one, None, None) for one in predicates]
    if not keys:
        return "NULL"
    return ", ".join(str(one.id) for one in session.constants(keys).known.values())
