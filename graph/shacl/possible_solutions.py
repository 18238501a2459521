"""Which solutions the query of a constraint may have, told from arrays.

No solution is ever left out; some that are none may be let in. Where none is left, the constraint holds, and
DuckDB, which takes some 30 ms to plan such a query, need not be asked.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

import numpy as np

from graph.algebra.plan import (
    Call,
    Constant,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Join,
    LeftJoin,
    Minus,
    Node,
    Order,
    Pattern,
    Project,
    Triple,
    Triples,
    Union,
    Var,
)
from graph.shacl import asking
from graph.shacl.array_tests import Unjudged
from graph.shacl.arrays import Arrays
from graph.shacl.ids import Ids, Mask, Numbers, any_of, every
from graph.shacl.mentioned import asks_pattern, bound, conjuncts, mentioned, needed, told_by, variables
from graph.shacl.model import Query
from graph.shacl.possible_texts import UNBOUND
from graph.shacl.possible_truth import Truth
from graph.shacl.possible_values import Evaluation, identified
from graph.shacl.terms import Constants
from graph.shacl.walking import Walker, ranges


@dataclass(frozen=True, slots=True)
class Around:
    """What is around a pattern: variables that stand for one node, as `$this` does; those that the whole
    pattern may bind; the predicates that variables can be."""

    fixed: Set[str]
    bound: Set[str]
    allowed: Mapping[str, list[int]] = field(default_factory=dict)


_MOST = 30_000_000
_ROW = "#row"


@dataclass(frozen=True, slots=True)
class Solutions:
    """`nodes` are the ids of variables in each; `derived`, what others are bound to; `hidden`, those of which
    it is not known. Where they are `exact`, each is a solution."""

    rows: int
    nodes: Mapping[str, Ids]
    derived: Mapping[str, Expression] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    exact: bool = True

    def of(self, places: Numbers | Mask) -> "Solutions":
        nodes = {name: ids[places] for name, ids in self.nodes.items()}
        rows = int(np.count_nonzero(places)) if places.dtype == np.bool_ else len(places)
        return Solutions(rows, nodes, self.derived, self.hidden, self.exact)

    def where(self, name: str, ids: Ids) -> "Solutions":
        return Solutions(self.rows, {**self.nodes, name: ids}, self.derived, self.hidden, self.exact)


@dataclass(frozen=True, slots=True)
class Asked:
    arrays: Arrays
    constants: Constants

    def about(self, query: Query, focus: Ids) -> Solutions:
        """The solutions that a query may have about its focus nodes. Raises Unjudged."""
        if query.is_ask or query.parameters or "currentShape" in query.text:
            raise Unjudged
        pattern = asking.compiled(query).plan.query.pattern
        around = Around(frozenset({"this"}), bound(pattern))
        return self.solutions(pattern, Solutions(len(focus), {"this": focus}), around)

    def solutions(self, pattern: Pattern, given: Solutions, around: Around) -> Solutions:
        """Of a pattern, with the variables that are given."""
        match pattern:
            case Project(inner, outermost=True) | Distinct(inner) | Order(inner):
                return self.solutions(inner, given, around)
            case Triples(triples):
                return self._triples(list(triples), given, around)
            case Join(left, right):
                return self.solutions(right, self.solutions(left, given, around), around)
            case Minus(left):
                return replace(self.solutions(left, given, around), exact=False)
            case Union(left, right):
                return _together(self.solutions(left, given, around), self.solutions(right, given, around))
            case Extend(inner, variable, expression):
                found = self.solutions(inner, given, around)
                if not variables(expression) <= bound(inner) | around.fixed or variable.name in found.nodes:
                    raise Unjudged
                if (ids := self._named(expression, found)) is not None:
                    return found.where(variable.name, ids)
                # It is evaluated later: what is bound only then must not be seen in it.
                later = told_by(expression) - set(found.nodes) - set(found.derived)
                if not later.isdisjoint(around.bound):
                    raise Unjudged
                return replace(found, derived={**found.derived, variable.name: expression})
            case Filter(inner, condition):
                more = {**around.allowed, **dict(self._allowed(condition))}
                found = self.solutions(inner, given, replace(around, allowed=more))
                if not variables(condition) <= bound(inner) | around.fixed:
                    return replace(found, exact=False)
                for one in conjuncts(condition):
                    truth = self._truth(found, one, around)
                    found = replace(found.of(truth.may), exact=found.exact and truth.is_certain)
                return found
            case LeftJoin(left, right, condition):
                return self._optional(self.solutions(left, given, around), right, condition, around)
        raise Unjudged

    def _optional(
        self, base: Solutions, right: Pattern, condition: Expression | None, around: Around
    ) -> Solutions:
        numbered = base.where(_ROW, np.arange(base.rows, dtype=np.uint32))
        more = self.solutions(right, replace(numbered, exact=True), replace(around, allowed={}))
        certain = np.full(more.rows, more.exact)
        if condition is not None:
            truth = self._truth(more, condition, around)
            certain = (certain & ~truth.may_not & ~np.asarray(truth.may_fail))[truth.may]
            more = more.of(truth.may)
        alone = np.ones(base.rows, np.bool_)
        alone[more.nodes[_ROW][certain]] = False
        nodes = {name: ids for name, ids in more.nodes.items() if name != _ROW}
        found = _together(replace(more, nodes=nodes), base.of(alone))
        return replace(found, exact=base.exact and bool(certain.all()))

    def _truth(self, given: Solutions, condition: Expression, around: Around) -> Truth:
        def exists(one: Exists) -> Truth:
            found = self._exists(one.pattern, given, around)
            return ~found if one.negated else found

        rows, nodes, places = given.rows, given.nodes, None
        names = needed(condition, given.derived)
        if len(names) == 1 and not asks_pattern(condition, given.derived) and names <= set(nodes):
            # Of solutions with the same node one is looked at.
            (name,) = names
            distinct = self.arrays.distinct(nodes[name])
            places = self.arrays.places(nodes[name], distinct)
            rows, nodes = len(distinct), {name: distinct}
        evaluation = Evaluation(self.arrays, self.constants, rows, nodes, given.derived, exists)
        try:
            truth = evaluation.truth(condition)
        except Unjudged:
            return Truth.everywhere(given.rows, True, True)
        return truth if places is None else truth.at(places)

    def _exists(self, pattern: Pattern, given: Solutions, around: Around) -> Truth:
        shared = sorted(mentioned(pattern) & set(given.nodes))
        if any(any_of(given.nodes[name] == UNBOUND) for name in shared):
            raise Unjudged
        if mentioned(pattern) & (set(given.derived) | given.hidden):
            raise Unjudged
        rows, places = given.rows, np.arange(given.rows)
        nodes = {name: given.nodes[name] for name in shared}
        if len(shared) == 1:
            # Of solutions with the same node one is asked.
            (name,) = shared
            distinct = self.arrays.distinct(given.nodes[name])
            rows, places = len(distinct), self.arrays.places(given.nodes[name], distinct)
            nodes = {name: distinct}
        asked = Solutions(rows, nodes | {_ROW: np.arange(rows, dtype=np.uint32)})
        inside = Around(around.fixed | set(shared), around.bound | bound(pattern))
        found = self.solutions(pattern, asked, inside)
        may = np.zeros(rows, np.bool_)
        may[found.nodes[_ROW]] = True
        may_not = ~may if found.exact else np.ones(rows, np.bool_)
        return Truth(may.take(places), may_not.take(places))

    def _allowed(self, condition: Expression) -> Iterator[tuple[str, list[int]]]:
        for part in conjuncts(condition):
            match part:
                case Call("IN", (Var(name), *members)) if all(isinstance(one, Constant) for one in members):
                    iris = [one for one in members if isinstance(one, Constant) and one.datatype is None]
                    ids = [self._id(one) for one in iris]
                    yield name, [one for one in ids if one is not None]

    def _named(self, one: Expression, given: Solutions) -> Ids | None:
        """The nodes that an IRI or a variable stands for in each solution."""
        match one:
            case Var(name):
                return given.nodes.get(name)
            case Constant(_, None) if (number := self._id(one)) is not None:
                return np.broadcast_to(np.uint32(number), given.rows)
        return None

    def _id(self, one: Constant) -> int | None:
        return identified(one, self.arrays, self.constants)

    def _triples(self, waiting: list[Triple], given: Solutions, around: Around) -> Solutions:
        names = {node.name for one in waiting for node in (one.s, one.p, one.o) if isinstance(node, Var)}
        if not names.isdisjoint({*given.derived, *given.hidden}):
            raise Unjudged
        while waiting:
            connected = [
                one for one in waiting if self._is_known(one.s, given) or self._is_known(one.o, given)
            ]
            if not connected:
                raise Unjudged
            outgoing = [one for one in connected if self._is_known(one.s, given)]
            following = (outgoing or connected)[0]
            waiting.remove(following)
            given = self._followed(following, given, around)
        return given

    def _is_known(self, node: Node, given: Solutions) -> bool:
        return isinstance(node, Var) and node.name in given.nodes

    def _followed(self, triple: Triple, given: Solutions, around: Around) -> Solutions:
        match triple.p:
            case Constant() as predicate:
                number = self._id(predicate)
                return self._led(triple, given, -1 if number is None else number)
            case Var(name) if name not in given.nodes:
                some = around.allowed.get(name, sorted(self.arrays.triples.predicates))
                parts = [
                    led.where(name, np.broadcast_to(np.uint32(one), led.rows))
                    for one in some
                    for led in [self._led(triple, given, one)]
                ]
                if not parts:
                    raise Unjudged
                found = parts[0]
                for part in parts[1:]:
                    found = _together(found, part)
                return found
        raise Unjudged

    def _led(self, triple: Triple, given: Solutions, predicate: int) -> Solutions:
        """The solutions, led on along a predicate from that end of a triple which is known."""
        walker, triples = Walker(self.arrays, self.constants), self.arrays.triples
        start, end = triple.s, triple.o
        is_forward = self._is_known(start, given)
        if not is_forward:
            start, end = end, start
        if not isinstance(start, Var):
            raise Unjudged
        ids = given.nodes[start.name]
        if any_of(ids == UNBOUND):
            raise Unjudged
        nodes = self.arrays.distinct(ids)
        starts, ends = triples.forward(predicate) if is_forward else triples.backward(predicate)
        step = walker.along(starts, ends, nodes)
        if nodes is ids:
            is_one_each = len(step.focus) == len(ids) and every(step.focus[1:] > step.focus[:-1])
            return self._ended(end, step.value, given if is_one_each else given.of(step.focus))
        first, places = np.cumsum(step.counts) - step.counts, self.arrays.places(ids, nodes)
        repeated = step.counts.take(places)
        if repeated.sum() > _MOST:
            raise Unjudged
        met = step.value.take(ranges(first.take(places), repeated))
        found = given.of(np.repeat(np.arange(given.rows), repeated))
        return self._ended(end, met, found)

    def _ended(self, end: Node, met: Ids, found: Solutions) -> Solutions:
        """Those whose triple ends at `end`."""
        if isinstance(end, Constant):
            wanted = self._id(end)
            return found.of(met == wanted) if wanted is not None else found.of(np.zeros(found.rows, np.bool_))
        if end.name not in found.nodes:
            return found.where(end.name, met)
        if any_of(found.nodes[end.name] == UNBOUND):
            raise Unjudged
        return found.of(found.nodes[end.name] == met)


def _together(one: Solutions, other: Solutions) -> Solutions:
    """Those of both, one after the other."""
    both = set(one.derived) | set(other.derived)
    derived = {name: one.derived[name] for name in both if one.derived.get(name) == other.derived.get(name)}
    names = [*one.nodes, *(name for name in other.nodes if name not in one.nodes)]
    nodes = {
        name: np.concatenate(
            [each.nodes.get(name, np.full(each.rows, UNBOUND, np.uint32)) for each in (one, other)]
        )
        for name in names
    }
    hidden = one.hidden | other.hidden | (both - set(derived))
    return Solutions(one.rows + other.rows, nodes, derived, hidden, one.exact and other.exact)
