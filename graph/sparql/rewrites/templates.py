"""Rewritten queries remembered: programmes ask the same of one thing after the other.

To read a query and rewrite it takes 10 ms, to put other terms into one that was rewritten 0.2 ms.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from graph.algebra import Constant, Unsupported, context, reading
from graph.algebra.plan import Query
from graph.algebra.substitution import exchanged, openable
from graph.sparql.exactness import misread
from graph.sparql.parameters import Parametrised, parametrised
from graph.sparql.rewrites.expression_text import escaped
from graph.sparql.rewrites.rewriting import Rewritten, rewritten
from graph.stores.oxigraph import syntax_fault

_TEMPLATES = 1_000
_LONGEST_KEPT = 10_000
"""Characters."""
NONE = Rewritten("", ())
_BASE = "http://base/"
"""Signs that stand for IRIs are relative ones."""


@dataclass(frozen=True, slots=True)
class _Template:
    """A rewritten text with signs in it for the terms of these numbers."""

    found: Rewritten
    numbers: tuple[int, ...]

    def filled(self, terms: Sequence[Constant]) -> Rewritten:
        """The text with the values of terms in their places."""
        if not self.numbers:
            return self.found
        values = {
            context.stand_in(place, terms[number]).value: escaped(terms[number])
            for place, number in enumerate(self.numbers)
        }
        signs = re.compile("|".join(map(re.escape, values)))
        return Rewritten(signs.sub(lambda sign: values[sign[0]], self.found.text), self.found.rules)


class Templates:
    """Of the queries that were asked last."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[object, ...], _Template] = OrderedDict()
        self._fixed: dict[tuple[object, ...], frozenset[int]] = {}

    def rewritten(self, text: str, base: str | None) -> Rewritten:
        """Another text with the same solutions; an empty one where Oxigraph is to be asked this one."""
        given = parametrised(text)
        if given is None:
            return _made(text, base, ()).found
        others = base, given.key()
        known = self._known.get((base, given.key(self._fixed.get(others, frozenset()))))
        if known is None:
            known = _made(text, base, given.terms)
            if len(text) <= _LONGEST_KEPT:
                self._keep(known, base, given)
        return known.filled(given.terms)

    def _keep(self, made: _Template, base: str | None, given: Parametrised) -> None:
        fixed = frozenset(range(len(given.terms))) - frozenset(made.numbers)
        if len(self._fixed) >= _TEMPLATES:
            self._fixed.clear()
            self._known.clear()
        self._fixed[base, given.key()] = fixed
        self._known[base, given.key(fixed)] = made


def _made(text: str, base: str | None, terms: Sequence[Constant]) -> _Template:
    try:
        query = reading.read(text, {}, base, has_dataset=True)
        opened = openable(query, terms)
        signs = {one: context.stand_in(place, one) for place, one in enumerate(opened)}
        found = None if misread(query) else _valid(rewritten(_signed(query, signs)))
    except (Unsupported, RecursionError):
        return _Template(NONE, ())
    numbers = tuple(terms.index(one) for one in opened)
    # Where no rule applies none does for other terms either, which are of the same kinds.
    return _Template(found or NONE, numbers)


def _signed(query: Query, signs: dict[Constant, Constant]) -> Query:
    other: Query = exchanged(query, signs)
    return other


def _valid(found: Rewritten | None) -> Rewritten | None:
    """Oxigraph refuses some texts that this writes, such as BIND to a variable that is a key of a group
    inside."""
    return None if found is None or syntax_fault(found.text, base=_BASE) else found
