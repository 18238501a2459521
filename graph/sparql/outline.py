"""The outline of a query: its text with the IRIs left open that stand in it in full.

Apps ask the same query about one thing after the other. What guard and shape tell of one of them holds for
all of its outline: within `<…>` the tokenizer takes every IRI alike, and the guard looks at those alone that
declare something, name a graph, a datatype or a function. These stay part of the outline, as do IRIs within
strings and comments. To know a look-up again takes a fifth of reading it.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.sparql.dataset import UNNAMED
from graph.sparql.guard import Guarded
from graph.sparql.tokens import Token

MOST = 2048
"""Outlines; of more, those not asked for longest are read again."""
LONGEST = 4096
"""Characters of a text that is remembered."""
_DECLARING = frozenset(("PREFIX", "BASE"))
# No brackets, which the guard counts; what may be resolved to another IRI is left to the parser.
_IRI = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:(?![^<>]*/\.)[^<>\"{}|^`\\()\x00-\x20]*)>")


@dataclass(frozen=True, slots=True)
class Outline:
    """`text`: around its IRIs; `fixed`: by their place, those that are part of it, None for what is open."""

    text: tuple[str, ...]
    fixed: tuple[str | None, ...]

    def starts(self, things: Sequence[str]) -> list[int]:
        """Where the `things` of a text with this outline start in it."""
        at, found, left = 0, [], iter(things)
        for before, fixed in zip(self.text, self.fixed, strict=False):
            at += len(before)
            if fixed is None:
                found.append(at)
            at += len(next(left) if fixed is None else fixed) + len("<>")
        return found


@dataclass(frozen=True, slots=True)
class Read:
    """What the guard let pass, of this text or another with its outline: `tokens` alone may differ.

    `things`: the IRIs that its outline leaves open. No outline where nothing is to be remembered by it.
    """

    guarded: Guarded
    outline: Outline | None = None
    things: tuple[str, ...] = ()


class Outlines:
    """Queries that the guard let pass, by who may see the same graphs; what is refused is refused anew."""

    def __init__(self, guard: Callable[[str], Guarded]) -> None:
        self._guard = guard
        self._open: OrderedDict[tuple[frozenset[str], tuple[str, ...]], tuple[bool, ...]] = OrderedDict()
        self._known: OrderedDict[tuple[frozenset[str], Outline], Guarded] = OrderedDict()

    def read(self, text: str, seen: frozenset[str]) -> Read:
        """`seen`: the graphs that its caller may see. Raises QueryError."""
        if len(text) > LONGEST:
            return Read(self._guard(text))
        pieces = _IRI.split(text)
        around, iris = tuple(pieces[::2]), pieces[1::2]
        are_open = self._open.get((seen, around))
        if are_open is not None:
            outline, things = _parts(around, iris, are_open)
            guarded = self._known.get((seen, outline))
            if guarded is not None:
                self._known.move_to_end((seen, outline))
                return Read(guarded, outline, things)
        guarded = self._guard(text)
        if guarded.dataset != UNNAMED:
            return Read(guarded)
        are_open = self._open[seen, around] = _are_open(guarded.tokens, around, iris)
        outline, things = _parts(around, iris, are_open)
        self._known[seen, outline] = guarded
        for remembered in (self._open, self._known):
            if len(remembered) > MOST:
                remembered.popitem(last=False)
        return Read(guarded, outline, things)


def _are_open(tokens: Sequence[Token], around: Sequence[str], iris: Sequence[str]) -> tuple[bool, ...]:
    """Of each IRI, whether it may be another one: not where only a string or a comment has it."""
    places = {token.start: place for place, token in enumerate(tokens)}
    at, found = 0, []
    for before, iri in zip(around, iris, strict=False):
        at += len(before)
        place = places.get(at)
        found.append(place is not None and _is_open(tokens, place))
        at += len(iri) + len("<>")
    return tuple(found)


def _parts(
    around: tuple[str, ...], iris: Sequence[str], are_open: Sequence[bool]
) -> tuple[Outline, tuple[str, ...]]:
    told = list(zip(iris, are_open, strict=True))
    fixed = tuple([None if is_open else iri for iri, is_open in told])
    return Outline(around, fixed), tuple([iri for iri, is_open in told if is_open])


def _is_open(tokens: Sequence[Token], place: int) -> bool:
    """Whether it may be another IRI, and all that was found out would be the same."""
    before, behind = tokens[max(0, place - 2) : place], tokens[place + 1 : place + 2]
    is_declared = any(one.keyword in _DECLARING for one in before)
    is_datatype = bool(before) and before[-1].text == "^^"
    is_called = bool(behind) and behind[0].text == "("
    return not (is_declared or is_datatype or is_called)
