"""Which engines answer a query exactly as the data is written and the recommendation says."""

import dataclasses
from collections.abc import Collection, Iterator

from graph.algebra.numbers import of_constant
from graph.algebra.plan import (
    Aggregate,
    Alternative,
    Call,
    Constant,
    Distinct,
    Exists,
    Group,
    Inline,
    Minus,
    Named,
    Negated,
    Order,
    Pattern,
    Project,
    Query,
    Repeated,
    Slice,
    Triple,
    Var,
)
from graph.columns.schema import XSD
from graph.columns.typed import DERIVED_INTEGERS
from graph.sparql.wire import Exact

FREE = "SAMPLE may be any of its values (§18.5.1.8)"
"""Why Oxigraph is not asked what engines may answer differently."""


def exact(query: Query, rewritten: Collection[str]) -> Exact:
    """`rewritten` are the predicates of which Oxigraph writes some literals in another form than they had.

    One engine alone answers where the two might differ, so that no answer depends on which was faster:
    - the columns, for the literals of those predicates, and for GROUP_CONCAT, whose result Oxigraph 0.5 gives
      the language of its values (SPARQL 1.1 §18.5.1.7 makes it a simple literal), and for a variable graph of
      which Oxigraph 0.5 binds the variable too late (oxigraph#1758);
    - Oxigraph, for what is said of one named thing, whatever the predicate: a look-up, for which columns are
      slow; and for a page of solutions in no order, of which the next would come from elsewhere.
    """
    found = list(parts(query.pattern))
    named = {one.value for one in found if isinstance(one, Constant)}
    if misread(query):
        return "columns"
    if named & set(rewritten):
        return "columns"
    if rewritten and (whole := [one for one in found if isinstance(one, Triple) and _is_open(one)]):
        looked_up = all(isinstance(one.s, Constant) or isinstance(one.o, Constant) for one in whole)
        return "oxigraph" if looked_up else "columns"
    return "oxigraph" if _is_page(query.pattern) else "both"


def misread(query: Query) -> str:
    """What of a query Oxigraph 0.5 evaluates otherwise than the recommendation says; empty where nothing."""
    if _counts(query) and _has_alternatives(query.pattern):
        return "a path of alternatives gives a pair once that several of them have (§18.4)"
    found = list(parts(query.pattern))
    if any(map(_is_sample, found)):
        return FREE
    if any(_compares_alike(one, found) for one in found):
        return "<= and >= of a term that has no order, like an IRI, with itself (§17.3)"
    return next(filter(None, map(_misread, found)), "")


def _misread(part: object) -> str:
    match part:
        case Aggregate(function="GROUPCONCAT"):
            return "GROUP_CONCAT has the language of its values (§18.5.1.7)"
        case Call("TZ" | "TIMEZONE"):
            return "a date has no time zone to tell, a dateTime has (§17.4.5)"
        case Constant(datatype=str() as datatype) if (
            datatype.removeprefix(XSD) in DERIVED_INTEGERS and of_constant(part) is None
        ):
            return "an integer is out of the range of its datatype (XML Schema 1.1 Part 2, §3.4)"
        case Call("IN" | "NOT IN", (_,)):
            return "a value is in no empty list (§17.4.1.9)"
        case Group(inner, _, aggregates) if any(
            one.expression is None and one.distinct for one in aggregates
        ) and any(isinstance(one, Var) and one.name.startswith("_:") for one in parts(inner)):
            return "COUNT(DISTINCT *) counts solutions, in which blank nodes of the pattern are not (§18.3)"
        case Named(Var() as graph, inner) if any(
            one == graph or isinstance(one, Minus | Project) for one in parts(inner)
        ):
            return "GRAPH binds its variable too late (oxigraph#1758)"
        case _:
            return ""


def _is_sample(part: object) -> bool:
    """HAVING that names a variable which is no key means a sample of it too (§18.2.4.1)."""
    match part:
        case Aggregate(function="SAMPLE", expression=expression):
            return not isinstance(expression, Constant)
        case _:
            return False


def _compares_alike(part: object, found: list[object]) -> bool:
    """Whether `<=` may meet the same term on both sides, and one that has no order: where the query gives one
    side, that is known to have one."""
    if not isinstance(part, Call) or part.name not in ("<=", ">="):
        return False
    given = [one for one in found if isinstance(one, Inline)]
    return not any(_is_ordered_value(one, given) for one in part.arguments)


def _is_ordered_value(one: object, given: list[Inline]) -> bool:
    match one:
        case Constant(datatype=str(), language=None):
            return True
        case Call(name):
            return name in _ORDERED or name.startswith(XSD)
        case Var():
            cells = [
                row[inline.variables.index(one)]
                for inline in given
                if one in inline.variables
                for row in inline.rows
            ]
            return bool(cells) and all(_is_ordered_value(cell, []) for cell in cells)
        case _:
            return False


_ORDERED = {
    *("+", "-", "*", "/", "NEGATE", "PLUS", "ABS", "CEIL", "FLOOR", "ROUND", "STRLEN", "RAND", "NOW"),
    *("YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS"),
    *("&&", "||", "!", "=", "!=", "<", "<=", ">", ">=", "IN", "NOT IN", "BOUND", "SAMETERM"),
    *(
        "ISIRI",
        "ISBLANK",
        "ISLITERAL",
        "ISNUMERIC",
        "LANGMATCHES",
        "CONTAINS",
        "STRSTARTS",
        "STRENDS",
        "REGEX",
    ),
    *("STR", "LANG", "ENCODE_FOR_URI", "STRUUID", "MD5", "SHA1", "SHA256", "SHA384", "SHA512"),
}
"""Functions that give a number, a boolean, a time or a plain string, or an error."""


def _counts(query: Query) -> bool:
    """Whether it matters how often a solution is there: each makes blank nodes of its own."""
    has_blank = any(isinstance(one, Var) and one.name.startswith("_:") for one in parts(query.template))
    is_set = (query.form != "SELECT" and not has_blank) or isinstance(query.pattern, Distinct)
    return not is_set or any(isinstance(one, Group | Slice) for one in parts(query.pattern))


def _has_alternatives(value: object) -> bool:
    """Whether a path gives a pair once for each of several ways; repeated ones give each once anyway."""
    match value:
        case Alternative():
            return True
        case Repeated() | Exists():
            return False
        case tuple():
            return any(map(_has_alternatives, value))
        case _ if dataclasses.is_dataclass(value):
            return any(_has_alternatives(getattr(value, one.name)) for one in dataclasses.fields(value))
        case _:
            return False


_BY_VALUE = ("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "IN", "NOT IN")


def written(query: Query) -> Iterator[Constant]:
    """The typed literals of a query whose form may show: not those that are only compared or counted with."""
    yield from _written((query.pattern, query.template))


def _written(value: object) -> Iterator[Constant]:
    match value:
        case Constant(datatype=str()):
            yield value
        case Call(name, arguments) if name in _BY_VALUE:
            yield from _written(tuple(one for one in arguments if not isinstance(one, Constant)))
        case tuple():
            for one in value:
                yield from _written(one)
        case _ if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                yield from _written(getattr(value, field.name))


def parts(value: object) -> Iterator[object]:
    """Everything of a plan, nested things too."""
    yield value
    if dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from parts(getattr(value, one.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one)


def _is_open(triple: Triple) -> bool:
    """Whether its predicate may be any."""
    return isinstance(triple.p, Var) or any(isinstance(one, Negated) for one in parts(triple.p))


def _is_page(pattern: Pattern) -> bool:
    match pattern:
        case Slice(inner, offset, _):
            return offset > 0 and not _is_ordered(inner)
        case _:
            return False


def _is_ordered(pattern: Pattern) -> bool:
    match pattern:
        case Distinct(inner) | Project(inner):
            return _is_ordered(inner)
        case _:
            return isinstance(pattern, Order)
