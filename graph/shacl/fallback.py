"""Shapes that the compiler does not cover exactly, judged by pySHACL on a graph of just what they can see."""

import logging
from collections.abc import Iterator, Sequence

from pyshacl import Validator
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from pyshacl.graph_abstraction import DataGraph
from rdflib import SH, Graph
from rdflib.term import Node

from graph.shacl import terms
from graph.shacl.conversion import Terms, Triple
from graph.shacl.faults import ill_formed
from graph.shacl.model import Query, Shape, Shapes
from graph.shacl.outcome import Result
from graph.shacl.plan import Check
from graph.shacl.reach import Reach
from graph.shacl.reference import DataInMemory
from graph.shacl.session import Session


class Fallback:
    """One pySHACL for all shapes of a shapes graph."""

    def __init__(self, graph: Graph, shapes: Shapes) -> None:
        self._shapes = shapes
        options = {"inplace": True, "advanced": True, "logger": logging.getLogger(__name__)}
        self._engine = Validator(DataGraph.from_rdflib_graph(Graph()), shacl_graph=graph, options=options)
        self._reach = Reach.of(graph)

    def results(self, shape: Shape, session: Session, focus: str) -> Iterator[Result]:
        """The results about the nodes in the table `focus` of the session."""
        rows = session.connection.execute(
            f"SELECT t.value, t.datatype, t.language FROM {focus} f JOIN terms t ON t.id = f.id"
        ).fetchall()
        nodes = [terms.node((value, datatype, language)) for value, datatype, language in rows]
        data = self._seen(session, focus)
        try:
            known = {one.node: one for one in self._engine.shacl_graph.shapes}[shape.node]
            found = known.validate(self._engine.make_executor(), data, focus=nodes)[1]
        except (ReportableRuntimeError, ShapeLoadError, NotImplementedError) as wrong:
            raise ill_formed(shape.node, str(wrong), str(wrong)) from wrong
        for _, result, triples in found:
            said = Graph(bind_namespaces="none")
            for s, p, o in triples:
                said.add((s, p, o[1] if isinstance(o, tuple) else o))
            yield self._result(shape, said, result)

    def _seen(self, session: Session, focus: str) -> Graph:
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
        shape = self._shapes.by_node[said.value(node, SH.sourceShape)]
        component, source = (
            said.value(node, SH.sourceConstraintComponent),
            said.value(node, SH.sourceConstraint),
        )
        constraint = next(
            one
            for one in shape.constraints
            if one.component == component
            and (source is None or not isinstance(one, Query) or one.source == source)
        )
        path, value = said.value(node, SH.resultPath), said.value(node, SH.value)
        messages = tuple(said.objects(node, SH.resultMessage))
        own = constraint.messages if isinstance(constraint, Query) else ()
        # pySHACL says something of its own where a shape has no message.
        told = messages if own else shape.messages
        return Result(root.node, Check(shape, constraint), said.value(node, SH.focusNode), path, value, told)


def neighbourhood(session: Session, focus: str, reach: Reach) -> str:
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


def _ids(session: Session, predicates: frozenset[str]) -> str:
    keys: Sequence[terms.Key] = [(one, None, None) for one in predicates]
    if not keys:
        return "NULL"
    return ", ".join(str(one.id) for one in session.constants(keys).known.values())
