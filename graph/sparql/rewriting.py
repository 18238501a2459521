"""Of which predicates Oxigraph would write literals in another form, within what a caller may see.

Not in all that is published: the engine that answers a query, and what `explain` says, would tell of literals
in graphs that the caller may not read.
"""

from collections.abc import Iterable, Mapping


class Rewriting:
    """Of one generation's columns. `holding`: see `graph.columns.known.rewritten`."""

    def __init__(self, holding: Mapping[str, frozenset[str]]) -> None:
        self._holding = holding

    def within(self, graphs: Iterable[str]) -> frozenset[str]:
        """The predicates with such a literal in one of the graphs."""
        seen = frozenset(graphs)
        return frozenset(predicate for predicate, graphs in self._holding.items() if graphs & seen)
