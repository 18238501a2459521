"""Which constraints hold for all: arrays tell it, before anything is looked for in SQL.

A shape by shape plan asks some thousand small questions, nearly all of which have the answer "none". They
are answered from arrays here, and what holds is not asked any more. A constraint that is violated is never
cleared.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from rdflib.term import IdentifiedNode, Node

from graph.algebra import Unsupported
from graph.columns.connection import THREADS
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import Arrays
from graph.shacl.conformance import Judge, Violations
from graph.shacl.ids import Ids
from graph.shacl.model import Constraint, Logical, Nested, Path, Query, Shape, Shapes
from graph.shacl.possible_solutions import Asked
from graph.shacl.query_results import violations
from graph.shacl.scopes import Scopes, is_conjunction
from graph.shacl.terms import Constants
from graph.shacl.walking import Reached

Part = tuple[int, IdentifiedNode, Constraint]
"""A constraint of a shape that is held against a scope."""
_Judged = tuple[dict[Part, Violations], dict[int, Ids]]
_FEW = 5_000
"""So few nodes are judged before a second thread is started."""


@dataclass(frozen=True, slots=True)
class Screened:
    """`focus` are the focus nodes of each shape with targets; `judged`, what the members of a scope violate
    of a constraint, where arrays tell it."""

    scopes: Scopes
    focus: Mapping[IdentifiedNode, Ids]
    judged: Mapping[Part, Violations]

    def holds(self, scope: int | None, shape: Shape, constraint: Constraint) -> bool:
        """Whether a constraint of a shape is known to hold for the members of a scope."""
        if followed := _followed(constraint):
            inside = self.scopes.inside(scope, shape)
            within = (self.scopes.shapes.by_node[one] for one in followed)
            return all(self.holds(inside, part, one) for part in within for one in part.constraints)
        if scope is None:
            return False
        found = self.judged.get((scope, shape.node, constraint))
        return found is not None and not len(found.focus)

    def tells(self, root: IdentifiedNode, shape: Shape, constraint: Constraint) -> bool:
        """Whether it is known what focus nodes of `root` violate of a constraint that `root` reports."""
        part = self.scopes.roots[root], shape.node, constraint
        return part in self.judged and not isinstance(constraint, Nested)

    def told(self, root: Shape) -> Iterator[tuple[Shape, Constraint, Violations]]:
        """What focus nodes of `root` violate of the constraints that it reports."""
        for shape in _reported(root, self.scopes.shapes):
            for constraint in shape.constraints:
                if self.tells(root.node, shape, constraint):
                    found = self.judged[self.scopes.roots[root.node], shape.node, constraint]
                    if len(found.focus):
                        yield shape, constraint, found


def screen(
    arrays: Arrays,
    roots: Mapping[Shape, Ids],
    shapes: Shapes,
    constants: Constants,
    below: Mapping[Node, Sequence[int]],
) -> Screened:
    """`roots` are shapes with their focus nodes; `below` gives the ids of each class and those below it."""
    scopes, judge = Scopes.of(list(roots), shapes), Judge(arrays, shapes, constants, below)
    focus = {one.node: nodes for one, nodes in roots.items()}
    judged = _judged(_Judging(scopes, judge, Asked(arrays, constants)), focus)
    screened = Screened(scopes, focus, judged)
    for root in roots:
        nodes, scope = focus[root.node], scopes.roots[root.node]
        for shape in _reported(root, shapes):
            for constraint in shape.constraints:
                # Those that stand for other shapes are judged where these do not hold.
                if isinstance(constraint, Logical) and not screened.holds(scope, shape, constraint):
                    with suppress(Unjudged):
                        at = judge.reached(shape, nodes)
                        judged[scope, shape.node, constraint] = judge.violations(constraint, nodes, at)
    return screened


def _judged(judging: "_Judging", focus: Mapping[IdentifiedNode, Ids]) -> dict[Part, Violations]:
    """Scope by scope; those of values after the ones that they are values of."""
    scopes, judged = judging.scopes, dict[Part, Violations]()
    members = {scope: focus[node] for node, scope in scopes.roots.items()}
    while members:
        # The largest first, so that the threads end together.
        turns = sorted(members.items(), key=lambda one: len(one[1]), reverse=True)
        members = {}
        for found, inside in _each(judging, turns):
            judged |= found
            members |= inside
    return judged


def _each(judging: "_Judging", turns: Sequence[tuple[int, Ids]]) -> Iterator[_Judged]:
    if sum(len(nodes) for _, nodes in turns) < _FEW:
        yield from (judging.scope(*one) for one in turns)
        return
    with ThreadPoolExecutor(THREADS) as pool:
        yield from pool.map(judging.scope, *zip(*turns, strict=True))


@dataclass(frozen=True, slots=True)
class _Judging:
    scopes: Scopes
    judge: Judge
    asked: Asked

    def scope(self, scope: int, nodes: Ids) -> _Judged:
        """What the members of a scope violate; and the members of the scopes inside it."""
        walked = dict[Path | None, Reached]()
        judged, members = dict[Part, Violations](), dict[int, Ids]()
        for shape in self.scopes.held_by(scope):
            if shape.path not in walked:
                walked[shape.path] = self.judge.reached(shape, nodes)
            at, inside = walked[shape.path], self.scopes.inside(scope, shape)
            if inside is not None and inside != scope and inside not in members:
                members[inside] = self.judge.arrays.distinct(at.value)
            for constraint in shape.constraints:
                if not _followed(constraint):
                    with suppress(Unjudged, Unsupported):
                        judged[scope, shape.node, constraint] = self._violations(constraint, nodes, at)
        return judged, members

    def _violations(self, constraint: Constraint, nodes: Ids, at: Reached) -> Violations:
        if isinstance(constraint, Query):
            return violations(constraint, nodes, self.asked.about(constraint, nodes), self.asked.constants)
        return self.judge.violations(constraint, nodes, at)


def _reported(root: Shape, shapes: Shapes) -> Iterator[Shape]:
    """A shape with targets, and the property shapes of the same focus nodes, whose results are its own."""
    yield root
    for constraint in root.constraints if root.path is None else ():
        if isinstance(constraint, Nested):
            yield shapes.by_node[constraint.shape]


def _followed(constraint: Constraint) -> tuple[IdentifiedNode, ...]:
    """The shapes that say all that it says, where these are held against a scope themselves."""
    match constraint:
        case Nested(_, inner):
            return (inner,)
        case Logical(component, members) if is_conjunction(component):
            return members
    return ()
