"""The shape of a query: what it has in common with others that are the same work about other things."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from graph.sparql.tokens import Token

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:(?!.*/\.)[^\\]*>")
"""One that is the same whatever it is resolved against: nothing is escaped in it, and no `/../` left out."""
_KEPT_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
_KEPT = re.compile(
    r"[2-9]|[1-9][0-9]{1,5}|true|false|[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z?)?"
)
"""Forms that Oxigraph keeps of any datatype."""
_DECLARING = frozenset(("PREFIX", "BASE"))


@dataclass(frozen=True, slots=True)
class Shape:
    """`name`: a digest that all queries of the shape have. `things`: the IRIs in which they differ, each
    once, in the order of the text."""

    name: str
    things: tuple[str, ...] = ()


def shape(tokens: Sequence[Token], vocabulary: Collection[str], prefixes: Mapping[str, str]) -> Shape:
    """Of the text without its white space, comments, literals, and IRIs that are no words of `vocabulary`.

    Literals that Oxigraph may write in another form are part of it: who answers depends on them. So is which
    of its IRIs are the same one, and all that is declared: what a name means depends on that.
    """
    words: list[str] = []
    numbers: dict[str, int] = {}
    last = len(tokens) - 1
    string = ""
    for place, token in enumerate(tokens):
        word = token.text
        if token.kind == "string":
            string, word = word, "string"
        elif token.kind == "number":
            if _KEPT_NUMBER.fullmatch(word):
                word = "number"
        elif token.kind in ("iri", "name"):
            before = words[-1] if words else ""
            is_called = place < last and tokens[place + 1].text == "("
            if before != "^^" and not is_called and not _is_declared(tokens, place):
                iri = absolute_iri(token, prefixes)
                if iri is not None and iri not in vocabulary:
                    word = f"iri{numbers.setdefault(iri, len(numbers))}"
        elif word == "^^" and words and words[-1] == "string" and not _KEPT.fullmatch(string[1:-1]):
            words[-1] = string
        words.append(word)
    # Texts may be long, and as many of them are remembered as anybody cares to send.
    return Shape(sha256(" ".join(words).encode()).hexdigest(), tuple(numbers))


def _is_declared(tokens: Sequence[Token], place: int) -> bool:
    """Whether the token belongs to a declaration: `BASE <…>`, `PREFIX a: <…>`."""
    return any(one.keyword in _DECLARING for one in tokens[max(0, place - 2) : place])


def absolute_iri(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """What it stands for; None where only the parser can tell."""
    if token.kind == "iri":
        return token.text[1:-1] if _ABSOLUTE.fullmatch(token.text) else None
    prefix, _, local = token.text.partition(":")
    iri = prefixes.get(prefix, "") + local
    return iri if "\\" not in local and _ABSOLUTE.fullmatch(f"<{iri}>") else None
