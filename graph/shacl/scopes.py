"""Which nodes the shapes are held against, all of them in two tables.

A *scope* is a set of nodes that shapes are held against: the focus nodes of a shape with targets, or the
value nodes that another shape has to hold for in turn. A *place* is one path walked from one scope.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rdflib import SH
from rdflib.term import IdentifiedNode, Node

from graph.shacl import relations, targets
from graph.shacl.model import Inverse, Logical, Nested, Path, Predicate, Shape, Shapes
from graph.shacl.session import Session
from graph.shacl.terms import Constants

MEMBERS = "members"
"""`scope`, `id`: the nodes of each scope, once."""

REACHED = "reached"
"""`place`, `focus`, `value`: the value nodes at each place, once."""

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
    held: dict[tuple[int, IdentifiedNode], Shape] = field(default_factory=dict)
    _levels: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, roots: Sequence[Shape], shapes: Shapes) -> "Scopes":
        scopes = cls(shapes)
        for number, root in enumerate(roots):
            scopes.roots[root.node] = number
        for root in roots:
            scopes._follow(root, scopes.roots[root.node], 0)
        return scopes

    def make(self, session: Session, constants: Constants, below: Mapping[Node, Sequence[int]]) -> None:
        """Makes the tables `MEMBERS` and `REACHED`; `below` gives the ids of each class and those below."""
        run = session.connection.execute
        shapes = self.shapes.by_node
        roots = [(scope, shapes[node].targets) for node, scope in self.roots.items()]
        run(f"CREATE OR REPLACE TEMP TABLE {MEMBERS} AS {targets.of_all(roots, constants, below)}")
        run(f"CREATE OR REPLACE TEMP TABLE {REACHED} (place INTEGER, focus UINTEGER, value UINTEGER)")
        paths = {place: (scope, path) for (scope, path), place in self.places.items()}
        for level in range(len(self._levels)):
            for select in _walks([(one, *paths[one]) for one in self._levels[level]], constants):
                run(f"INSERT INTO {REACHED} {select}")
            further = [(one, self.below[one]) for one in self._levels[level] if one in self.below]
            if further:
                listed = ", ".join(map(str, further))
                run(
                    f"INSERT INTO {MEMBERS} SELECT DISTINCT n.scope, r.value FROM {REACHED} r"
                    f" JOIN (VALUES {listed}) n(place, scope) ON n.place = r.place"
                )

    def at_places(self) -> Iterator[tuple[int, int, Shape]]:
        """Place and scope of every property shape that is held against a scope."""
        for (scope, _), shape in self.held.items():
            if shape.path is not None and (place := self.places.get((scope, shape.path))) is not None:
                yield place, scope, shape

    def inside(self, scope: int | None, shape: Shape) -> int | None:
        """The scope of the value nodes of `shape`, where there is one."""
        if scope is None or shape.path is None:
            return scope
        return self.below.get(self.places.get((scope, shape.path), -1))

    def _follow(self, shape: Shape, scope: int, depth: int) -> None:
        if (scope, shape.node) in self.held:
            return
        self.held[scope, shape.node] = shape
        inner = [self.shapes.by_node[one] for one in _held_as_well(shape)]
        if shape.path is not None:
            if depth == _DEEPEST:
                return
            place = self.places.setdefault((scope, shape.path), len(self.places))
            if place not in self._levels[depth]:
                self._levels[depth].append(place)
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


def _walks(places: Sequence[tuple[int, int, Path]], constants: Constants) -> Iterator[str]:
    """SELECTs of the rows of `REACHED`: all single steps together, each longer path by itself."""
    steps: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place, scope, path in places:
        match path:
            case Predicate(iri):
                steps["s", "o"].append(f"({scope}, {constants.id(iri)}, {place})")
            case Inverse(Predicate(iri)):
                steps["o", "s"].append(f"({scope}, {constants.id(iri)}, {place})")
            case _:
                focus = f"(SELECT id FROM {MEMBERS} WHERE scope = {scope})"
                values = relations.values(path, focus, constants.id)
                yield f"SELECT {place}, focus, value FROM {values}"
    for (start, end), wanted in steps.items():
        yield (
            f"SELECT w.place, q.{start}, q.{end} FROM triples q JOIN {MEMBERS} m ON m.id = q.{start}"
            f" JOIN (VALUES {', '.join(wanted)}) w(scope, p, place) ON w.scope = m.scope AND w.p = q.p"
        )
