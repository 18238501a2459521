"""What the terms of a column can be, as far as the data tells: their datatypes, or that they are resources.

A property as a rule has objects of one kind. What is known of them makes SQL short, and short SQL is planned
in a fraction of the time.
"""

from graph.columns.schema import LANG_STRING, XSD, XSD_STRING
from graph.columns.typed import DERIVED_INTEGERS

IRI, BLANK = "IRI", "blank node"
Holds = frozenset[str] | None
"""IRI, BLANK, and datatypes of which every literal is well-typed; None where anything may be."""

RESOURCES = frozenset((IRI, BLANK))
STRINGS = frozenset((XSD_STRING, LANG_STRING))
NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "float", "double", *DERIVED_INTEGERS))
TIMES = frozenset((f"{XSD}dateTime", f"{XSD}date"))
KNOWN = RESOURCES | STRINGS | NUMBERS | TIMES | {f"{XSD}boolean"}


def both(one: Holds, other: Holds) -> Holds:
    """Of terms that stand in two places."""
    if one is None or other is None:
        return one or other
    return one & other


def either(*several: Holds) -> Holds:
    """Of terms that stand in one of several places."""
    known = [one for one in several if one is not None]
    return frozenset().union(*known) if len(known) == len(several) else None


def may_be(holds: Holds, kinds: frozenset[str]) -> bool:
    return holds is None or bool(holds & kinds)


def is_only(holds: Holds, kinds: frozenset[str]) -> bool:
    return holds is not None and holds <= kinds
