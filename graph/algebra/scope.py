"""Which variables a pattern mentions, and where what it reads is bound within itself."""

from collections.abc import Iterator

from graph.algebra.plan import (
    Call,
    Constant,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Group,
    Inline,
    Join,
    LeftJoin,
    Minus,
    Named,
    Node,
    Order,
    Pattern,
    Project,
    Slice,
    Triples,
    Union,
    Var,
)


def mentioned(pattern: Pattern) -> frozenset[str]:
    """Variables that a value from outside could be put in for: those inside a sub-select that it does not
    project are others of the same name."""
    return frozenset(_of_pattern(pattern))


def mentioned_in(expression: Expression) -> frozenset[str]:
    return frozenset(_of_expression(expression))


def in_scope(pattern: Pattern) -> tuple[Var, ...]:
    """The variables that a pattern may bind (§18.2.1), in the order in which they are written; none that only
    a filter or the right side of MINUS mentions."""
    return tuple(one for one in dict.fromkeys(_bound_by(pattern)) if not one.name.startswith("_:"))


def _bound_by(pattern: Pattern) -> Iterator[Var]:
    match pattern:
        case Triples(triples):
            nodes = (node for one in triples for node in (one.s, one.p, one.o))
            yield from (node for node in nodes if isinstance(node, Var))
        case Join(left, right) | Union(left, right) | LeftJoin(left, right):
            yield from _bound_by(left)
            yield from _bound_by(right)
        case Extend(inner, variable):
            yield from _bound_by(inner)
            yield variable
        case Inline(variables) | Project(_, variables):
            yield from variables
        case Named(graph, inner):
            yield from (one for one in [graph] if isinstance(one, Var))
            yield from _bound_by(inner)
        case Group(_, keys, aggregates):
            yield from (*keys, *(one.result for one in aggregates))
        case Filter(inner) | Minus(inner) | Distinct(inner) | Slice(inner) | Order(inner):
            yield from _bound_by(inner)


def exists_in(expression: Expression) -> Iterator[Exists]:
    """The EXISTS of an expression, but not those inside their patterns."""
    match expression:
        case Exists():
            yield expression
        case Call(_, arguments):
            for argument in arguments:
                yield from exists_in(argument)


def certain(pattern: Pattern) -> frozenset[str] | None:
    """The variables that every solution binds, where the pattern consists of triples, joins, unions and
    filters that read such variables only; None for any other pattern.

    Of such a pattern the solutions for values from outside are those of its own with these values.
    """
    match pattern:
        case Triples(triples):
            nodes = (node for one in triples for node in (one.s, one.p, one.o))
            return frozenset(node.name for node in nodes if isinstance(node, Var))
        case Join(left, right) | Union(left, right):
            first, second = certain(left), certain(right)
            if first is None or second is None:
                return None
            return first | second if isinstance(pattern, Join) else first & second
        case Filter(inner, condition):
            bound = certain(inner)
            if bound is None or not mentioned_in(condition) <= bound or any(exists_in(condition)):
                return None
            return bound
        case _:
            return None


def _of_pattern(pattern: Pattern) -> Iterator[str]:
    match pattern:
        case Triples(triples):
            for one in triples:
                yield from _of_nodes(*(node for node in (one.s, one.p, one.o) if isinstance(node, Var)))
        case Join(left, right) | Union(left, right) | Minus(left, right):
            yield from _of_pattern(left)
            yield from _of_pattern(right)
        case LeftJoin(left, right, condition):
            yield from _of_pattern(left)
            yield from _of_pattern(right)
            if condition is not None:
                yield from _of_expression(condition)
        case Filter(inner, condition):
            yield from _of_pattern(inner)
            yield from _of_expression(condition)
        case Extend(inner, variable, expression):
            yield from _of_pattern(inner)
            yield variable.name
            yield from _of_expression(expression)
        case Inline(variables, _):
            yield from (variable.name for variable in variables)
        case Named(graph, inner):
            yield from _of_nodes(graph)
            yield from _of_pattern(inner)
        case Project(_, variables):
            yield from (variable.name for variable in variables)
        case Distinct(inner) | Slice(inner):
            yield from _of_pattern(inner)
        case Order(inner, conditions):
            yield from _of_pattern(inner)
            for expression, _ in conditions:
                yield from _of_expression(expression)
        case Group(inner, keys, _):
            yield from _of_pattern(inner)
            yield from (variable.name for variable in keys)


def _of_expression(expression: Expression) -> Iterator[str]:
    match expression:
        case Var(name):
            yield name
        case Constant():
            return
        case Call(_, arguments):
            for argument in arguments:
                yield from _of_expression(argument)
        case Exists(pattern):
            yield from _of_pattern(pattern)


def _of_nodes(*nodes: Node) -> Iterator[str]:
    yield from (node.name for node in nodes if isinstance(node, Var))
