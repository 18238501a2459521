"""SQL for what one value node alone can violate (SHACL §4.1, §4.3, §4.4, §4.8.3).

The expressions read a row `t` of `terms`, the value node's; they are true for a violation and never NULL.
"""

from collections.abc import Callable, Mapping
from functools import cache

from rdflib import SH, URIRef
from rdflib.term import Node

from graph import algebra
from graph.algebra import regex
from graph.columns import lexical
from graph.columns.connection import quote
from graph.columns.schema import LANG_STRING, XSD
from graph.columns.typed import DERIVED_INTEGERS
from graph.shacl.model import ValueTest
from graph.shacl.ordering import Operand, less

VALUE = Operand.of("t")
_IS_BLANK = "(t.datatype IS NULL AND starts_with(t.value, '_:'))"
_IS_IRI = "(t.datatype IS NULL AND NOT starts_with(t.value, '_:'))"
_IS_LITERAL = "(t.datatype IS NOT NULL)"
_KINDS: Mapping[Node, str] = {
    SH.IRI: _IS_IRI,
    SH.BlankNode: _IS_BLANK,
    SH.Literal: _IS_LITERAL,
    SH.BlankNodeOrIRI: "(t.datatype IS NULL)",
    SH.BlankNodeOrLiteral: f"({_IS_LITERAL} OR {_IS_BLANK})",
    SH.IRIOrLiteral: f"NOT {_IS_BLANK}",
}
NUMBERED = ("integer", "decimal", "double", "float", "boolean", *DERIVED_INTEGERS)
LEXICAL = {
    "dateTime": lexical.DATE_TIME,
    "dateTimeStamp": lexical.DATE_TIME.removesuffix("?"),
    "date": lexical.DATE,
    "time": lexical.TIME,
    "gYearMonth": lexical.YEAR_MONTH,
    "gYear": lexical.YEAR,
    "gMonthDay": lexical.MONTH_DAY,
    "gMonth": lexical.MONTH,
    "gDay": lexical.DAY,
    "hexBinary": "([0-9a-fA-F]{2})*",
    "duration": r"-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?",
    "dayTimeDuration": r"-?P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?",
    "yearMonthDuration": "-?P([0-9]+Y)?([0-9]+M)?",
    "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
}


translated = cache(regex.translate)
"""Of our patterns it takes 50 ms, and they are asked for again and again."""


def compiles(test: ValueTest) -> bool:
    """False for a pattern that RE2 cannot answer as SPARQL does."""
    if test.component != SH.PatternConstraintComponent:
        return True
    try:
        translated(str(test.parameter), test.flags)
    except algebra.Unsupported:
        return False
    return True


def violated(test: ValueTest, ids: Callable[[Node], str], bound: Callable[[Node], Operand]) -> str:
    """`ids` gives SQL for a term's id, `bound` for its columns."""
    return _TESTS[test.component](test, ids, bound)


def _datatype(test: ValueTest, ids: object, bound: object) -> str:
    wanted = str(test.parameter)
    other = f"t.datatype IS DISTINCT FROM {quote(wanted)}"
    name = wanted.removeprefix(XSD)
    if name in NUMBERED:
        return f"({other} OR t.number IS NULL)"
    if name in LEXICAL:
        # Nothing but letters P and T: of a duration at least one part is there.
        some = " OR NOT regexp_matches(t.value, '[0-9][A-Z]')" if name.lower().endswith("duration") else ""
        return f"({other} OR NOT {lexical.full_match('t.value', LEXICAL[name])}{some})"
    return f"({other} OR t.language IS NULL)" if wanted == LANG_STRING else f"({other})"


def _node_kind(test: ValueTest, ids: object, bound: object) -> str:
    return f"NOT {_KINDS[test.parameter]}" if test.parameter is not None else "FALSE"


def _range(*, is_minimum: bool, inclusive: bool) -> "_Test":
    def sql(test: ValueTest, ids: object, bound: Callable[[Node], Operand]) -> str:
        limit = bound(_given(test))
        pair = (limit, VALUE) if is_minimum else (VALUE, limit)
        return f"NOT {less(*pair, or_equal=inclusive)}"

    return sql


def _length(sign: str) -> "_Test":
    def sql(test: ValueTest, ids: object, bound: object) -> str:
        # STRLEN counts code points; so does `length`.
        return f"({_IS_BLANK} OR length(t.value) {sign} {int(str(test.parameter))})"

    return sql


def _pattern(test: ValueTest, ids: object, bound: object) -> str:
    found = translated(str(test.parameter), test.flags)
    matches = f"regexp_matches(t.value, {quote(found.pattern)}, {quote(found.options)})"
    return f"({_IS_BLANK} OR NOT {matches})"


def _language_in(test: ValueTest, ids: object, bound: object) -> str:
    ranges = [str(one).lower() for one in test.members]
    matches = [
        "t.language <> ''"
        if one == "*"
        else f"t.language = {quote(one)} OR starts_with(t.language, {quote(one + '-')})"
        for one in ranges
    ]
    return f"NOT coalesce({' OR '.join(matches) or 'FALSE'}, FALSE)"


def _in(test: ValueTest, ids: Callable[[Node], str], bound: object) -> str:
    members = ", ".join(ids(one) for one in test.members)
    return f"t.id NOT IN ({members})" if members else "TRUE"


def _given(test: ValueTest) -> Node:
    if test.parameter is None:
        raise ValueError(f"{test.component} without its parameter")
    return test.parameter


_Test = Callable[[ValueTest, Callable[[Node], str], Callable[[Node], Operand]], str]
_TESTS: Mapping[URIRef, _Test] = {
    SH.DatatypeConstraintComponent: _datatype,
    SH.NodeKindConstraintComponent: _node_kind,
    SH.MinExclusiveConstraintComponent: _range(is_minimum=True, inclusive=False),
    SH.MinInclusiveConstraintComponent: _range(is_minimum=True, inclusive=True),
    SH.MaxExclusiveConstraintComponent: _range(is_minimum=False, inclusive=False),
    SH.MaxInclusiveConstraintComponent: _range(is_minimum=False, inclusive=True),
    SH.MinLengthConstraintComponent: _length("<"),
    SH.MaxLengthConstraintComponent: _length(">"),
    SH.PatternConstraintComponent: _pattern,
    SH.LanguageInConstraintComponent: _language_in,
    SH.InConstraintComponent: _in,
}
