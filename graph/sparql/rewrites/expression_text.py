"""Expressions, paths and terms as text (SPARQL 1.1 §19.8), each in brackets of its own."""

from collections.abc import Callable

from graph.algebra.plan import (
    Alternative,
    Call,
    Constant,
    Exists,
    Expression,
    Inverse,
    Link,
    Negated,
    Path,
    Pattern,
    Repeated,
    Sequence,
    Var,
)
from graph.columns.schema import XSD_STRING

_BETWEEN = frozenset(["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "&&", "||"])
_BEFORE = {"!": "!", "NEGATE": "-", "PLUS": "+"}
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def expression(one: Expression, variable: Callable[[Var], str], group: Callable[[Pattern], str]) -> str:
    """`variable` writes a variable, `group` what is between the braces of EXISTS."""

    def write(part: Expression) -> str:
        match part:
            case Var():
                return variable(part)
            case Constant():
                return term(part)
            case Exists(pattern, negated):
                return f"({'NOT ' if negated else ''}EXISTS {{ {group(pattern)} }})"
            case Call("IN" | "NOT IN" as name, (first, *members)):
                return f"({write(first)} {name} ({', '.join(map(write, members))}))"
            case Call(name, (left, right)) if name in _BETWEEN:
                return f"({write(left)} {name} {write(right)})"
            case Call(name, (only,)) if name in _BEFORE:
                return f"({_BEFORE[name]} {write(only)})"
            case Call(name, arguments):
                function = iri(name) if ":" in name else name
                return f"{function}({', '.join(map(write, arguments))})"

    return write(one)


def predicate(one: Var | Constant | Path, node: Callable[[Var | Constant], str]) -> str:
    match one:
        case Var() | Constant():
            return node(one)
        case Link(name):
            return term(name)
        case Inverse(inner):
            return f"^({predicate(inner, node)})"
        case Sequence(first, second):
            return f"({predicate(first, node)}/{predicate(second, node)})"
        case Alternative(paths):
            return f"({'|'.join(predicate(each, node) for each in paths)})"
        case Negated(names):
            return f"!({'|'.join(map(term, names))})"
        case Repeated(inner, zero, many):
            sign = ("*" if zero else "+") if many else "?"
            return f"({predicate(inner, node)}){sign}"


def term(one: Constant) -> str:
    if one.datatype is None:
        return iri(one.value)
    text = quoted(one.value)
    if one.language is not None:
        return f"{text}@{one.language}"
    return text if one.datatype == XSD_STRING else f"{text}^^{iri(one.datatype)}"


def iri(value: str) -> str:
    return f"<{value}>"


def quoted(value: str) -> str:
    return f'"{value.translate(_ESCAPES)}"'


def escaped(one: Constant) -> str:
    """What stands between the brackets of an IRI, or the quotes of a literal."""
    return one.value if one.datatype is None else one.value.translate(_ESCAPES)
