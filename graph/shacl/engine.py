"""Shapes over a session: parse once, validate many times."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import RDFS, Graph, Literal
from rdflib.term import Node

from graph.shacl import terms
from graph.shacl.execution import Execution, Found
from graph.shacl.model import Shapes
from graph.shacl.parsing import parse
from graph.shacl.plan import Check, Program, program
from graph.shacl.session import Session
from graph.shacl.terms import Constants


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL §3.6.2). `path` is a node of the shapes graph, or what sh:closed met. `times`:
    how often it is reported, once for each way on which nested property shapes come to its focus node.
    """

    check: Check
    focus: Node
    path: Node | None
    value: Node | None
    messages: tuple[Literal, ...]
    times: int = 1


class Engine:
    """The shapes of one shapes graph. Raises OntologyError where it is not well-formed."""

    def __init__(self, shapes: Graph) -> None:
        self.graph = shapes
        self.shapes: Shapes = parse(shapes)
        self._keys = {terms.key(one) for one in terms.named(self.shapes)}

    def results(self, session: Session) -> list[Result]:
        """All results about what `session` sees."""
        constants = session.constants(self._keys)
        below = _below(session, self.shapes, constants)
        execution = Execution(session)
        found = [
            one for each in self.programs(constants, below) for one in execution.run(each)
        ]
        return list(_results(session, found))

    def programs(self, constants: Constants, below: Mapping[Node, Sequence[int]]) -> Iterator[Program]:
        for shape in self.shapes.targeted():
            yield program(shape, self.shapes, constants, below)


def _below(session: Session, shapes: Shapes, constants: Constants) -> Mapping[Node, Sequence[int]]:
    """The ids of every class that shapes name, and of those below it (§2.1.3.2)."""
    rows = session.connection.execute(
        f"SELECT s, o FROM triples WHERE p = {constants.id(RDFS.subClassOf)}"
    ).fetchall()
    lower: dict[int, list[int]] = defaultdict(list)
    for s, o in rows:
        lower[o].append(s)
    found = {}
    for node in set(terms.named(shapes)):
        known = {int(constants.id(node))}
        new = list(known)
        while new:
            new = [one for each in new for one in lower.get(each, ()) if one not in known]
            known.update(new)
        found[node] = sorted(known)
    return found


def _results(session: Session, found: Sequence[Found]) -> Iterator[Result]:
    ids = {one for each in found for one in (each.focus, each.path, each.value) if one is not None}
    nodes = {number: terms.node(key) for number, key in session.texts(ids).items()}
    for one in found:
        shape = one.check.shape
        yield Result(
            check=one.check,
            focus=nodes[one.focus],
            path=shape.path_node if one.path is None else nodes[one.path],
            value=None if one.value is None else nodes[one.value],
            messages=shape.messages,
            times=one.times,
        )
