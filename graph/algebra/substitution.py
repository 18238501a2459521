"""Terms and paths in the place of variables, as SHACL puts them for `$PATH` and parameters (§5.3.1, §6.3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from graph.algebra.plan import (
    Call,
    Constant,
    Extend,
    Group,
    Inline,
    Link,
    Path,
    Project,
    Query,
    Triple,
    Unsupported,
    Var,
)
from graph.algebra.reading_expressions import TRUE
from graph.columns.schema import RDF_TYPE

Values = Mapping[str, Constant | Path]


def substituted(query: Query, values: Values) -> Query:
    """`query` with values for variables, which then are no longer selected.

    Raises Unsupported where the query itself gives a variable a value, and for a path that does not stand for
    a predicate.
    """
    variables = tuple(one for one in query.variables if one.name not in values)
    pattern, template = _in(query.pattern, values), _in(query.template, values)
    return replace(query, pattern=pattern, variables=variables, template=template)


def openable(query: Query, constants: Iterable[Constant]) -> tuple[Constant, ...]:
    """Those of the constants that the plan of the query does not depend on but by their value or id: not
    predicates, of whose objects more is known, nor classes, which a predicate may imply, nor what regular
    expressions are made of, nor what is no constant in the query at all."""
    found, kept = set(_constants(query, every=True)), set(_constants(query, every=False))
    return tuple(one for one in constants if one in found and one not in kept)


def _constants(node: Any, *, every: bool) -> Iterator[Constant]:
    """All constants, or those that decide what is compiled."""
    match node:
        case Constant():
            if every:
                yield node
        case Triple(s, p, o):
            yield from _constants(s, every=every)
            yield from _constants(p, every=True)
            yield from _constants(o, every=every or p == Constant(RDF_TYPE))
        case Call("REGEX" | "REPLACE", arguments):
            yield from _constants(arguments, every=True)
        case tuple():
            for one in node:
                yield from _constants(one, every=every)
        case _ if is_dataclass(node) and not isinstance(node, type):
            for field in fields(node):
                yield from _constants(getattr(node, field.name), every=every)


def exchanged(node: Any, by: Mapping[Constant, Constant]) -> Any:
    """A plan with other constants in the place of those of `by`."""
    match node:
        case Constant():
            return by.get(node, node)
        case tuple():
            return tuple(exchanged(one, by) for one in node)
        case _ if is_dataclass(node) and not isinstance(node, type):
            return replace(node, **{one.name: exchanged(getattr(node, one.name), by) for one in fields(node)})
        case _:
            return node


def _in(node: Any, values: Values) -> Any:
    match node:
        case Var(name):
            return _term(name, values) if name in values else node
        case tuple():
            return tuple(_in(one, values) for one in node)
        case Triple(s, Var(name), o) if name in values:
            value = values[name]
            predicate = value.predicate if isinstance(value, Link) else value
            return Triple(_in(s, values), predicate, _in(o, values))
        case Call("BOUND", (Var(name),)) if name in values:
            return TRUE
        case Project(inner, variables, outermost):
            kept = tuple(one for one in variables if one.name not in values)
            return Project(_in(inner, values), kept, outermost)
        case Extend(_, Var(name), _) if name in values:
            raise Unsupported(f"BIND to ?{name}, which has a value already")
        case Inline(variables, _) | Group(_, variables, _) if any(one.name in values for one in variables):
            raise Unsupported("VALUES or GROUP BY of a variable that has a value already")
        case _ if is_dataclass(node) and not isinstance(node, type | Constant):
            return replace(node, **{one.name: _in(getattr(node, one.name), values) for one in fields(node)})
        case _:
            return node


def _term(name: str, values: Values) -> Constant:
    value = values[name]
    if isinstance(value, Link):
        return value.predicate
    if not isinstance(value, Constant):
        raise Unsupported(f"a path for ?{name}, which is no predicate")
    return value
