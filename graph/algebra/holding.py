"""What the terms of a column can be, as far as the data tells: their datatypes, or that they are resources.
Of dates and times it also tells whether they have a time zone.

A property as a rule has objects of one kind. What is known of them makes SQL short, and short SQL is planned
in a fraction of the time.
"""

from graph.columns.kinds import BLANK, IRI, STRINGS, ZONED_DATE, ZONED_DATE_TIME
from graph.columns.schema import XSD
from graph.columns.typed import DERIVED_INTEGERS

Holds = frozenset[str] | None
"""IRI, BLANK, and datatypes of which every literal is well-typed; None where anything may be.

The names of date and dateTime stand for those without a time zone. Either kind has a year of four digits, an
hour before 24 and no digit behind the microseconds: `instant` is all there is to such a value.
"""

RESOURCES = frozenset((IRI, BLANK))
NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "float", "double", *DERIVED_INTEGERS))
LOCAL = frozenset((f"{XSD}dateTime", f"{XSD}date"))
ZONED = frozenset((ZONED_DATE_TIME, ZONED_DATE))
TIMES = LOCAL | ZONED
KNOWN = RESOURCES | STRINGS | NUMBERS | TIMES | {f"{XSD}boolean"}


def datatypes(holds: frozenset[str]) -> frozenset[str]:
    """The datatypes of the literals among them."""
    return frozenset(_DATATYPES.get(one, one) for one in holds - RESOURCES)


_DATATYPES = {ZONED_DATE: f"{XSD}date", ZONED_DATE_TIME: f"{XSD}dateTime"}


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
