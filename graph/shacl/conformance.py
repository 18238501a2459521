"""Which nodes violate a constraint, told from arrays for all of them at once.

The answers are those of the standard, not approximations: whether a node conforms to a shape is asked inside
`sh:not` and `sh:xone` too. Where they cannot be had from arrays, Unjudged is raised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rdflib import RDF, SH
from rdflib.term import IdentifiedNode, Node

from graph.shacl import array_tests
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import Arrays
from graph.shacl.ids import Ids, Mask, Numbers, any_of
from graph.shacl.model import (
    Closed,
    Constraint,
    Count,
    HasValue,
    Instance,
    Logical,
    Nested,
    Pair,
    Qualified,
    Shape,
    Shapes,
    UniqueLanguages,
    ValueTest,
)
from graph.shacl.scopes import is_conjunction
from graph.shacl.terms import Constants
from graph.shacl.walking import Reached, Walker, ranges


@dataclass(frozen=True, slots=True)
class Violations:
    """Of each the place of its focus node; its value and path where it has one of its own; of a query also
    what its messages say. An id that is UNBOUND is none."""

    focus: Numbers
    value: Ids | None = None
    path: Ids | None = None
    said: Mapping[str, Ids] = field(default_factory=dict)


@dataclass(slots=True)
class Judge:
    """`below` gives the ids of each class and those below it."""

    arrays: Arrays
    shapes: Shapes
    constants: Constants
    below: Mapping[Node, Sequence[int]]
    _instances: dict[Node, Mask] = field(default_factory=dict)

    def reached(self, shape: Shape, nodes: Ids) -> Reached:
        """The value nodes of a shape from focus nodes in order, each once."""
        if shape.path is None:
            return Reached(self.arrays, nodes, np.arange(len(nodes)), nodes)
        return Walker(self.arrays, self.constants).values(shape.path, nodes)

    def violations(self, constraint: Constraint, at: Reached) -> Violations:
        """What focus nodes whose value nodes are `at` violate of a constraint. Raises Unjudged.

        Of a property shape within, it is what does not conform to it, not that shape's own violations.
        """
        if not len(at.value) and isinstance(constraint, _OF_VALUES):
            return _values(at, _NOTHING)
        match constraint:
            case ValueTest():
                return _values(
                    at, array_tests.violated(constraint, at.different, self.arrays, self.constants)
                )
            case Instance(_, of):
                return _values(at, ~self._is_instance(of).take(at.different))
            case Nested(_, inner):
                return _values(at, ~self.conforms(inner, at.different))
            case Logical(component, members):
                return _values(at, self._fails(component, members, at.different))
            case Count(component, limit):
                return _counted(at.counts, component == _MIN_COUNT, limit)
            case HasValue(_, value):
                has = np.zeros(len(at.nodes), np.bool_)
                has[at.focus[at.value == int(self.constants.id(value))]] = True
                return _nodes(~has)
            case UniqueLanguages():
                return self._repeated_languages(at)
            case Pair(component, predicate):
                return self._paired(component, predicate, at)
            case Closed(_, allowed):
                return self._opened({int(self.constants.id(one)) for one in allowed}, at.nodes)
            case Qualified(component, inner, limit, siblings):
                counts = self.conforms(inner, at.different)
                for sibling in siblings:
                    counts &= ~self.conforms(sibling, at.different)
                counted = np.bincount(at.focus[counts.take(at.places)], minlength=len(at.nodes))
                return _counted(counted, component == SH.QualifiedMinCountConstraintComponent, limit)
        raise Unjudged

    def conforms(self, node: IdentifiedNode, nodes: Ids) -> Mask:
        """Which of `nodes`, in order and each once, conform to a shape. Raises Unjudged."""
        shape, wrong = self.shapes.by_node[node], np.zeros(len(nodes), np.bool_)
        at = self.reached(shape, nodes)
        for constraint in shape.constraints:
            wrong[self.violations(constraint, at).focus] = True
        return ~wrong

    def _fails(self, component: Node, members: Sequence[IdentifiedNode], ids: Ids) -> Mask:
        conforming = [self.conforms(one, ids) for one in members]
        total: Numbers = sum((one.astype(np.int64) for one in conforming), np.zeros(len(ids), np.int64))
        found: Mask
        if component == SH.NotConstraintComponent:
            found = total > 0
        elif is_conjunction(component):
            found = total < len(members)
        else:
            found = total == 0 if component == SH.OrConstraintComponent else total != 1
        return found

    def _is_instance(self, of: Node) -> Mask:
        """By id."""
        if of not in self._instances:
            instances = self.arrays.instances(int(self.constants.id(RDF.type)))
            marks = np.zeros(self.arrays.terms.size, np.bool_)
            for one in self.below[of]:
                marks[instances.of(one).astype(np.int64)] = True
            self._instances[of] = marks
        return self._instances[of]

    def _repeated_languages(self, at: Reached) -> Violations:
        """One for each language that comes several times."""
        terms = self.arrays.terms
        language, several = terms.language.take(at.value), len(terms.languages) + 1
        is_tagged = (language >= 0) & (language != terms.languages.get("", -1))
        keys = np.sort(at.focus[is_tagged] * several + language[is_tagged])
        return Violations(np.unique(keys[1:][keys[1:] == keys[:-1]]) // several)

    def _paired(self, component: Node, predicate: Node, at: Reached) -> Violations:
        other = Walker(self.arrays, self.constants).single(int(self.constants.id(predicate)), at.nodes)
        if component in (SH.EqualsConstraintComponent, SH.DisjointConstraintComponent):
            one, two = ((each.focus << 32) | each.value for each in (at, other))
            apart = component == SH.EqualsConstraintComponent
            found = (np.setxor1d if apart else np.intersect1d)(one, two, assume_unique=True)
            return Violations(found >> 32, (found & 0xFFFFFFFF).astype(np.uint32))
        # Each value beside each of the other predicate's, of the same focus node.
        first, repeated = np.cumsum(other.counts) - other.counts, other.counts.take(at.focus)
        focus, value = np.repeat(at.focus, repeated), np.repeat(at.value, repeated)
        against = other.value.take(ranges(first.take(at.focus), repeated))
        inclusive = component == SH.LessThanOrEqualsConstraintComponent
        is_less = array_tests.less(value, against, self.arrays.terms, or_equal=inclusive)
        return Violations(focus[~is_less], value[~is_less])

    def _opened(self, allowed: set[int], nodes: Ids) -> Violations:
        """One for each triple of another predicate."""
        walker = Walker(self.arrays, self.constants)
        found = [(one, walker.single(one, nodes)) for one in self.arrays.triples.predicates - allowed]
        if not found:
            return Violations(np.zeros(0, np.int64))
        return Violations(
            np.concatenate([at.focus for _, at in found]),
            np.concatenate([at.value for _, at in found]),
            np.concatenate([np.full(len(at.focus), one, np.uint32) for one, at in found]),
        )


_MIN_COUNT = SH.MinCountConstraintComponent
_OF_VALUES = (ValueTest, Instance, Nested, Logical, UniqueLanguages)
"""What holds where there are no values."""
_NOTHING: Mask = np.zeros(0, np.bool_)
_NO_PLACES: Numbers = np.zeros(0, np.int64)


def _values(at: Reached, are_wrong: Mask) -> Violations:
    """Those that have one of the `different` values that are wrong."""
    if not any_of(are_wrong):
        return Violations(_NO_PLACES, at.value[:0])
    is_wrong = are_wrong.take(at.places)
    return Violations(at.focus[is_wrong], at.value[is_wrong])


def _nodes(is_wrong: Mask) -> Violations:
    return Violations(is_wrong.nonzero()[0])


def _counted(counts: Numbers, is_minimum: bool, limit: int) -> Violations:
    return _nodes(counts < limit if is_minimum else counts > limit)
