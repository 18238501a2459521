"""Which constraints hold for all: arrays tell it, before anything is looked for in SQL.

A shape by shape plan asks some thousand small questions, nearly all of which have the answer "none". They
are answered from arrays here, and what holds is not asked any more. A constraint that is violated is never
cleared.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from rdflib.term import IdentifiedNode, Node

from graph.algebra import Unsupported
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import Arrays, Ids
from graph.shacl.conformance import Judge, Violations
from graph.shacl.model import Constraint, Logical, Nested, Path, Query, Shape, Shapes
from graph.shacl.possible_solutions import Asked
from graph.shacl.scopes import Scopes, is_conjunction
from graph.shacl.targets import focus_nodes
from graph.shacl.terms import Constants
from graph.shacl.walking import Reached

Part = tuple[int, IdentifiedNode, Constraint]
"""A constraint of a shape that is held against a scope."""


@dataclass(frozen=True, slots=True)
class Screened:
    """`focus` are the focus nodes of each shape with targets; `cleared`, the constraints that no member of
    their scope violates; `told`, what focus nodes violate of others, by shape with targets."""

    scopes: Scopes
    focus: Mapping[IdentifiedNode, Ids]
    cleared: frozenset[Part]
    told: Mapping[IdentifiedNode, Mapping[tuple[IdentifiedNode, Constraint], Violations]]

    def holds(self, scope: int | None, shape: Shape, constraint: Constraint) -> bool:
        """Whether a constraint of a shape is known to hold for the members of a scope."""
        return _is_known(self.scopes, self.cleared, scope, shape, constraint)

    def tells(self, root: IdentifiedNode, shape: Shape, constraint: Constraint) -> bool:
        """Whether it is known what focus nodes of `root` violate of a constraint."""
        return (shape.node, constraint) in self.told[root]


def screen(
    arrays: Arrays,
    roots: Sequence[Shape],
    shapes: Shapes,
    constants: Constants,
    below: Mapping[Node, Sequence[int]],
) -> Screened:
    """`below` gives the ids of each class and those below it."""
    scopes, judge = Scopes.of(roots, shapes), Judge(arrays, shapes, constants, below)
    focus = {one.node: focus_nodes(one.targets, arrays, constants, below) for one in roots}
    cleared = frozenset(_cleared(scopes, judge, Asked(arrays, constants), focus))
    told = {}
    for root in roots:
        nodes, scope = focus[root.node], scopes.roots[root.node]
        found = told[root.node] = dict[tuple[IdentifiedNode, Constraint], Violations]()
        for shape in _reported(root, shapes):
            for constraint in shape.constraints:
                if not isinstance(constraint, Nested) and not _is_known(
                    scopes, cleared, scope, shape, constraint
                ):
                    with suppress(Unjudged):
                        at = judge.reached(shape, nodes)
                        found[shape.node, constraint] = judge.violations(constraint, nodes, at)
    return Screened(scopes, focus, cleared, told)


def _cleared(
    scopes: Scopes, judge: Judge, asked: Asked, focus: Mapping[IdentifiedNode, Ids]
) -> Iterator[Part]:
    members = {scope: focus[node] for node, scope in scopes.roots.items()}
    now, walked = -1, dict[Path | None, Reached]()
    for scope, shape in scopes.in_turn():
        if scope not in members:
            continue
        if scope != now:
            now, walked = scope, {}
        nodes = members[scope]
        if shape.path not in walked:
            walked[shape.path] = judge.reached(shape, nodes)
        at, inside = walked[shape.path], scopes.inside(scope, shape)
        if inside is not None and inside not in members:
            members[inside] = judge.arrays.distinct(at.value)
        for constraint in shape.constraints:
            if not _followed(constraint) and _holds(judge, asked, constraint, nodes, at):
                yield scope, shape.node, constraint


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


def _is_known(
    scopes: Scopes, cleared: frozenset[Part], scope: int | None, shape: Shape, constraint: Constraint
) -> bool:
    if followed := _followed(constraint):
        inside = scopes.inside(scope, shape)
        within = (scopes.shapes.by_node[one] for one in followed)
        return all(
            _is_known(scopes, cleared, inside, part, one) for part in within for one in part.constraints
        )
    return scope is not None and (scope, shape.node, constraint) in cleared


def _holds(judge: Judge, asked: Asked, constraint: Constraint, nodes: Ids, at: Reached) -> bool:
    try:
        if isinstance(constraint, Query):
            return not len(asked.about(constraint, nodes))
        return not len(judge.violations(constraint, nodes, at).focus)
    except (Unjudged, Unsupported):
        return False
