"""What a principal may read of the graphs that are published, decided once a day for each generation.

What is decided follows from the grants, from the graphs there are, and from the day in Vietnam, with which a
grant ends: `graph.access.principal_of` is asked again where one of the three is another.
"""

from collections import OrderedDict
from datetime import date, datetime

from graph.access import VIETNAM, Identity, Principal, principal_of
from graph.stores.generations import Generation

MOST = 1024
"""Of more callers, those who came last are known."""


class Permitted:
    """Decisions on one generation."""

    def __init__(self) -> None:
        self._generation: Generation | None = None
        self._decided: OrderedDict[tuple[Identity, date], Principal] = OrderedDict()

    def of(self, identity: Identity, generation: Generation | None, at: datetime) -> Principal:
        """Nothing may be read before the first generation."""
        if generation is not self._generation:
            self._decided.clear()
            self._generation = generation
        asked = identity, at.astimezone(VIETNAM).date()
        decided = self._decided.get(asked)
        if decided is None:
            graphs = generation.manifest.graphs if generation else ()
            decided = self._decided[asked] = principal_of(identity, graphs, at)
            if len(self._decided) > MOST:
                self._decided.popitem(last=False)
        return decided
