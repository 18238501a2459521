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
from graph.shacl.arrays import Arrays, Ids, Mask, Numbers
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
            return Reached(np.arange(len(nodes)), nodes)
        return Walker(self.arrays, self.constants).values(shape.path, nodes)

    def violators(self, constraint: Constraint, nodes: Ids, at: Reached) -> Mask:
        """Which of the focus nodes `nodes`, whose value nodes are `at`, violate a constraint of a shape.

        What `nodes` violate of a property shape within is told by `Nested`. Raises Unjudged.
        """
        match constraint:
            case ValueTest():
                wrong = array_tests.violated(constraint, at.value, self.arrays, self.constants)
                return _of(nodes, at.focus[wrong])
            case Count(component, limit):
                return _counted(_tally(nodes, at.focus), component == SH.MinCountConstraintComponent, limit)
            case Instance(_, of):
                return _of(nodes, at.focus[~self._is_instance(of)[at.value]])
            case HasValue(_, value):
                return ~_of(nodes, at.focus[at.value == int(self.constants.id(value))])
            case UniqueLanguages():
                return self._repeats_language(nodes, at)
            case Pair(component, predicate):
                return self._paired(component, predicate, nodes, at)
            case Closed(_, allowed):
                return self._opened({int(self.constants.id(one)) for one in allowed}, nodes)
            case Nested(_, inner):
                return _of(nodes, at.focus[~self._conforms_each(inner, at.value)])
            case Logical(component, members):
                return _of(nodes, at.focus[self._fails(component, members, at.value)])
            case Qualified(component, inner, limit, siblings):
                counts = self._conforms_each(inner, at.value)
                for sibling in siblings:
                    counts &= ~self._conforms_each(sibling, at.value)
                least = component == SH.QualifiedMinCountConstraintComponent
                return _counted(_tally(nodes, at.focus[counts]), least, limit)
        raise Unjudged

    def conforms(self, node: IdentifiedNode, nodes: Ids) -> Mask:
        """Which of `nodes`, in order and each once, conform to a shape. Raises Unjudged."""
        shape, wrong = self.shapes.by_node[node], np.zeros(len(nodes), np.bool_)
        at = self.reached(shape, nodes)
        for constraint in shape.constraints:
            wrong |= self.violators(constraint, nodes, at)
        return ~wrong

    def _conforms_each(self, node: IdentifiedNode, ids: Ids) -> Mask:
        """As `conforms`, of nodes in any order."""
        distinct = self.arrays.distinct(ids)
        if not len(distinct):
            return np.zeros(0, np.bool_)
        found: Mask = self.conforms(node, distinct)[self.arrays.places(ids, distinct)]
        return found

    def _fails(self, component: Node, members: Sequence[IdentifiedNode], ids: Ids) -> Mask:
        conforming = [self._conforms_each(one, ids) for one in members]
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
            s, o = self.arrays.triples.forward(int(self.constants.id(RDF.type)))
            marks = np.zeros(self.arrays.terms.size, np.bool_)
            marks[s[self.arrays.among(o, self.below[of])]] = True
            self._instances[of] = marks
        return self._instances[of]

    def _repeats_language(self, nodes: Ids, at: Reached) -> Mask:
        terms = self.arrays.terms
        none = terms.languages.get("", -1)
        language = terms.language[at.value]
        is_tagged = (language >= 0) & (language != none)
        keys = at.focus[is_tagged] * (len(terms.languages) + 1) + language[is_tagged]
        keys.sort()
        return _of(nodes, keys[1:][keys[1:] == keys[:-1]] // (len(terms.languages) + 1))

    def _paired(self, component: Node, predicate: Node, nodes: Ids, at: Reached) -> Mask:
        other = Walker(self.arrays, self.constants).single(int(self.constants.id(predicate)), nodes)
        if component in (SH.EqualsConstraintComponent, SH.DisjointConstraintComponent):
            one, two = ((each.focus << 32) | each.value for each in (at, other))
            apart = component == SH.EqualsConstraintComponent
            found = np.setxor1d(one, two) if apart else np.intersect1d(one, two)
            return _of(nodes, found >> 32)
        # Each value beside each of the other predicate's, of the same focus node.
        counts = _tally(nodes, other.focus)
        first, repeated = np.cumsum(counts) - counts, counts[at.focus]
        focus, value = np.repeat(at.focus, repeated), np.repeat(at.value, repeated)
        against = other.value[ranges(first[at.focus], repeated)]
        inclusive = component == SH.LessThanOrEqualsConstraintComponent
        is_less = array_tests.less(value, against, self.arrays.terms, or_equal=inclusive)
        return _of(nodes, focus[~is_less])

    def _opened(self, allowed: set[int], nodes: Ids) -> Mask:
        """Those that have a triple of another predicate."""
        found, walker = np.zeros(len(nodes), np.bool_), Walker(self.arrays, self.constants)
        for predicate in self.arrays.triples.predicates - allowed:
            found |= _of(nodes, walker.single(predicate, nodes).focus)
        return found


def _of(nodes: Ids, places: Numbers) -> Mask:
    found = np.zeros(len(nodes), np.bool_)
    found[places] = True
    return found


def _tally(nodes: Ids, places: Numbers) -> Numbers:
    return np.bincount(places, minlength=len(nodes))


def _counted(counts: Numbers, is_minimum: bool, limit: int) -> Mask:
    return counts < limit if is_minimum else counts > limit
