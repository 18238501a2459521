"""Which variables the solutions of a pattern may bind, and which they all bind (SPARQL 1.1 §18.2.1).

Blank nodes of the query are variables here: they join the triples of one pattern.
"""

from graph.algebra.plan import (
    Distinct,
    Extend,
    Filter,
    Group,
    Inline,
    Join,
    LeftJoin,
    Minus,
    Named,
    Order,
    Pattern,
    Project,
    Slice,
    Triples,
    Union,
    Var,
)

Names = frozenset[str]


def possible(pattern: Pattern) -> Names:
    """The variables that some solution may bind."""
    match pattern:
        case Triples():
            return _of_triples(pattern)
        case Join(left, right) | Union(left, right) | LeftJoin(left, right):
            return possible(left) | possible(right)
        case Extend(inner, variable):
            return possible(inner) | {variable.name}
        case Inline(variables) | Project(_, variables):
            return frozenset(one.name for one in variables)
        case Named(graph, inner):
            return possible(inner) | _names(graph)
        case Group(_, keys, aggregates):
            return frozenset(one.name for one in keys) | {one.result.name for one in aggregates}
        case Filter(inner) | Minus(inner) | Distinct(inner) | Slice(inner) | Order(inner):
            return possible(inner)


def certain(pattern: Pattern) -> Names:
    """Variables that every solution binds."""
    match pattern:
        case Triples():
            return _of_triples(pattern)
        case Join(left, right):
            return certain(left) | certain(right)
        case Union(left, right):
            return certain(left) & certain(right)
        case Inline(variables, rows):
            columns = enumerate(variables)
            return frozenset(
                one.name for place, one in columns if all(row[place] is not None for row in rows)
            )
        case Named(graph, inner):
            return certain(inner) | _names(graph)
        case Project(inner, variables):
            return certain(inner) & {one.name for one in variables}
        case Group(inner, keys):
            return certain(inner) & {one.name for one in keys}
        # An expression of BIND may have no value.
        case Extend(inner) | LeftJoin(inner) | Filter(inner) | Minus(inner):
            return certain(inner)
        case Distinct(inner) | Slice(inner) | Order(inner):
            return certain(inner)


def _of_triples(pattern: Triples) -> Names:
    return frozenset[str]().union(*(_names(one.s, one.p, one.o) for one in pattern.triples))


def _names(*nodes: object) -> Names:
    return frozenset(one.name for one in nodes if isinstance(one, Var))
