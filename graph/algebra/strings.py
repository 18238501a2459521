"""Functions on strings (SPARQL 1.1 §17.4.3)."""

import re
from collections.abc import Callable
from functools import cache

from graph.algebra import regex
from graph.algebra.context import refuse, text
from graph.algebra.holding import RESOURCES, is_only
from graph.algebra.numbers import integral
from graph.algebra.plan import Constant, Unsupported
from graph.algebra.values import NEVER, Boolean, Integer, Iri, Term, Text, Value, datatype, is_bound, lexical
from graph.columns.kinds import BLANK, STRINGS
from graph.columns.schema import LANG_STRING, XSD_STRING

_WRITTEN = re.compile(r"\(([1-9][0-9]{0,8})\)::HUGEINT")
"""A position that the query writes: there nothing needs to be computed."""


def string(value: Value) -> Text | None:
    """`value` as a string literal, with or without a language; None where it never is one."""
    match value:
        case Text():
            return value
        case Term() if is_only(value.holds, frozenset((XSD_STRING,))):
            return Text(value.value)
        case Term() if is_only(value.holds, STRINGS):
            return Text(value.value, value.language)
        case Term():
            kinds = f"{text(XSD_STRING)}, {text(LANG_STRING)}"
            return Text(f"CASE WHEN {value.datatype} IN ({kinds}) THEN {value.value} END", value.language)
        case _:
            return None


def plain(value: Value) -> str | None:
    """SQL: the text of a string without language, NULL for any other value; None where it never is one."""
    match value:
        case Text(sql, None):
            return sql
        case Text(sql, language):
            return f"CASE WHEN {language} IS NULL THEN {sql} END"
        case Term():
            return f"CASE WHEN {value.datatype} = {text(XSD_STRING)} THEN {value.value} END"
        case _:
            return None


def _of_strings(function: Callable[..., Value]) -> Callable[..., Value]:
    """A function whose arguments all are strings; an error where one never is."""

    def checked(*values: Value) -> Value:
        strings = [string(value) for value in values]
        return NEVER if any(one is None for one in strings) else function(*strings)

    return checked


def to_string(value: Value) -> Value:
    """STR: not of blank nodes."""
    match value:
        case Iri(sql):
            return Text(_of_iri(sql))
        case Term() if value.holds is not None and (BLANK not in value.holds or value.holds <= RESOURCES):
            return Text(value.value if BLANK not in value.holds else _of_iri(value.value))
        case Term():
            return Text(
                f"CASE WHEN {value.datatype} IS NULL THEN {_of_iri(value.value)} ELSE {value.value} END"
            )
        case _:
            return Text(lexical(value))


def _of_iri(sql: str) -> str:
    return f"CASE WHEN NOT starts_with({sql}, '_:') THEN {sql} END"


@_of_strings
def length(a: Text) -> Value:
    return Integer(f"length({a.sql})::HUGEINT")


@_of_strings
def upper(a: Text) -> Value:
    return Text(_cased(a.sql, "upper"), a.language)


@_of_strings
def lower(a: Text) -> Value:
    return Text(_cased(a.sql, "lower"), a.language)


def _cased(sql: str, function: str) -> str:
    # DuckDB changes character by character; some become several, or depend on what is around them.
    special = text(f"[{uncommon(function)}]")
    refusal = refuse(f"the {function} case of a text with uncommon letters")
    return f"CASE WHEN regexp_matches({sql}, {special}) THEN {refusal} ELSE {function}({sql}) END"


@cache
def uncommon(function: str) -> str:
    """Characters whose case is more than one character, and capital sigma."""
    change = str.upper if function == "upper" else str.lower
    signs = [chr(code) for code in (*range(0x80, 0xD800), *range(0xE000, 0x10000))]
    return "".join(sign for sign in signs if len(change(sign)) > 1 or (sign == "Σ" and function == "lower"))


@_of_strings
def contains(a: Text, b: Text) -> Value:
    return Boolean(_compatible(a, b, f"contains({a.sql}, {b.sql})"))


@_of_strings
def starts(a: Text, b: Text) -> Value:
    return Boolean(_compatible(a, b, f"starts_with({a.sql}, {b.sql})"))


@_of_strings
def ends(a: Text, b: Text) -> Value:
    return Boolean(_compatible(a, b, f"ends_with({a.sql}, {b.sql})"))


@_of_strings
def before(a: Text, b: Text) -> Value:
    return _around(a, b, f"substring({a.sql}, 1, strpos({a.sql}, {b.sql}) - 1)")


@_of_strings
def after(a: Text, b: Text) -> Value:
    return _around(a, b, f"substring({a.sql}, strpos({a.sql}, {b.sql}) + length({b.sql}))")


def _around(a: Text, b: Text, part: str) -> Value:
    """What is not found gives the empty string without a language."""
    found = f"contains({a.sql}, {b.sql})"
    language = None if a.language is None else f"CASE WHEN {found} THEN {a.language} END"
    return Text(_compatible(a, b, f"CASE WHEN {found} THEN {part} WHEN NOT {found} THEN '' END"), language)


def _compatible(a: Text, b: Text, result: str) -> str:
    """`result` where the arguments are compatible (§17.4.3.1.2)."""
    if b.language is None:
        return result
    same = f"{b.language} = {a.language}" if a.language is not None else "FALSE"
    return f"CASE WHEN {b.language} IS NULL OR {same} THEN {result} END"


def substring(value: Value, start: Value, count: Value | None = None) -> Value:
    a, first = string(value), integral(start)
    if a is None or first is None:
        return NEVER
    if count is None:
        # DuckDB's greatest leaves NULL out.
        known = f"CASE WHEN {first} IS NOT NULL THEN"
        return Text(f"{known} substring({a.sql}, greatest({first}, 1)::BIGINT) END", a.language)
    many = integral(count)
    if many is None:
        return NEVER
    fixed = [_WRITTEN.fullmatch(one) for one in (first, many)]
    if fixed[0] and fixed[1]:
        return Text(f"substring({a.sql}, {fixed[0][1]}, {fixed[1][1]})", a.language)
    # XPath counts from `start` even where that is before the first character.
    taken = f"greatest({first} + {many} - greatest({first}, 1), 0)"
    known = f"{first} IS NOT NULL AND {many} IS NOT NULL"
    return Text(
        f"CASE WHEN {known} THEN substring({a.sql}, greatest({first}, 1)::BIGINT, ({taken})::BIGINT) END",
        a.language,
    )


def concatenation(*values: Value) -> Value:
    strings = [string(value) for value in values]
    if not strings:
        return Text("''")
    if any(one is None for one in strings):
        return NEVER
    known = [one for one in strings if one is not None]
    joined = "(" + " || ".join(one.sql for one in known) + ")"
    if any(one.language is None for one in known):
        return Text(joined)
    first = known[0].language
    alike = " AND ".join(f"{one.language} = {first}" for one in known)
    return Text(joined, f"CASE WHEN {alike} THEN {first} END")


def matches(value: Value, pattern: Constant, flags: str) -> Value:
    a = string(value)
    if a is None:
        return NEVER
    found = regex.translate(pattern.value, flags)
    return Boolean(f"regexp_matches({a.sql}, {text(found.pattern)}, '{found.options}')")


def replaced(value: Value, pattern: Constant, by: Constant, flags: str) -> Value:
    a = string(value)
    if a is None:
        return NEVER
    found = regex.translate(pattern.value, flags)
    if found.is_empty_possible:
        raise Unsupported("a replacement where the pattern matches nothing")
    written = regex.replacement(by.value)
    return Text(
        f"regexp_replace({a.sql}, {text(found.pattern)}, {text(written)}, 'g{found.options}')", a.language
    )


def language_of(value: Value) -> Value:
    """LANG: the empty string for a literal without, an error for what is no literal."""
    match value:
        case Iri():
            return NEVER
        case Text(sql, tag) if tag is not None:
            return Text(f"CASE WHEN {sql} IS NOT NULL THEN coalesce({tag}, '') END")
        case Term():
            return Text(f"CASE WHEN {value.datatype} IS NOT NULL THEN coalesce({value.language}, '') END")
        case _:
            return Text(f"CASE WHEN {is_bound(value)} THEN '' END")


def datatype_of(value: Value) -> Value:
    return Iri(datatype(value))


def language_matches(tag: Value, wanted: Value) -> Value:
    """LANGMATCHES: basic filtering of RFC 4647 §3.3.1."""
    a, b = plain(tag), plain(wanted)
    if a is None or b is None:
        return NEVER
    if b == "'*'":
        return Boolean(f"({a} <> '')")
    return Boolean(
        f"CASE WHEN {b} = '*' THEN {a} <> ''"
        f" ELSE lower({a}) = lower({b}) OR (starts_with(lower({a}), lower({b}) || '-') AND {b} <> '') END"
    )


def encoded(value: Value) -> Value:
    a = string(value)
    return NEVER if a is None else Text(f"url_encode({a.sql})")


def digest(value: Value, function: str) -> Value:
    a = plain(value)
    return NEVER if a is None else Text(f"{function}({a})")
