"""rdflib's expressions → the plan's."""

from collections.abc import Callable, Mapping
from typing import Any

from rdflib.plugins.sparql.algebra import translateGroupGraphPattern, translatePath, traverse
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Identifier, Variable

from graph.algebra.plan import Call, Constant, Exists, Expression, Pattern, Unsupported, Var
from graph.algebra.reading_terms import constant
from graph.columns.schema import XSD

TRUE = Constant("true", f"{XSD}boolean")
FALSE = Constant("false", f"{XSD}boolean")

_ARGUMENTS = ("arg", "arg1", "arg2", "arg3", "text", "start", "length", "pattern", "replacement", "flags")
_RENAMED = {"URI": "IRI", "ISURI": "ISIRI"}


def expression(
    algebra: Any, pattern: Callable[[CompValue], Pattern], aliases: Mapping[Var, Var]
) -> Expression:
    """`pattern` reads the graph pattern of an EXISTS; `aliases` are other names of variables."""

    def read(one: Any) -> Expression:
        if isinstance(one, Variable):
            return aliases.get(Var(str(one)), Var(str(one)))
        if isinstance(one, Identifier) and not isinstance(one, BNode):
            return constant(one)
        if not isinstance(one, CompValue):
            raise Unsupported(f"the expression {one!r}")
        return _compound(one, read, pattern)

    return read(algebra)


def _compound(
    one: CompValue, read: Callable[[Any], Expression], pattern: Callable[..., Pattern]
) -> Expression:
    name = one.name
    if name in ("ConditionalAndExpression", "ConditionalOrExpression"):
        return _chain(one, "&&" if "And" in name else "||", read)
    if name == "RelationalExpression":
        return _relational(one, read)
    if name in ("AdditiveExpression", "MultiplicativeExpression"):
        result = read(one.expr)
        for operator, other in zip(one.op or (), one.other or (), strict=True):
            result = Call(str(operator), (result, read(other)))
        return result
    if name in ("UnaryNot", "UnaryMinus", "UnaryPlus"):
        return Call({"UnaryNot": "!", "UnaryMinus": "NEGATE", "UnaryPlus": "PLUS"}[name], (read(one.expr),))
    if name == "Function":
        return Call(str(one.iri), tuple(read(each) for each in one.expr or ()))
    if name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        graph = one.graph
        if graph.name in ("GroupGraphPatternSub", "SubSelect") and not graph.translated:
            graph = translateGroupGraphPattern(traverse(graph, visitPost=translatePath))
        return Exists(pattern(graph), name == "Builtin_NOTEXISTS")
    if name.startswith("Builtin_"):
        return _builtin(one, read)
    if name == "TrueFilter":
        return TRUE
    raise Unsupported(f"the expression {name}")


def _chain(one: CompValue, operator: str, read: Callable[[Any], Expression]) -> Expression:
    result = read(one.expr)
    for other in one.other or ():
        result = Call(operator, (result, read(other)))
    return result


def _relational(one: CompValue, read: Callable[[Any], Expression]) -> Expression:
    left = read(one.expr)
    if one.op is None:
        return left
    operator = str(one.op)
    if operator not in ("IN", "NOT IN"):
        return Call(operator, (left, read(one.other)))
    members = [] if isinstance(one.other, Identifier) or one.other is None else list(one.other)
    return Call(operator, (left, *(read(each) for each in members)))


def _builtin(one: CompValue, read: Callable[[Any], Expression]) -> Expression:
    name = one.name.removeprefix("Builtin_").upper()
    arguments: list[Expression] = []
    for key in _ARGUMENTS:
        given = getattr(one, key)
        if given is None:
            continue
        if isinstance(given, list):
            arguments += [read(each) for each in given]
        elif key == "arg" and not isinstance(given, CompValue | Variable) and name in ("CONCAT", "COALESCE"):
            # NIL, an empty list of arguments, is read as rdf:nil.
            continue
        else:
            arguments.append(read(given))
    return Call(_RENAMED.get(name, name), tuple(arguments))
