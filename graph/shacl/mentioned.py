"""Which variables patterns and expressions name, bind and depend on; the parts of a condition.

A plan is kept as long as its query, and asked for the same in every validation: it is found once.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from functools import wraps
from typing import TypeVar

from graph.algebra.plan import (
    Call,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Join,
    LeftJoin,
    Minus,
    Order,
    Pattern,
    Project,
    Triples,
    Union,
    Var,
)

_Part = TypeVar("_Part", Pattern, Expression)
_Told = TypeVar("_Told")


def _kept(tell: Callable[[_Part], _Told]) -> Callable[[_Part], _Told]:
    """What is told of each part of a plan, by its identity: to hash it takes as long as to tell."""
    found: dict[int, tuple[_Part, _Told]] = {}

    @wraps(tell)
    def told(part: _Part) -> _Told:
        if id(part) not in found:
            found[id(part)] = part, tell(part)
        return found[id(part)][1]

    return told


def conjuncts(condition: Expression) -> Iterator[Expression]:
    """What all has to be true for the condition to be."""
    match condition:
        case Call("&&", (a, b)):
            yield from conjuncts(a)
            yield from conjuncts(b)
        case _:
            yield condition


@_kept
def variables(expression: Expression) -> Set[str]:
    """Those that the value depends on; of a pattern those that it shares with what is around it are bound
    there."""
    match expression:
        case Var(name):
            return {name}
        case Call(_, arguments):
            return set().union(*map(variables, arguments)) if arguments else set()
    return set()


def needed(expression: Expression, derived: Mapping[str, Expression]) -> set[str]:
    """The variables that the value depends on in the end."""
    return {
        one
        for name in variables(expression)
        for one in (needed(derived[name], derived) if name in derived else {name})
    }


def asks_pattern(expression: Expression, derived: Mapping[str, Expression]) -> bool:
    names = (name for name in variables(expression) if name in derived)
    return has_pattern(expression) or any(asks_pattern(derived[name], derived) for name in names)


@_kept
def has_pattern(expression: Expression) -> bool:
    match expression:
        case Exists():
            return True
        case Call(_, arguments):
            return any(map(has_pattern, arguments))
    return False


@_kept
def bound(pattern: Pattern) -> Set[str]:
    """The variables that solutions of a pattern may bind."""
    match pattern:
        case Triples(triples):
            nodes = (node for one in triples for node in (one.s, one.p, one.o))
            return {node.name for node in nodes if isinstance(node, Var)}
        case Join(left, right) | LeftJoin(left, right) | Union(left, right):
            return bound(left) | bound(right)
        case Extend(inner, variable):
            return bound(inner) | {variable.name}
        case Filter(inner) | Project(inner) | Distinct(inner) | Order(inner) | Minus(inner):
            return bound(inner)
    return set()


@_kept
def mentioned(pattern: Pattern) -> Set[str]:
    """All variables of a pattern, those of its conditions too."""
    match pattern:
        case Filter(inner, condition):
            return mentioned(inner) | told_by(condition)
        case LeftJoin(left, right, condition):
            found = mentioned(left) | mentioned(right)
            return found if condition is None else found | told_by(condition)
        case Extend(inner, variable, expression):
            return mentioned(inner) | {variable.name} | told_by(expression)
        case Join(left, right) | Union(left, right) | Minus(left, right):
            return mentioned(left) | mentioned(right)
    return bound(pattern)


@_kept
def told_by(expression: Expression) -> Set[str]:
    match expression:
        case Exists(pattern):
            return mentioned(pattern)
        case Call(_, arguments):
            return set().union(*map(told_by, arguments)) if arguments else set()
    return variables(expression)
