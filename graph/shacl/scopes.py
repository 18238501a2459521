"""Which nodes the shapes are held against.

A *scope* is a set of nodes that shapes are held against: the focus nodes of a shape with targets, or the
value nodes that another shape has to hold for in turn. A *place* is one path walked from one scope.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rdflib import SH
from rdflib.term import IdentifiedNode, Node

from graph.shacl.model import Logical, Nested, Path, Shape, Shapes

_DEEPEST = 6


@dataclass(slots=True)
class Scopes:
    """Follows shapes from those with targets to those that all the same nodes, or all their value nodes, have
    to conform to.

    `roots` gives the scope of each shape with targets, `places` the scope and path of each place, `below` the
    scope of the values at a place. `held` are the shapes of each scope.
    """

    shapes: Shapes
    roots: dict[IdentifiedNode, int] = field(default_factory=dict)
    places: dict[tuple[int, Path], int] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)
    held: dict[int, dict[IdentifiedNode, Shape]] = field(default_factory=dict)

    @classmethod
    def of(cls, roots: Sequence[Shape], shapes: Shapes) -> "Scopes":
        scopes = cls(shapes)
        for number, root in enumerate(roots):
            scopes.roots[root.node] = number
        for root in roots:
            scopes._follow(root, scopes.roots[root.node], 0)
        return scopes

    def held_by(self, scope: int) -> Iterable[Shape]:
        """The shapes that are held against a scope."""
        return self.held[scope].values()

    def inside(self, scope: int | None, shape: Shape) -> int | None:
        """The scope of the value nodes of `shape`, where there is one."""
        if scope is None or shape.path is None:
            return scope
        return self.below.get(self.places.get((scope, shape.path), -1))

    def _follow(self, shape: Shape, scope: int, depth: int) -> None:
        held = self.held.setdefault(scope, {})
        if shape.node in held:
            return
        held[shape.node] = shape
        inner = [self.shapes.by_node[one] for one in _held_as_well(shape)]
        if shape.path is not None:
            if depth == _DEEPEST:
                return
            place = self.places.setdefault((scope, shape.path), len(self.places))
            if not inner:
                return
            scope = self.below.setdefault(place, len(self.roots) + len(self.below))
            depth += 1
        for one in inner:
            self._follow(one, scope, depth)


def _held_as_well(shape: Shape) -> Iterator[IdentifiedNode]:
    """The shapes to which all value nodes of `shape` have to conform."""
    for constraint in shape.constraints:
        match constraint:
            case Nested(_, inner):
                yield inner
            case Logical(component, members) if is_conjunction(component):
                yield from members


def is_conjunction(component: Node) -> bool:
    """sh:node and sh:and: all members have to be conformed to."""
    return component in (SH.AndConstraintComponent, SH.NodeConstraintComponent)
