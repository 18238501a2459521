"""Where a query binds a variable to one term (`VALUES ?n { 5 }`), and other terms there.

The query is read as the tokens of its grammar (`graph.sparql.tokens`): what stands in a comment, a string or
an IRI is never taken for a binding, and a term takes the place of a term, nothing else. The tokens around
it stay the same, whatever the caller sent.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.sparql.results import Term
from graph.sparql.terms import XSD, unquoted
from graph.sparql.tokens import Token, tokens


class Binding(NamedTuple):
    """The characters `start` to `end` of the text are `term`, the one value of variable `name`."""

    name: str
    start: int
    end: int
    term: Term


def bindings(text: str) -> list[Binding]:
    """The variables that are bound to exactly one term each, in the order of the text."""
    found = list(tokens(text))
    prefixes = {
        name.text.removesuffix(":"): iri.text[1:-1]
        for word, name, iri in zip(found, found[1:], found[2:], strict=False)
        if word.keyword == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }
    return [
        made
        for at, token in enumerate(found)
        if token.keyword == "VALUES" and (made := _binding(found[at + 1 : at + 7], prefixes)) is not None
    ]


def bind(text: str, values: Mapping[str, str]) -> str:
    """The text with `values` (variable → one term as SPARQL text) in the place of what it binds them to."""
    pieces, end = [], 0
    for one in bindings(text):
        if one.name in values:
            pieces += [text[end : one.start], values[one.name]]
            end = one.end
    return "".join((*pieces, text[end:]))


def _binding(following: Sequence[Token], prefixes: Mapping[str, str]) -> Binding | None:
    """What follows VALUES: a variable, then a term of one to three tokens in braces."""
    closing = next((at for at, token in enumerate(following) if token.text == "}"), 0)
    if closing < 3 or following[0].kind != "variable" or following[1].text != "{":
        return None
    inside = following[2:closing]
    term = _term(inside, prefixes)
    last = inside[-1]
    start, end = inside[0].start, last.start + len(last.text)
    return Binding(following[0].text[1:], start, end, term) if term else None


def _term(inside: Sequence[Token], prefixes: Mapping[str, str]) -> Term | None:
    match [token.kind for token in inside]:
        case ["iri" | "name"]:
            iri = _iri(inside[0], prefixes)
            return Term("uri", iri) if iri is not None else None
        case ["string"]:
            return Term("literal", unquoted(inside[0].text))
        case ["string", "tag"]:
            return Term("literal", unquoted(inside[0].text), language=inside[1].text[1:])
        case ["string", "sign", "iri" | "name"] if inside[1].text == "^^":
            datatype = _iri(inside[2], prefixes)
            return Term("literal", unquoted(inside[0].text), datatype) if datatype is not None else None
        case ["number"] | ["sign", "number"]:
            return _number("".join(token.text for token in inside))
        case ["word"] if inside[0].text in ("true", "false"):
            return Term("literal", inside[0].text, XSD + "boolean")
        case _:
            return None


def _iri(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return prefixes[prefix] + local.replace("\\", "") if prefix in prefixes else None


def _number(text: str) -> Term | None:
    if re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        return Term("literal", text, XSD + "integer")
    return Term("literal", text, XSD + "decimal") if re.fullmatch(r"[+-]?\d*\.\d+", text, re.ASCII) else None
