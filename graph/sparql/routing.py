"""Which engine is asked first, and when the other: pure decisions from what is known of a query's shape."""

import re
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

from graph.sparql.exactness import Exact
from graph.sparql.tokens import Token

EngineName = Literal["oxigraph", "columns"]

HEAD_START = 0.01
"""Seconds: Oxigraph answers a look-up in so much, with its way there and back; what takes longer may be
faster over columns."""
_PATIENCE = 3.0
"""How many times the seconds that an engine took before are waited for it before the other is asked too."""
_SHAPES = 5_000
_KEPT_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
_KEPT = re.compile(
    r"[2-9]|[1-9][0-9]{1,5}|true|false|[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z?)?"
)
"""Forms that Oxigraph keeps of any datatype."""


@dataclass(frozen=True, slots=True)
class Route:
    """`first` is asked at once, `second` (if any) beside it when there is no answer after `delay` seconds.

    `falls_back`: Oxigraph is asked where `first` finds that it cannot answer after all.
    """

    first: EngineName
    second: EngineName | None = None
    delay: float = 0.0
    falls_back: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a shape: who may answer (None: not asked yet), who won last, in how many seconds."""

    exact: Exact | None = None
    winner: EngineName | None = None
    seconds: float = 0.0


def route(known: Known) -> Route:
    match known:
        case Known(exact="oxigraph"):
            return Route("oxigraph")
        case Known(exact="columns"):
            return Route("columns", falls_back=True)
        case Known(winner="columns", seconds=seconds):
            return Route("columns", "oxigraph", max(HEAD_START, seconds * _PATIENCE), falls_back=True)
        case Known(winner="oxigraph", seconds=seconds):
            return Route("oxigraph", "columns", max(HEAD_START, seconds * _PATIENCE))
        case _:
            return Route("oxigraph", "columns", HEAD_START)


class Memory:
    """What is known of the shapes asked last, for one generation at a time."""

    def __init__(self) -> None:
        self._generation = ""
        self._known: OrderedDict[str, Known] = OrderedDict()

    def of(self, shape: str, generation: str) -> Known:
        if generation != self._generation:
            self._generation = generation
            self._known.clear()
        known = self._known.pop(shape, Known())
        self._known[shape] = known
        if len(self._known) > _SHAPES:
            self._known.popitem(last=False)
        return known

    def learn(self, shape: str, generation: str, **what: object) -> None:
        if generation == self._generation and shape in self._known:
            self._known[shape] = replace(self._known[shape], **what)  # type: ignore[arg-type]  # Known's own


def shape(tokens: Iterable[Token], vocabulary: Collection[str]) -> str:
    """A digest of the text without its white space, comments, literals, and IRIs that are no words of the
    `vocabulary`: queries of one shape differ in what they are about, and are much the same work.

    Literals that Oxigraph may write in another form are part of it: who answers depends on them."""
    words: list[str] = []
    before, string = "", ""
    for token in tokens:
        match token.kind:
            case "string":
                words.append(token.kind)
                string = token.text
            case "number" if _KEPT_NUMBER.fullmatch(token.text):
                words.append(token.kind)
            case "iri" if token.text[1:-1] not in vocabulary and before != "^^":
                words.append("iri")
            case _:
                words.append(token.text)
        if token.text == "^^" and before == "string" and not _KEPT.fullmatch(string[1:-1]):
            words[-2] = string
        before = token.text if token.kind == "sign" else token.kind
    # Texts may be long, and as many of them are remembered as anybody cares to send.
    return sha256(" ".join(words).encode()).hexdigest()
