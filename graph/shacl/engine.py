"""Shapes over a session: parse once, validate many times."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from rdflib import RDF, RDFS, Graph, Literal
from rdflib.term import IdentifiedNode, Node

from graph import algebra
from graph.shacl import asking, terms
from graph.shacl.arrays import Arrays
from graph.shacl.beside import Beside
from graph.shacl.coverage import reasons
from graph.shacl.execution import Execution, Found
from graph.shacl.fusion import Check
from graph.shacl.ids import Ids
from graph.shacl.model import Instance, Query, Shape, Shapes
from graph.shacl.outcome import Result
from graph.shacl.parsing import parse, uses
from graph.shacl.plan import program
from graph.shacl.possible_texts import UNBOUND
from graph.shacl.screening import Screened, Told, screen
from graph.shacl.sight import Sight
from graph.shacl.targets import focus_nodes
from graph.shacl.terms import Constants

if TYPE_CHECKING:
    from graph.shacl.fallback import Fallback

_log = logging.getLogger(__name__)


class Engine:
    """The shapes of one shapes graph. Raises OntologyError where it is not well-formed."""

    def __init__(self, shapes: Graph) -> None:
        self.graph = shapes
        self.shapes: Shapes = parse(shapes)
        self._targeted = self.shapes.targeted()
        self.named = set(map(terms.key, terms.named(self.shapes)))
        self.classes = _classes(self.shapes)
        self._compiled: dict[Node, bool] = {}
        self._fallback: Fallback | None = None

    def results(self, session: Sight) -> list[Result]:
        """All results about what `session` sees."""
        with Beside() as beside:
            return self._all(session, beside)

    def _all(self, session: Sight, beside: Beside) -> list[Result]:
        constants = session.constants(self.named)
        arrays = Arrays(session, beside)
        below = _below(arrays, self.classes, constants)
        found: list[Result] = []
        present = arrays.targeted_instances(int(constants.id(RDF.type))).keys
        some = [one for one in self._targeted if not _is_about_nothing(one, present, below)]
        focus = {one.node: focus_nodes(one.targets, arrays, constants, below, session.focus) for one in some}
        roots = [one for one in some if len(focus[one.node])]
        # To compile a query takes long: only those of shapes that are about something here.
        constants = session.constants({*self.named, *_asked(roots, self.shapes)})
        screened = screen(arrays, {one: focus[one.node] for one in roots}, self.shapes, constants, below)
        execution = Execution(session, constants)
        for shape in roots:
            found += self._results(shape, session, constants, below, screened, execution, arrays)
        return found

    def _results(
        self,
        shape: Shape,
        session: Sight,
        constants: Constants,
        below: Mapping[Node, Sequence[int]],
        screened: Screened,
        execution: Execution,
        arrays: Arrays,
    ) -> list[Result]:
        if self._is_compiled(shape):
            told = screened.told(shape)
            found = list(_found(told, screened.focus[shape.node]))
            if told.is_all:
                return list(_results(session, arrays, shape, found))
            try:
                plan = program(shape, self.shapes, constants, below, screened)
                return list(_results(session, arrays, shape, [*found, *execution.run(plan)]))
            except algebra.Unsupported as unsupported:
                _log.info("%s: %s", shape.node, unsupported)
        plan = program(shape, self.shapes, constants, below, screened, is_compiled=False)
        with execution.focus_of(plan) as focus:
            return [] if focus is None else list(self.fallback.results(shape, session, focus))

    def _is_compiled(self, shape: Shape) -> bool:
        if shape.node not in self._compiled:
            self._compiled[shape.node] = not reasons(shape, self.shapes)
        return self._compiled[shape.node]

    def keys(self) -> set[terms.Key]:
        """Every term that a validation may ask a session for."""
        return {*self.named, *_asked(self._targeted, self.shapes)}

    def prepare(self) -> None:
        """Translates and compiles what shapes ask in other languages now, not when it is asked."""
        for shape in self._targeted:
            self._is_compiled(shape)

    @property
    def fallback(self) -> "Fallback":
        if self._fallback is None:
            from graph.shacl.fallback import Fallback  # pySHACL takes 0.1 s to import, and is seldom needed

            self._fallback = Fallback(self.graph, self.shapes)
        return self._fallback


def _asked(roots: Iterable[Shape], shapes: Shapes) -> Iterator[terms.Key]:
    """The terms that the queries of shapes, and of those that they refer to, have to know."""
    waiting, met = [one.node for one in roots], set[IdentifiedNode]()
    while waiting:
        node = waiting.pop()
        if node in met:
            continue
        met.add(node)
        shape = shapes.by_node[node]
        waiting += uses(shape)
        for constraint in shape.constraints:
            if isinstance(constraint, Query) and not reasons(shape, shapes):
                yield from asking.constants(constraint)


def _is_about_nothing(shape: Shape, present: Collection[int], below: Mapping[Node, Sequence[int]]) -> bool:
    """Whether a shape can have no focus node, for want of instances."""
    targets = shape.targets
    if targets.nodes or targets.subjects_of or targets.objects_of:
        return False
    return not any(one in present for each in targets.classes for one in below[each])


def _below(arrays: Arrays, classes: Iterable[Node], constants: Constants) -> Mapping[Node, Sequence[int]]:
    """The ids of every class, and of those below it (§2.1.3.2)."""
    lower: dict[int, list[int]] = defaultdict(list)
    s, o = arrays.triples.forward(int(constants.id(RDFS.subClassOf)))
    for below, above in zip(s.tolist(), o.tolist(), strict=True):
        lower[above].append(below)
    found = {}
    for node in classes:
        known = {int(constants.id(node))}
        new = list(known)
        while new:
            new = [one for each in new for one in lower.get(each, ()) if one not in known]
            known.update(new)
        found[node] = sorted(known)
    return found


def _classes(shapes: Shapes) -> set[Node]:
    """Those that shapes have instances of as focus nodes, or want values to be instances of."""
    targets = {one for shape in shapes.by_node.values() for one in shape.targets.classes}
    constraints = (one for shape in shapes.by_node.values() for one in shape.constraints)
    return targets | {one.of for one in constraints if isinstance(one, Instance)}


def _found(told: Told, nodes: Ids) -> Iterator[Found]:
    """What the arrays told of the results of a shape, whose focus nodes are `nodes`."""
    for shape, constraint, violated in told.violated:
        check, focus = Check(shape, constraint), nodes[violated.focus].tolist()
        columns = [_ids(one, len(focus)) for one in (violated.value, violated.path, *violated.said.values())]
        for one, value, path, *said in zip(focus, *columns, strict=True):
            is_own = value is None and isinstance(constraint, Query) and shape.path is None
            words = zip(violated.said, said, strict=True)
            named = {name: word for name, word in words if word is not None}
            yield Found(check, one, path, one if is_own else value, 1, named)


def _ids(ids: Ids | None, rows: int) -> list[int | None]:
    return [None] * rows if ids is None else [None if one == UNBOUND else one for one in ids.tolist()]


def _results(session: Sight, arrays: Arrays, root: Shape, found: Sequence[Found]) -> Iterator[Result]:
    if not session.judges_all:
        own = arrays.triples.own_subjects(np.array([one.focus for one in found], np.uint32)).tolist()
        found = [one for one, is_own in zip(found, own, strict=True) if is_own]
    if not found:
        return
    ids = {
        one
        for each in found
        for one in (each.focus, each.path, each.value, *each.said.values())
        if isinstance(one, int)
    }
    met = np.array(sorted(ids), np.uint32)
    is_read = met < arrays.terms.size
    keys = arrays.terms.keys(met[is_read]) | (
        session.texts(met[~is_read].tolist()) if not is_read.all() else {}
    )

    def term(one: int | terms.Key) -> terms.Key:
        return keys[one] if isinstance(one, int) else one

    for one in found:
        shape = one.check.shape
        yield Result(
            root=root.node,
            check=one.check,
            focus=term(one.focus),
            path=shape.path_node if one.path is None else terms.node(term(one.path)),
            value=None if one.value is None else term(one.value),
            messages=_messages(one, {name: term(value)[0] for name, value in one.said.items()}),
            times=one.times,
        )


def _messages(found: Found, values: Mapping[str, str]) -> tuple[Literal, ...]:
    """Those of the shape; those of a query with the values of its variables put in (§5.3.2)."""
    constraint = found.check.constraint
    if not isinstance(constraint, Query):
        return found.check.shape.messages
    said = {**{name: str(node) for name, node in constraint.parameters.items()}, **values}

    def put_in(message: Literal) -> Literal:
        if not asking.VARIABLE.search(message):
            return message
        words = asking.VARIABLE.sub(lambda one: said.get(one[1], one[0]), str(message))
        return Literal(words, lang=message.language, datatype=message.datatype)

    return tuple(put_in(one) for one in constraint.messages)
