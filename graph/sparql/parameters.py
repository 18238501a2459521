"""The resources and strings that a query's text writes, which its plan may leave open.

Programmes ask the same of one thing after the other. Where their queries differ in such terms only, one plan
serves them all: reading and compiling a query takes as long as many an answer.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graph.algebra import Constant
from graph.algebra.context import STAND_IN
from graph.columns.schema import XSD_STRING
from graph.sparql.tokens import Token, tokens

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^\\]*>")
_CODE_POINT = re.compile(r"\\[uU]")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DECLARING = ("PREFIX", "BASE", "FROM", "NAMED", "SERVICE")


@dataclass(frozen=True, slots=True)
class Parametrised:
    """A query's tokens, numbers in the place of `terms`; equal terms have one number."""

    words: tuple[str | int, ...]
    terms: tuple[Constant, ...]

    def key(self, fixed: Collection[int] = ()) -> tuple[object, ...]:
        """What all queries have in common that differ only in terms that are not `fixed`."""
        kinds = tuple(one.datatype for one in self.terms)
        return self.words, kinds, tuple(self.terms[number] for number in sorted(fixed))


def parametrised(text: str) -> Parametrised | None:
    """None for a text in which a term may be written in ways that are not seen here, or looks like one of the
    signs that plans use for parameters."""
    if STAND_IN.search(text) or _CODE_POINT.search(text):
        return None
    found = list(tokens(text))
    if not all(_ABSOLUTE.fullmatch(one.text) for one in found if one.kind == "iri"):
        return None
    terms = [_term(found, place) for place in range(len(found))]
    otherwise = _written_otherwise(found)
    numbers: dict[Constant, int] = {}
    words: list[str | int] = []
    for token, term in zip(found, terms, strict=True):
        if term is None or term.value in otherwise:
            words.append(token.text)
        else:
            words.append(numbers.setdefault(term, len(numbers)))
    return Parametrised(tuple(words), tuple(numbers))


def _term(found: Sequence[Token], place: int) -> Constant | None:
    """The term of a token that stands for an absolute IRI or a plain string; None for any other."""
    token = found[place]
    before = [found[place - back] if place >= back else None for back in (1, 2)]
    after = found[place + 1].text if place + 1 < len(found) else ""
    keywords = [one.keyword if one is not None else "" for one in before]
    if token.kind == "iri":
        declares = keywords[0] in _DECLARING or keywords[1] == "PREFIX"
        is_typing = before[0] is not None and before[0].text == "^^"
        if declares or is_typing or after == "(":
            return None
        return Constant(token.text[1:-1])
    if token.kind != "string" or after == "^^" or after.startswith("@") or keywords[1] == "SEPARATOR":
        return None
    value = _unescaped(token.text)
    return None if value is None else Constant(value, XSD_STRING)


def _written_otherwise(found: Sequence[Token]) -> set[str | None]:
    """What tokens that are no parameters may stand for as well: prefixed names, strings with a datatype."""
    prefixes = {
        found[place + 1].text[:-1]: found[place + 2].text[1:-1]
        for place, token in enumerate(found[:-2])
        if token.keyword == "PREFIX"
    }
    names = (one.text.partition(":") for one in found if one.kind == "name")
    strings = (
        _unescaped(token.text)
        for place, token in enumerate(found)
        if token.kind == "string" and _term(found, place) is None
    )
    return {*(prefixes.get(prefix, "") + local for prefix, _, local in names), *strings}


def _unescaped(text: str) -> str | None:
    """The value of a string token; None where it has an escape that is none."""
    quotes = 3 if text[:3] in ('"""', "'''") else 1
    inner = text[quotes:-quotes]
    if not all(one in _ESCAPES for one in _ESCAPE.findall(inner)):
        return None
    return _ESCAPE.sub(lambda sign: _ESCAPES[sign[1]], inner)
