"""Which constraints hold for all: arrays tell it, before anything is looked for in SQL.

A shape by shape plan asks some thousand small questions, nearly all of which have the answer "none". They
are answered from arrays here, and what holds is not asked any more. A constraint that is violated is never
cleared.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from rdflib import SH
from rdflib.term import IdentifiedNode, Node

from graph.algebra import Unsupported
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import Arrays
from graph.shacl.conformance import Judge, Violations
from graph.shacl.ids import Ids
from graph.shacl.model import Constraint, Logical, Nested, Path, Query, Shape, Shapes, ValueTest
from graph.shacl.possible_solutions import Asked
from graph.shacl.query_results import violations
from graph.shacl.scopes import Scopes, is_conjunction
from graph.shacl.terms import Constants
from graph.shacl.walking import Reached

Part = tuple[int, int]
"""A scope, and the identity of a constraint that is held against it: each belongs to one shape, and to hash
what it says would take longer than to judge most of them."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is `violated` of a shape with targets; whether that `is_all`, or SQL has to find more."""

    violated: Sequence[tuple[Shape, Constraint, Violations]]
    is_all: bool


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
        found = self.judged.get((scope, id(constraint)))
        return found is not None and not len(found.focus)

    def settles(self, scope: int | None, root: Shape | None, shape: Shape, constraint: Constraint) -> bool:
        """Whether a constraint holds, or it is known already what `root` reports of it."""
        if root is not None and self._tells(self.scopes.roots[root.node], constraint):
            return True
        return self.holds(scope, shape, constraint)

    def _tells(self, scope: int, constraint: Constraint) -> bool:
        """Whether it is known what the focus nodes of a shape with targets violate of a constraint that it
        reports."""
        return (scope, id(constraint)) in self.judged and not isinstance(constraint, Nested)

    def told(self, root: Shape) -> "Told":
        """What focus nodes of `root` violate of the constraints that it reports."""
        scope, violated, is_all = self.scopes.roots[root.node], [], True
        for shape in _reported(root, self.scopes.shapes):
            # Of the property shapes in a node shape those are reported themselves.
            has_reported = shape is root and root.path is None
            for constraint in shape.constraints:
                if not isinstance(constraint, Nested):
                    found = self.judged.get((scope, id(constraint)))
                    if found is not None:
                        if len(found.focus):
                            violated.append((shape, constraint, found))
                        continue
                elif has_reported:
                    continue
                is_all = is_all and self.holds(scope, shape, constraint)
        return Told(violated, is_all)


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
    judged = _judged(scopes, judge, Asked(arrays, constants), focus)
    screened = Screened(scopes, focus, judged)
    for root in roots:
        nodes, scope = focus[root.node], scopes.roots[root.node]
        for shape in _reported(root, shapes):
            for constraint in shape.constraints:
                # Those that stand for other shapes are judged where these do not hold.
                if isinstance(constraint, Logical) and not screened.holds(scope, shape, constraint):
                    with suppress(Unjudged):
                        at = judge.reached(shape, nodes)
                        judged[scope, id(constraint)] = judge.violations(constraint, at)
    return screened


def _judged(
    scopes: Scopes, judge: Judge, asked: Asked, focus: Mapping[IdentifiedNode, Ids]
) -> dict[Part, Violations]:
    """Scope by scope; those of values after the ones that they are values of."""
    judging = _Judging(scopes, judge, asked)
    members = {scope: focus[node] for node, scope in scopes.roots.items()}
    while members:
        found = [judging.scope(*one) for one in members.items()]
        members = {scope: nodes for inside in found for scope, nodes in inside.items()}
    for part, told in judging.later:
        with suppress(Unjudged):
            judging.judged[part] = told()
    return judging.judged


@dataclass(frozen=True, slots=True)
class _Judging:
    scopes: Scopes
    judge: Judge
    asked: Asked
    judged: dict[Part, Violations] = field(default_factory=dict)
    later: list[tuple[Part, Callable[[], Violations]]] = field(default_factory=list)

    def scope(self, scope: int, nodes: Ids) -> dict[int, Ids]:
        """Judges what the members of a scope violate; gives the members of the scopes inside it."""
        walked, members = dict[Path | None, Reached](), dict[int, Ids]()
        for shape in self.scopes.held_by(scope):
            if shape.path not in walked:
                walked[shape.path] = self.judge.reached(shape, nodes)
            at, inside = walked[shape.path], self.scopes.inside(scope, shape)
            if inside is not None and inside != scope and inside not in members:
                members[inside] = at.different
            for constraint in shape.constraints:
                if not _followed(constraint):
                    # What raises these is left to SQL.
                    with suppress(Unjudged, Unsupported):
                        self._judge((scope, id(constraint)), constraint, at)
        return members

    def _judge(self, part: Part, constraint: Constraint, at: Reached) -> None:
        if isinstance(constraint, ValueTest) and constraint.component == SH.PatternConstraintComponent:
            texts = len(at.different)
            self.later.append((part, self.judge.arrays.beside.told(texts, self._violations, constraint, at)))
        else:
            self.judged[part] = self._violations(constraint, at)

    def _violations(self, constraint: Constraint, at: Reached) -> Violations:
        if isinstance(constraint, Query):
            found = self.asked.about(constraint, at.nodes)
            return violations(constraint, at.nodes, found, self.asked.constants)
        return self.judge.violations(constraint, at)


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
